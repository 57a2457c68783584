#include "options.hpp"

#include "failure.hpp"

#include <gtest/gtest.h>

namespace stentor::bench {
namespace {

Options parse(const std::string& arguments) {
    CLI::App program;
    const CommandLine line(program);
    program.parse("bench " + arguments);
    EXPECT_TRUE(line.chosen());
    return line.options();
}

const std::string one = " --target a=ws://h:1/p@1 ";

TEST(BenchOptions, EachWorkloadHasItsDefaults) {
    EXPECT_EQ(parse("ws-echo" + one).sessions(), 1U);
    EXPECT_EQ(parse("ws-echo" + one).body, 64U);
    EXPECT_EQ(parse("fan-out" + one).sessions(), 1'001U);
    EXPECT_EQ(parse("fan-out" + one).body, 128U);
    EXPECT_EQ(parse("fan-out" + one).in_flight, 1U);
    EXPECT_EQ(parse("pairs" + one).sessions(), 1'000U);
    EXPECT_EQ(parse("app" + one).sessions(), 100U);
    EXPECT_EQ(parse("app" + one).app_reply, "/topic/greeting");
    EXPECT_EQ(parse("connect" + one).connections, 10'000U);
    EXPECT_EQ(parse("connect" + one + "--in-flight 7").sessions(), 7U);
    EXPECT_EQ(parse("memory" + one).sessions(), 10'000U);
    EXPECT_EQ(parse("memory" + one).rounds, 1U);
    EXPECT_EQ(parse("fan-out" + one).rounds, 5U);
}

TEST(BenchOptions, WarmUpIsATenth) {
    EXPECT_EQ(parse("fan-out" + one + "--messages 200").warm_up, 20U);
    EXPECT_EQ(parse("fan-out" + one + "--messages 200 --warm-up 0").warm_up, 0U);
}

TEST(BenchOptions, AnOpenLoopSendsRateTimesSeconds) {
    const Options options = parse("fan-out" + one + "--rate 150 --seconds 2");
    EXPECT_EQ(options.rate, 150.0);
    EXPECT_EQ(options.messages, 300U);
    EXPECT_FALSE(parse("fan-out" + one).rate);
}

TEST(BenchOptions, SeveralTargetsKeepTheirOrder) {
    const Options options =
        parse("fan-out --target b=ws://h:1 --rounds 3 --target a=stomp://h:2 --target c=xhr://h:3/x");
    ASSERT_EQ(options.targets.size(), 3U);
    EXPECT_EQ(options.targets[0].name, "b");
    EXPECT_EQ(options.targets[2].name, "c");
    EXPECT_EQ(options.rounds, 3U);
}

TEST(BenchOptions, WhatTheCommandLineDoesNotKnowIsRefused) {
    for (const std::string wrong :
         {"", "fan-in", "fan-out", "fan-out --pairs 3", "ws-echo --login x", "fan-out --subscribers 0",
          "fan-out --subscribers -1", "fan-out --subscribers many", "fan-out --body 0", "fan-out --rate 0",
          "fan-out --rate 10 --messages 10", "fan-out --seconds 3", "connect --deflate",
          "memory --messages 3", "fan-out extra", "app --body 100"})
        EXPECT_THROW(parse(wrong.find("fan-out") == 0 && wrong.size() == 7 ? wrong : wrong + one),
                     CLI::ParseError)
            << wrong;
}

TEST(BenchOptions, TargetsThatCannotBeMeasuredSoAreRefused) {
    EXPECT_THROW(parse("fan-out --target a=ws://h:1 --target a=ws://h:2"), WrongUse);
    EXPECT_THROW(parse("fan-out --target nonsense"), WrongUse);
    EXPECT_THROW(parse("ws-echo --target a=stomp://h:1"), WrongUse);
    EXPECT_THROW(parse("memory --target a=ws://h:1"), WrongUse);
    EXPECT_THROW(parse("fan-out --deflate --target a=stomp://h:1"), WrongUse);
}

}  // namespace
}  // namespace stentor::bench
