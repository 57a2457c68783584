#include "session/delivery_headers.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace stentor::session {
namespace {

std::string of(std::optional<Acks::Id> ack, bool redelivered, broker::Gap before) {
    const MessagePtr none;
    const DeliveryHeaders headers(ack, {none, 1, redelivered, before});
    std::string text;
    for (const auto& [name, value] : headers.all()) text.append(name).append("=").append(value).append(" ");
    return text;
}

TEST(DeliveryHeaders, AreNoneWhereThereIsNothingToTell) { EXPECT_EQ(of({}, false, {}), ""); }

TEST(DeliveryHeaders, TellWhatThereIs) {
    EXPECT_EQ(of(7, false, {}), "ack=7 ");
    EXPECT_EQ(of({}, true, {}), "redelivered=true ");
    EXPECT_EQ(of({}, false, {3, 0}), "x-skipped=3 ");
    EXPECT_EQ(of({}, false, {0, 4}), "x-conflated=4 ");
}

TEST(DeliveryHeaders, HaveRoomForTheGreatestNumbers) {
    constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
    EXPECT_EQ(of(std::numeric_limits<Acks::Id>::max(), true, {most, most}),
              "ack=18446744073709551615 redelivered=true x-skipped=4294967295 x-conflated=4294967295 ");
}

}  // namespace
}  // namespace stentor::session
