#include "inflater.hpp"

#include "failure.hpp"

#include <gtest/gtest.h>

namespace stentor::bench {
namespace {

using namespace std::string_view_literals;

TEST(BenchInflater, Rfc7692_7_2_3_1_AMessageThatStandsAlone) {
    Inflater inflater(Inflater::Context::reset);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(inflater.inflate("\xf2\x48\xcd\xc9\xc9\x07\x00"sv), "Hello");
}

TEST(BenchInflater, Rfc7692_7_2_3_2_AMessageThatRefersToTheOneBefore) {
    Inflater inflater(Inflater::Context::kept);
    EXPECT_EQ(inflater.inflate("\xf2\x48\xcd\xc9\xc9\x07\x00"sv), "Hello");
    EXPECT_EQ(inflater.inflate("\xf2\x00\x11\x00\x00"sv), "Hello");
}

TEST(BenchInflater, Rfc7692_7_2_3_3_ABlockThatIsNotCompressed) {
    Inflater inflater(Inflater::Context::reset);
    EXPECT_EQ(inflater.inflate("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"sv), "Hello");
}

TEST(BenchInflater, ManyDifferentMessagesAndThenTheFirstOnes) {
    Inflater inflater(Inflater::Context::reset);
    for (int round = 0; round < 2; ++round) {
        for (char c = 0; c < 100; ++c) {
            const std::string stored = {0, 1, 0, '\xfe', '\xff', c, 0};
            EXPECT_EQ(inflater.inflate(stored), std::string(1, c));
        }
    }
}

TEST(BenchInflater, WhatIsNotDeflatedIsRefusedEachTime) {
    Inflater inflater(Inflater::Context::reset);
    for (int i = 0; i < 2; ++i) EXPECT_THROW(inflater.inflate("\x07garbage"sv), Failure);
    EXPECT_EQ(inflater.inflate("\xf2\x48\xcd\xc9\xc9\x07\x00"sv), "Hello");
}

}  // namespace
}  // namespace stentor::bench
