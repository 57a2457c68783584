#include "kafka/record_headers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::kafka {
namespace {

Record record() { return {.topic = "prices", .partition = 2, .offset = 17, .timestamp = 1000, .value = "v"}; }

TEST(RecordHeaders, SayWhereTheRecordStands) {
    Record one = record();
    one.key = "EUR";
    EXPECT_EQ(headers_of(one, HeaderList(), {}), (Headers{{"kafka-topic", "prices"},
                                                          {"kafka-partition", "2"},
                                                          {"kafka-offset", "17"},
                                                          {"kafka-timestamp", "1000"},
                                                          {"kafka-key", "EUR"}}));
    EXPECT_EQ(id_of(one), "prices-2-17");
}

TEST(RecordHeaders, OnlyListedOnesPass) {
    Record one = record();
    one.headers = {{"content-type", "text/plain"}, {"secret", "s"}, {"x-a", "1"}, {"x-b", "2"}};
    const Headers headers = headers_of(one, HeaderList({"content-type", "x-*"}), {});
    EXPECT_EQ(headers.find("content-type"), "text/plain");
    EXPECT_EQ(headers.find("x-a"), "1");
    EXPECT_EQ(headers.find("x-b"), "2");
    EXPECT_FALSE(headers.contains("secret"));
}

TEST(RecordHeaders, F11WhatSteersTheProtocolNeverPassesEvenWhereAllDo) {
    const HeaderList all({"*"});
    for (const char* name : {"destination", "message-id", "subscription", "ack", "content-length", "receipt",
                             "kafka-offset", "kafka-", "redelivered", "transaction", "x-skipped", ""}) {
        EXPECT_FALSE(all.passes(name)) << name;
        EXPECT_FALSE(may_be_listed(name)) << name;
    }
    EXPECT_FALSE(all.passes("a\nb"));
    EXPECT_TRUE(all.passes("mine"));
}

TEST(RecordHeaders, WhatIsNotTextOrTooMuchIsLeftOut) {
    Record one = record();
    const std::string large(2000, 'x');
    one.key = large;
    one.headers = {{"x-nul", std::string_view("a\0b", 3)},
                   {"x-binary", "\xff\xfe"},
                   {"x-line", "a\nb"},
                   {"x-large", large},
                   {"x-empty", ""},
                   {"x-empty", "again"}};
    const Headers headers = headers_of(one, HeaderList({"x-*"}), {});
    for (const char* name : {"x-nul", "x-binary", "x-line", "x-large", "kafka-key"})
        EXPECT_FALSE(headers.contains(name)) << name;
    EXPECT_EQ(headers.find("x-empty"), "");
}

TEST(RecordHeaders, ManyAreCut) {
    Record one = record();
    std::vector<std::string> names;
    for (int i = 0; i < 10'000; ++i) names.push_back("x-" + std::to_string(i));
    for (const std::string& name : names) one.headers.emplace_back(name, "v");
    EXPECT_EQ(headers_of(one, HeaderList({"x-*"}), {.max_headers = 32}).size(), 32U + 4U);
}

TEST(RecordHeaders, ATombstoneSaysSo) {
    Record one = record();
    one.value = std::nullopt;
    one.timestamp = -1;
    one.key = std::string_view("\0\1", 2);
    EXPECT_EQ(headers_of(one, HeaderList(), {}), (Headers{{"kafka-topic", "prices"},
                                                          {"kafka-partition", "2"},
                                                          {"kafka-offset", "17"},
                                                          {"kafka-tombstone", "true"}}));
}

}  // namespace
}  // namespace stentor::kafka
