#include "relay/stomp_node_channel.hpp"
#include "stomp_relay_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stentor::relay {
namespace {

using namespace std::chrono_literals;
using stomp::Command;
using testing::ElementsAre;
using testing::IsEmpty;

class RelayNodeChannel : public StompRelayTest, private broker::NodeChannel::Listener {
protected:
    RelayNodeChannel() { channel.listen("0123", *this); }
    /// Answers the SUBSCRIBEs of the channel, and gives the topics' numbers.
    std::map<std::string, std::string> answer() {
        std::map<std::string, std::string> numbers;
        for (const Got& frame : broker.got()) {
            if (frame.command != Command::subscribe) continue;
            numbers[frame["destination"]] = frame["id"];
            broker.say_receipt(frame["receipt"]);
        }
        return numbers;
    }
    std::map<std::string, std::string> open() {
        broker.pass(0ms);
        broker.say_connected();
        return answer();
    }
    void send(const std::string& node, const std::string& body) {
        channel.send(node, body, [this](const Result<void>& result) {
            sent += result.has_error() ? to_string(result.error().code) : "done";
        });
    }
    broker::NodeChannel& channel = *relay->node_channel("blue");
    std::vector<std::string> told;
    std::string sent;

private:
    void on_node_message(std::string_view body) override { told.emplace_back(body); }
    void on_node_channel(bool open) override { told.emplace_back(open ? "(open)" : "(closed)"); }
};

const std::string to_all = "/topic/stentor-nodes.blue";
const std::string to_own = "/topic/stentor-nodes.blue.0123";

TEST_F(RelayNodeChannel, HasATopicForAllAndOneForEach) {
    const auto numbers = open();
    EXPECT_THAT(numbers, ElementsAre(testing::Key(to_all), testing::Key(to_own)));
    broker.say_message(numbers.at(to_all), "hello, all");
    broker.say_message(numbers.at(to_own), "hello, you");
    EXPECT_THAT(told, ElementsAre("(open)", "hello, all", "hello, you"));
}

TEST_F(RelayNodeChannel, SendsToAllOrToOneAndSaysWhenTheBrokerHasIt) {
    open();
    send("", "x");
    send("4567", std::string("y\0z", 3));
    const auto frames = broker.got();
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[0]["destination"], to_all);
    EXPECT_EQ(frames[0].body, "x");
    EXPECT_EQ(frames[1]["destination"], "/topic/stentor-nodes.blue.4567");
    EXPECT_EQ(frames[1].body, std::string("y\0z", 3));
    EXPECT_EQ(sent, "");
    broker.say_receipt(frames[1]["receipt"]);
    EXPECT_EQ(sent, "done");
}

TEST_F(RelayNodeChannel, IsOpenWhileTheBrokerIsThere) {
    open();
    broker.close();
    EXPECT_THAT(told, ElementsAre("(open)", "(closed)"));
    send("", "x");
    EXPECT_EQ(sent, "unavailable");
    broker.pass(30s);
    broker.say_connected();
    EXPECT_THAT(told, ElementsAre("(open)", "(closed)")) << "its topics are not subscribed yet";
    (void)answer();
    EXPECT_THAT(told, ElementsAre("(open)", "(closed)", "(open)"));
}

TEST_F(RelayNodeChannel, WhatIsUnderWayWhenTheBrokerGoesFailsWhenTheChannelIsClosed) {
    open();
    channel.send("", "x", [this](const Result<void>&) { told.emplace_back("(lost)"); });
    broker.close();
    EXPECT_THAT(told, ElementsAre("(open)", "(closed)", "(lost)"));
}

TEST_F(RelayNodeChannel, NoClientsDestinationLeadsToIt) {
    open();
    for (const std::string destination :
         {"/topic/stentor-nodes/blue", "/topic/stentor-nodes/blue/0123", "/topic/stentor-nodes/green",
          "/topic/stentor-nodes", "/queue/stentor-nodes/blue", "/topic/x/stentor-nodes/blue",
          "/topic/stentor-nodes.blue", "/topic/stentor-nodes.blue.0123", "/topic/stentor-nodes/*",
          "/topic/stentor-nodes/#", "/topic/stentor-nodes/**", "/topic/#", "/topic/stentor%2Dnodes/blue",
          "/topic/stentor-nodes%2Eblue", "/topic/stentor-nodes/blue?x=1",
          "/topic/a,/topic/stentor-nodes/blue", "/topic//stentor-nodes/blue", "nodes:blue",
          "nodes:blue.0123"}) {
        if (destination.starts_with('/')) {
            auto own = session.subscription(destination);
            subscribe(own);
            EXPECT_THAT(outcome(own), testing::AnyOf("forbidden", "unsupported", "malformed")) << destination;
            published.clear();
            publish(destination, "forged");
            EXPECT_THAT(published, testing::AnyOf("forbidden ", "unsupported ", "malformed ")) << destination;
            relay->unsubscribe(own);
        } else {
            EXPECT_FALSE(relay->handles(destination)) << "no client's frame comes this far";
        }
    }
    EXPECT_THAT(broker.got(), IsEmpty());
    EXPECT_THAT(told, ElementsAre("(open)"));
}

}  // namespace
}  // namespace stentor::relay
