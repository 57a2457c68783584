#include "base/log_limit.hpp"

#include <gmock/gmock.h>

namespace stentor::log {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr LogLimit::Time start = LogLimit::Time{} + 1h;

int written(LogLimit& limit, std::string_view event, LogLimit::Time now, int lines) {
    int count = 0;
    for (int i = 0; i < lines; ++i) count += limit.take(event, now) ? 1 : 0;
    return count;
}

/// J9
TEST(LogLimit, SoManyLinesOfAnEventASecondAndTheRestIsCounted) {
    LogLimit limit(100);
    EXPECT_EQ(written(limit, "refused", start, 100'000), 100);
    EXPECT_EQ(written(limit, "closed", start, 100), 100) << "another event";
    EXPECT_THAT(limit.left_out(start + 999ms), IsEmpty());
    EXPECT_THAT(limit.left_out(start + 1s), ElementsAre(Pair("refused", 99'900)));
    EXPECT_THAT(limit.left_out(start + 1s), IsEmpty()) << "told once";
    EXPECT_EQ(written(limit, "refused", start + 1s, 200), 100);
}

TEST(LogLimit, WhatWasLeftOutIsToldBeforeMoreIsWritten) {
    LogLimit limit(1);
    EXPECT_EQ(written(limit, "refused", start, 2), 1);
    EXPECT_EQ(written(limit, "refused", start + 1h, 1), 0) << "left_out() comes first";
    EXPECT_THAT(limit.left_out(start + 1h), ElementsAre(Pair("refused", 2)));
}

TEST(LogLimit, FewLinesAreNeverLeftOut) {
    LogLimit limit(2);
    for (int second = 0; second < 10; ++second)
        EXPECT_EQ(written(limit, "refused", start + second * 1s, 2), 2) << second;
    EXPECT_THAT(limit.left_out(start + 1h), IsEmpty());
}

/// P6
TEST(LogLimit, AClockThatIsSetBackDoesNotSilenceTheLog) {
    LogLimit limit(1);
    EXPECT_EQ(written(limit, "refused", start, 2), 1);
    EXPECT_THAT(limit.left_out(start - 1h), ElementsAre(Pair("refused", 1)));
    EXPECT_EQ(written(limit, "refused", start - 1h, 2), 1);
}

}  // namespace
}  // namespace stentor::log
