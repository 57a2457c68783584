// A session whose client is slow, by the rules for slow consumers.
#include "fake_queues.hpp"
#include "stomp_bench.hpp"

#include <gmock/gmock.h>

namespace stentor::session {
namespace {

using broker::SlowPolicy;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class StompSlow : public ::testing::Test {
protected:
    StompSlow() {
        add("/topic/strict/**", SlowPolicy::close);
        add("/topic/prices/**", SlowPolicy::conflate);
        add("/topic/**", SlowPolicy::drop_oldest);
        bench.settings.slow_rules.rest.max_bytes = 5'000;
        bench.broker_settings.slow_rules = bench.settings.slow_rules;
        client.hear("SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^");
    }
    void add(const std::string& destinations, SlowPolicy policy) {
        bench.settings.slow_rules.all.push_back(
            {messaging::DestinationPattern::parse(destinations).value(), policy, "symbol", 3});
    }
    void stall() { client.outlet.unsent_bytes = bench.settings.hold_back + 1; }
    void drain() {
        client.outlet.unsent_bytes = 0;
        client.session.drained();
        bench.turn();
    }
    void publish(const std::string& destination, int first, int last, const std::string& key = {}) {
        for (int n = first; n <= last; ++n) {
            Headers headers;
            if (!key.empty()) headers.add("symbol", key);
            bench.publish(destination, std::to_string(n), headers);
        }
    }
    /// Each MESSAGE's body, with its gap; other frames whole.
    std::vector<std::string> got() {
        std::vector<std::string> all;
        std::string text = client.said();
        for (std::size_t end = text.find('^'); end != std::string::npos; end = text.find('^')) {
            const std::string frame = text.substr(0, end);
            text.erase(0, end + 1);
            std::string shown = frame.substr(frame.find("\n\n") + 2);
            for (const std::string name : {"x-skipped", "x-conflated"})
                if (const auto at = frame.find("\n" + name + ":"); at != std::string::npos)
                    shown += " " + frame.substr(at + 1, frame.find('\n', at + 1) - at - 1);
            all.push_back(frame.starts_with("MESSAGE") ? shown : frame);
        }
        return all;
    }

    StompBench bench;
    StompBench::Client& client = bench.connected();
};

TEST_F(StompSlow, WhoKeepsUpGetsEveryMessageAsEverybodyDoes) {
    publish("/topic/x", 1, 10);
    EXPECT_EQ(got().size(), 10U);
    EXPECT_EQ(bench.frames.encoded(), 10U);
    EXPECT_EQ(bench.shard().slow_consumers, broker::SlowConsumers{});
}

TEST_F(StompSlow, WhoIsSlowGetsTheNewestOnceItHasTakenTheRest) {
    stall();
    publish("/topic/x", 1, 10);
    EXPECT_THAT(got(), ElementsAre());
    drain();
    EXPECT_THAT(got(), ElementsAre("8 x-skipped:7", "9", "10"));
    EXPECT_EQ(bench.shard().slow_consumers.skipped, 7U);
    publish("/topic/x", 11, 12);
    EXPECT_THAT(got(), ElementsAre("11", "12"));
    EXPECT_EQ(bench.shard().kept_bytes, 0U);
}

TEST_F(StompSlow, TheGapStandsInAHeaderOfTheFirstMessageBehindIt) {
    stall();
    publish("/topic/x", 1, 4);
    drain();
    EXPECT_THAT(client.said(),
                testing::StartsWith("MESSAGE\ndestination:/topic/x\nmessage-id:m-2\nsubscription:1\n"
                                    "x-skipped:1\ncontent-length:1\n\n2^MESSAGE\n"));
}

TEST_F(StompSlow, OfEachKeyItGetsTheNewest) {
    client.hear("SUBSCRIBE\nid:2\ndestination:/topic/prices/x\n\n^");
    stall();
    publish("/topic/prices/x", 1, 5, "a");
    publish("/topic/prices/x", 6, 9, "b");
    publish("/topic/prices/x", 10, 10, "a");
    drain();
    EXPECT_THAT(got(), ElementsAre("9 x-conflated:8", "10"));
    EXPECT_EQ(bench.shard().slow_consumers.conflated, 8U);
}

TEST_F(StompSlow, ABurstThatItsPeerTakesAtOnceIsNotSlow) {
    client.outlet.takes_all = true;
    stall();
    publish("/topic/x", 1, 10);
    EXPECT_EQ(got().size(), 10U);
}

TEST_F(StompSlow, ManyMessagesOfFewBytesAreTooManyToo) {
    client.outlet.crowded = true;
    publish("/topic/x", 1, 10);
    EXPECT_THAT(got(), ElementsAre());
    client.outlet.crowded = false;
    drain();
    EXPECT_THAT(got(), ElementsAre("8 x-skipped:7", "9", "10"));
}

TEST_F(StompSlow, WhatComesWhileItDrainsKeepsTheOrder) {
    stall();
    publish("/topic/x", 1, 3);
    client.outlet.unsent_bytes = 0;
    client.outlet.grows = true;
    bench.settings.hold_back = 1;  // one frame fills it
    client.session.drained();
    publish("/topic/x", 4, 4);
    client.outlet.grows = false;
    drain();
    EXPECT_THAT(got(), ElementsAre("1", "2", "3", "4"));
}

TEST_F(StompSlow, WhoIsSlowNowAndThenIsToldOfEachGap) {
    int n = 0;
    std::vector<std::string> all;
    for (int round = 0; round < 3; ++round) {
        stall();
        publish("/topic/x", n + 1, n + 5);
        n += 5;
        drain();
        for (const std::string& each : got()) all.push_back(each);
    }
    EXPECT_THAT(all, ElementsAre("3 x-skipped:2", "4", "5", "8 x-skipped:2", "9", "10", "13 x-skipped:2",
                                 "14", "15"));
}

TEST_F(StompSlow, ByAPatternEachMessageIsKeptByItsOwnRuleAndInOrder) {
    client.hear("UNSUBSCRIBE\nid:1\n\n^SUBSCRIBE\nid:2\ndestination:/topic/**\n\n^");
    stall();
    publish("/topic/x", 1, 2);
    publish("/topic/prices/x", 3, 4, "a");
    publish("/topic/strict/x", 5, 6);
    publish("/topic/x", 7, 8);
    drain();
    EXPECT_THAT(got(), ElementsAre("2 x-skipped:1", "4 x-conflated:1", "5", "6", "7", "8"));
}

TEST_F(StompSlow, WhatMustNotBeLostEndsTheSessionWhenTooMuchOfItWaits) {
    client.hear("SUBSCRIBE\nid:2\ndestination:/topic/**\n\n^");
    stall();
    publish("/topic/x", 1, 1);
    for (int n = 0; n < 5; ++n) bench.publish("/topic/strict/x", std::string(1'500, 'x'));
    bench.turn();
    EXPECT_THAT(client.outcome(),
                AllOf(HasSubstr("ERROR\nmessage:The client is too slow"), HasSubstr("|closed 1008")));
    EXPECT_EQ(bench.shard().slow_consumers.closed, 1U);
    EXPECT_EQ(bench.shard().kept_bytes, 0U);
}

TEST_F(StompSlow, WithoutARuleNothingIsKept) {
    client.hear("SUBSCRIBE\nid:2\ndestination:/topic/strict/x\n\n^");
    stall();
    publish("/topic/strict/x", 1, 10);
    EXPECT_EQ(got().size(), 10U) << "the transport ends who does not take them";
}

TEST_F(StompSlow, SubscriptionsOfASessionHaveTheirOwn) {
    client.hear("SUBSCRIBE\nid:2\ndestination:/topic/y\n\n^");
    stall();
    publish("/topic/x", 1, 5);
    publish("/topic/y", 11, 12);
    drain();
    EXPECT_THAT(got(), ElementsAre("3 x-skipped:2", "11", "4", "12", "5"));
}

TEST_F(StompSlow, UnsubscribedIsNotSentWhatWasKept) {
    stall();
    publish("/topic/x", 1, 5);
    client.hear("UNSUBSCRIBE\nid:1\nreceipt:r\n\n^");
    drain();
    EXPECT_THAT(got(), ElementsAre("RECEIPT\nreceipt-id:r\n\n"));
    EXPECT_EQ(bench.shard().kept_bytes, 0U);
}

TEST_F(StompSlow, DisconnectedIsNotSentWhatWasKept) {
    stall();
    publish("/topic/x", 1, 5);
    client.hear("DISCONNECT\nreceipt:r\n\n^");
    drain();
    EXPECT_THAT(got(), ElementsAre("RECEIPT\nreceipt-id:r\n\n"));
    EXPECT_EQ(bench.shard().kept_bytes, 0U);
}

TEST_F(StompSlow, LostWithWhatWasKept) {
    stall();
    publish("/topic/x", 1, 5);
    client.session.closed({1006, "gone"});
    EXPECT_EQ(bench.shard().kept_bytes, 0U);
}

TEST_F(StompSlow, WhatItMustAcknowledgeWaitsByTheRuleAtTheBroker) {
    client.hear("SUBSCRIBE\nid:2\ndestination:/topic/y\nack:client-individual\nprefetch-count:1\n\n^");
    publish("/topic/y", 1, 9);
    EXPECT_THAT(got(), ElementsAre("1"));
    client.hear("ACK\nid:1\n\n^");
    EXPECT_THAT(got(), ElementsAre("7 x-skipped:5"));
    client.hear("ACK\nid:2\n\n^");
    EXPECT_THAT(got(), ElementsAre("8"));
    EXPECT_EQ(bench.broker.slow_consumers().skipped, 5U);
}

TEST_F(StompSlow, APublisherCannotTellOfAGap) {
    client.hear("SEND\ndestination:/topic/x\nx-skipped:5\nx-conflated:6\nkind:k\n\nm^");
    EXPECT_THAT(client.said(),
                AllOf(HasSubstr("kind:k"), Not(HasSubstr("x-skipped")), Not(HasSubstr("x-conflated"))));
}

TEST_F(StompSlow, OneThatIsSlowDelaysNobody) {
    StompBench::Client& other = bench.connected();
    other.hear("SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^");
    stall();
    publish("/topic/x", 1, 1'000);
    EXPECT_EQ(other.outlet.frames.size(), 1'000U);
    EXPECT_LT(bench.shard().kept_bytes, 3'000U);
}

}  // namespace
}  // namespace stentor::session
