#include "session/receipts.hpp"

#include <gmock/gmock.h>

namespace stentor::session {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Receipts, OneThatIsDoneLeavesAtOnce) {
    Receipts receipts;
    receipts.ask(1, "a");
    EXPECT_THAT(receipts.done(1), ElementsAre("a"));
    EXPECT_TRUE(receipts.empty());
}

TEST(Receipts, TheyLeaveInTheOrderOfTheFramesThatAsked) {
    Receipts receipts;
    receipts.ask(1, "a");
    receipts.ask(2, "b");
    receipts.ask(3, "c");
    EXPECT_THAT(receipts.done(2), IsEmpty());
    EXPECT_THAT(receipts.done(1), ElementsAre("a", "b"));
    EXPECT_EQ(receipts.size(), 1u);
}

TEST(Receipts, ATicketThatDidNotAskReleasesNothing) {
    Receipts receipts;
    receipts.ask(2, "b");
    EXPECT_THAT(receipts.done(1), IsEmpty());
    EXPECT_THAT(receipts.done(2), ElementsAre("b"));
    EXPECT_THAT(receipts.done(2), IsEmpty());
}

TEST(Receipts, TellWhatAFrameAskedForWhileItWaits) {
    Receipts receipts;
    receipts.ask(1, "a");
    EXPECT_EQ(receipts.asked(1), "a");
    EXPECT_EQ(receipts.asked(2), std::nullopt);
    receipts.done(1);
    EXPECT_EQ(receipts.asked(1), std::nullopt);
}

}  // namespace
}  // namespace stentor::session
