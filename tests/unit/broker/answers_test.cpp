#include "broker/answers.hpp"

#include <gtest/gtest.h>

namespace stentor::broker {
namespace {

TEST(Answers, WhoWaitsIsToldOnceAndByHisNumber) {
    Answers answers;
    std::string told;
    const auto first = answers.await([&](const Result<void>& answer) { told += answer ? "1" : "refused "; });
    const auto second = answers.await([&](const Result<void>& answer) { told += answer ? "2" : "refused "; });
    EXPECT_NE(first, second);
    answers.came(second, {});
    answers.came(first, Error{Errc::too_large, "full"});
    answers.came(first, {});
    answers.came(99, {});
    EXPECT_EQ(told, "2refused ");
}

TEST(Answers, WhoIsToldMayWaitAgain) {
    Answers answers;
    int told = 0;
    std::uint64_t next = 0;
    const auto first = answers.await(
        [&](const Result<void>&) { next = answers.await([&](const Result<void>&) { ++told; }); });
    answers.came(first, {});
    EXPECT_NE(next, first);
    answers.came(next, {});
    EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace stentor::broker
