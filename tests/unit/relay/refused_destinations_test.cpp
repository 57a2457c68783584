#include "relay/refused_destinations.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

constexpr base::TimePoint begin{};

TEST(RefusedDestinations, AreRememberedForAWhile) {
    RefusedDestinations refused;
    refused.add("/topic/secret", begin);
    EXPECT_TRUE(refused.contains("/topic/secret", begin));
    EXPECT_FALSE(refused.contains("/topic/other", begin));
    EXPECT_TRUE(refused.contains("/topic/secret", begin + RefusedDestinations::time - base::Duration(1)));
    EXPECT_FALSE(refused.contains("/topic/secret", begin + RefusedDestinations::time));
}

TEST(RefusedDestinations, AreBounded) {
    RefusedDestinations refused;
    for (std::size_t i = 0; i < 2 * RefusedDestinations::max_size; ++i)
        refused.add("/topic/" + std::to_string(i), begin);
    EXPECT_EQ(refused.size(), RefusedDestinations::max_size);
    refused.add("/topic/later", begin + RefusedDestinations::time);  // the old ones made room
    EXPECT_EQ(refused.size(), 1U);
}

}  // namespace
}  // namespace stentor::relay
