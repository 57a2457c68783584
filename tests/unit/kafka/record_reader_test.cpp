#include "kafka/record_reader.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace stentor::kafka {
namespace {

class RecordReaderTest : public ::testing::Test {
protected:
    RecordReaderTest() {
        settings.rules = std::make_shared<const TopicRules>(
            *TopicRules::make({{"/topic/prices/{symbol}", "prices", "{symbol}"}}, {{"/topic"}, {}}, true));
        settings.nodes_topic = "stentor-nodes";
        settings.limits.max_body = 100;
    }
    EngineSettings settings;
    RecordReader reader{settings};
};

TEST_F(RecordReaderTest, ARecordIsAMessageOfItsDestination) {
    const Arrival arrival = reader.read({.topic = "prices",
                                         .partition = 1,
                                         .offset = 5,
                                         .key = "EUR",
                                         .value = std::string_view("\0\xff", 2)});
    EXPECT_EQ(arrival.partition, 1);
    EXPECT_EQ(arrival.offset, 5);
    ASSERT_TRUE(arrival.message);
    EXPECT_EQ(arrival.message->destination, "/topic/prices/EUR");
    EXPECT_EQ(arrival.message->id, "prices-1-5");
    EXPECT_EQ(arrival.message->body, std::string("\0\xff", 2));
}

TEST_F(RecordReaderTest, NobodysAndTooLargeOnesOnlyPass) {
    const std::string large(101, 'x');
    EXPECT_FALSE(reader.read({.topic = "prices", .offset = 5, .value = "v"}).message);
    EXPECT_FALSE(reader.read({.topic = "other", .offset = 5, .value = "v"}).message);
    const Arrival passed = reader.read({.topic = "topic.a", .offset = 6, .value = large});
    EXPECT_FALSE(passed.message);
    EXPECT_EQ(passed.offset, 6);
}

TEST_F(RecordReaderTest, ATombstoneIsAnEmptyMessage) {
    const Arrival arrival = reader.read({.topic = "topic.a", .offset = 5});
    ASSERT_TRUE(arrival.message);
    EXPECT_EQ(arrival.message->body, "");
    EXPECT_EQ(arrival.message->headers.find("kafka-tombstone"), "true");
}

TEST_F(RecordReaderTest, AServersRecordSaysWhomItIsFor) {
    const Arrival arrival = reader.read({.topic = "stentor-nodes", .key = "n2", .value = "b"});
    ASSERT_TRUE(arrival.message);
    EXPECT_EQ(*arrival.message, (Message{"", {}, "b", "n2"}));
}

}  // namespace
}  // namespace stentor::kafka
