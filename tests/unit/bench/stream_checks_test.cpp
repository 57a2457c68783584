#include "stream_checks.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

namespace stentor::bench {
namespace {

/// What is wrong with one stream of which `sent` messages were sent.
Violations of(std::initializer_list<std::uint64_t> arrivals, std::uint64_t sent) {
    StreamChecks checks(1);
    for (const std::uint64_t sequence : arrivals) checks.arrived(0, sequence);
    checks.ended(0, sent);
    return checks.violations();
}

void expect(const Violations& wrong, std::uint64_t lost, std::uint64_t duplicated, std::uint64_t reordered) {
    EXPECT_EQ(wrong.lost, lost);
    EXPECT_EQ(wrong.duplicated, duplicated);
    EXPECT_EQ(wrong.reordered, reordered);
    EXPECT_EQ(wrong.total() == 0, wrong.described.empty());
}

TEST(BenchStreamChecks, EachOnceAndInOrderIsRight) { expect(of({0, 1, 2, 3}, 4), 0, 0, 0); }

TEST(BenchStreamChecks, Lost) {
    expect(of({0, 2, 3}, 4), 1, 0, 0);
    expect(of({0, 1}, 4), 2, 0, 0);
    expect(of({1}, 4), 3, 0, 0);
    expect(of({}, 4), 4, 0, 0);
    EXPECT_EQ(of({0, 3}, 5).described[0], "receiver 0: message 1 did not come (3 in all)");
}

TEST(BenchStreamChecks, Duplicated) {
    expect(of({0, 0, 1, 2}, 3), 0, 1, 0);
    expect(of({0, 1, 2, 1, 1}, 3), 0, 2, 0);
}

TEST(BenchStreamChecks, Reordered) {
    expect(of({1, 0, 2}, 3), 0, 0, 1);
    expect(of({2, 1, 0}, 3), 0, 0, 2);
    EXPECT_EQ(of({1, 0}, 2).described[0], "receiver 0: message 0 came after message 1");
}

TEST(BenchStreamChecks, AllAtOnce) { expect(of({3, 1, 1, 0, 3}, 6), 3, 2, 2); }

TEST(BenchStreamChecks, ADuplicateIsNotCounted) {
    StreamChecks checks(1);
    EXPECT_TRUE(checks.arrived(0, 0));
    EXPECT_FALSE(checks.arrived(0, 0));
    EXPECT_TRUE(checks.arrived(0, 2));
    EXPECT_TRUE(checks.arrived(0, 1));
    EXPECT_FALSE(checks.arrived(0, 1));
}

TEST(BenchStreamChecks, StreamsAreApart) {
    StreamChecks checks(3);
    for (std::size_t stream = 0; stream < 3; ++stream) EXPECT_TRUE(checks.arrived(stream, 0));
    EXPECT_EQ(checks.violations().total(), 0U);
}

TEST(BenchStreamChecks, WhatComesAfterItCountedAsLostIsToldOnceMore) {
    StreamChecks checks(1);
    checks.ended(0, 2);
    EXPECT_FALSE(checks.arrived(0, 1));
    EXPECT_TRUE(checks.arrived(0, 2));
    EXPECT_EQ(checks.violations().lost, 2U);
    EXPECT_EQ(checks.violations().duplicated, 1U);
}

TEST(BenchStreamChecks, OnlyTheFirstFewAreDescribed) {
    StreamChecks checks(1);
    checks.arrived(0, 0);
    for (int i = 0; i < 100; ++i) checks.arrived(0, 0);
    EXPECT_EQ(checks.violations().duplicated, 100U);
    EXPECT_LE(checks.violations().described.size(), 5U);
}

}  // namespace
}  // namespace stentor::bench
