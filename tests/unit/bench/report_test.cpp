#include "report.hpp"

#include <gtest/gtest.h>

namespace stentor::bench {
namespace {

Round round_of(std::uint64_t server_ms, std::uint64_t softirq_ms) {
    Round round;
    round.deliveries = 100'000;
    round.wall = 2'000'000'000;
    round.client_cpu = 500'000'000;
    round.server_cpu = server_ms * 1'000'000;
    round.softirq_cpu = softirq_ms * 1'000'000;
    round.p50 = 120;
    return round;
}

Target target(const char* name) { return {name, Transport::websocket, "h", 1, "/", {7}}; }

TEST(BenchReport, TheMedianOfRounds) {
    EXPECT_EQ(median({3, 1, 2}), 2);
    EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
    EXPECT_EQ(median({}), 0);
}

TEST(BenchReport, KsoftirqdIsCountedIn) {
    const Result result = summarize(target("a"), Workload::fan_out,
                                    {round_of(400, 100), round_of(500, 100), round_of(900, 100)});
    EXPECT_DOUBLE_EQ(median_of(result, "server_cpu_us_per_delivery"), 6.0);
    EXPECT_DOUBLE_EQ(median_of(result, "ksoftirqd_us_per_delivery"), 1.0);
    EXPECT_NEAR(median_of(result, "deliveries_per_cpu_second"), 166'667, 1);
    EXPECT_DOUBLE_EQ(median_of(result, "deliveries_per_second"), 50'000);
    EXPECT_DOUBLE_EQ(median_of(result, "server_cpu_share"), 0.25);
}

TEST(BenchReport, TheRatioSaysHowMuchMoreIsDoneWithTheSameCpu) {
    const Result first = summarize(target("a"), Workload::fan_out, {round_of(400, 0)});
    const Result slow = summarize(target("b"), Workload::fan_out, {round_of(800, 0)});
    EXPECT_DOUBLE_EQ(ratio_to_first(first, slow), 0.5);
    EXPECT_DOUBLE_EQ(ratio_to_first(first, first), 1);
}

TEST(BenchReport, WithoutAProcessThereIsNoCpuAndNoRatio) {
    Round round = round_of(0, 0);
    round.server_cpu.reset();
    Target unknown = target("a");
    unknown.pids.clear();
    const Result result = summarize(unknown, Workload::fan_out, {round});
    EXPECT_EQ(median_of(result, "server_cpu_us_per_delivery"), 0);
    EXPECT_EQ(ratio_to_first(result, result), 0);
    EXPECT_EQ(result.notes.size(), 1U);
    EXPECT_NE(as_json({}, {result}).find("\"ratio_to_first\":null"), std::string::npos);
}

TEST(BenchReport, AGeneratorThatWasTheLimitIsSaid) {
    Round round = round_of(400, 0);
    round.client_cpu = 1'950'000'000;
    const Result result = summarize(target("a"), Workload::fan_out, {round});
    EXPECT_NE(as_table({}, {result}).find("the generator was the limit"), std::string::npos);
}

TEST(BenchReport, WhatWasWrongStandsInTableAndJson) {
    Round round = round_of(400, 0);
    round.violations = {3, 0, 1, 0, {"receiver 5: message \"7\" did not come"}};
    const Result result = summarize(target("a"), Workload::fan_out, {round});
    EXPECT_NE(as_table({}, {result}).find("WRONG: 3 deliveries lost, 0 duplicated, 1 reordered"),
              std::string::npos);
    EXPECT_NE(as_table({}, {result}).find("receiver 5"), std::string::npos);
    EXPECT_NE(as_json({}, {result})
                  .find(R"("lost":3,"duplicated":0,"reordered":1,"foreign":0,)"
                        R"("described":["receiver 5: message \"7\" did not come"])"),
              std::string::npos);
}

}  // namespace
}  // namespace stentor::bench
