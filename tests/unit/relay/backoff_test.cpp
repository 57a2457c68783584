#include "relay/backoff.hpp"

#include "fake_broker.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, TheCeilingDoublesFromOneSecondToThirty) {
    CountedRandom random;
    random.part = std::byte{0x80};  // the middle
    Backoff backoff(random);
    std::vector<base::Duration> waits;
    for (int i = 0; i < 7; ++i) waits.push_back(backoff.next());
    for (base::Duration ceiling = 1s; const base::Duration wait : waits) {
        EXPECT_GE(wait, ceiling / 2);
        EXPECT_LE(wait, ceiling / 2 + 100ms);
        ceiling = std::min<base::Duration>(2 * ceiling, 30s);
    }
}

TEST(Backoff, TheJitterIsFull) {
    CountedRandom random;
    Backoff backoff(random);
    random.part = std::byte{0x00};
    EXPECT_EQ(backoff.next(), 0ms);
    backoff.reset();
    random.part = std::byte{0xff};
    EXPECT_EQ(backoff.next(), 999ms);
}

TEST(Backoff, ResetBeginsAnew) {
    CountedRandom random;
    random.part = std::byte{0xff};
    Backoff backoff(random);
    for (int i = 0; i < 10; ++i) (void)backoff.next();
    EXPECT_GT(backoff.next(), 29s);
    backoff.reset();
    EXPECT_LT(backoff.next(), 1s);
}

}  // namespace
}  // namespace stentor::relay
