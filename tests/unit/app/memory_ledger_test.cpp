#include "app/memory_ledger.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace stentor::app {
namespace {

TEST(MemoryLedger, AddsUpWhatTheShardsNote) {
    MemoryLedger ledger(3);
    ledger.note(0, 10, 0);
    ledger.note(2, 5, 0);
    ledger.note(0, 7, 0);
    EXPECT_EQ(ledger.used(), 12U);
}

TEST(MemoryLedger, OneShardHasTheLargest) {
    MemoryLedger ledger(3);
    ledger.note(0, 0, 5);
    ledger.note(1, 0, 9);
    ledger.note(2, 0, 9);
    EXPECT_FALSE(ledger.has_largest(0, 5));
    EXPECT_TRUE(ledger.has_largest(1, 9));
    EXPECT_FALSE(ledger.has_largest(2, 9)) << "only one of those that are alike";
    EXPECT_TRUE(ledger.has_largest(2, 10));
}

TEST(MemoryLedger, MayBeWrittenAndReadByAllAtOnce) {
    MemoryLedger ledger(2);
    std::thread other([&] {
        for (std::size_t i = 0; i <= 10'000; ++i) ledger.note(1, i, i);
    });
    for (std::size_t i = 0; i <= 10'000; ++i) {
        ledger.note(0, i, i);
        EXPECT_LE(ledger.used(), 20'000U);
    }
    other.join();
    EXPECT_EQ(ledger.used(), 20'000U);
}

}  // namespace
}  // namespace stentor::app
