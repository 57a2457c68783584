#include "relay/pending_publishes.hpp"

#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

PendingPublishes::Entry entry(std::size_t bytes, const char* destination = "/topic/a") {
    return {[](const Result<void>&) {}, destination, bytes};
}

TEST(PendingPublishes, AreBoundedByNumber) {
    PendingPublishes pending({.max_messages = 2, .max_bytes = 100});
    pending.add(1, entry(1));
    EXPECT_TRUE(pending.has_room(1, 1));
    pending.add(2, entry(1));
    EXPECT_FALSE(pending.has_room(1, 1));
}

TEST(PendingPublishes, AreBoundedByBytes) {
    PendingPublishes pending({.max_messages = 10, .max_bytes = 100});
    pending.add(1, entry(60));
    EXPECT_TRUE(pending.has_room(1, 40));
    EXPECT_FALSE(pending.has_room(1, 41));
    EXPECT_FALSE(pending.has_room(1, static_cast<std::size_t>(-1)));
}

TEST(PendingPublishes, WhatIsTakenMakesRoom) {
    PendingPublishes pending({.max_messages = 1, .max_bytes = 100});
    pending.add(7, entry(100));
    EXPECT_FALSE(pending.take(8).has_value());
    EXPECT_EQ(pending.take(7)->bytes, 100U);
    EXPECT_FALSE(pending.take(7).has_value());
    EXPECT_TRUE(pending.has_room(1, 100));
    EXPECT_EQ(pending.size(), 0U);
}

TEST(PendingPublishes, TheOnlyOneIsKnownByItsDestination) {
    PendingPublishes pending({});
    EXPECT_FALSE(pending.only_destination().has_value());
    pending.add(1, entry(1, "/topic/a"));
    EXPECT_EQ(pending.only_destination(), "/topic/a");
    pending.add(2, entry(1, "/topic/b"));
    EXPECT_FALSE(pending.only_destination().has_value());
}

TEST(PendingPublishes, ATransactionsGoTogether) {
    PendingPublishes pending({.max_messages = 3, .max_bytes = 100});
    pending.add(1, entry(1));
    EXPECT_TRUE(pending.has_room(2, 1));
    EXPECT_FALSE(pending.has_room(3, 1));
    for (const std::uint64_t number : {2, 3, 4}) pending.add(number, entry(1));  // COMMIT is one more
    EXPECT_FALSE(pending.has_room(1, 1));
    EXPECT_FALSE(pending.has_room(0, 1));
}

TEST(PendingPublishes, SoIsTheOneOfTheOnlyTransaction) {
    const auto in = [](std::uint64_t transaction, const char* destination) {
        return PendingPublishes::Entry{[](const Result<void>&) {}, destination, 1, transaction};
    };
    PendingPublishes pending({});
    pending.add(1, in(7, "/queue/a"));
    pending.add(2, in(7, "/queue/a"));
    pending.add(3, in(7, ""));  // COMMIT
    EXPECT_EQ(pending.only_destination(), "/queue/a");
    pending.add(4, in(0, "/queue/a"));
    EXPECT_FALSE(pending.only_destination().has_value());
    (void)pending.take(4);
    pending.add(4, in(7, "/queue/b"));
    EXPECT_FALSE(pending.only_destination().has_value());
    (void)pending.take_all();
    pending.add(5, in(7, ""));
    EXPECT_FALSE(pending.only_destination().has_value());
}

TEST(PendingPublishes, AllAreGivenBackOldestFirst) {
    PendingPublishes pending({});
    for (const std::uint64_t number : {1, 2, 3}) pending.add(number, entry(10));
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, one] : pending.take_all()) numbers.push_back(number);
    EXPECT_EQ(numbers, (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(pending.bytes(), 0U);
    EXPECT_EQ(pending.size(), 0U);
}

}  // namespace
}  // namespace stentor::relay
