#pragma once

#include "fake_broker.hpp"
#include "fake_session.hpp"
#include "relay/stomp_relay.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stentor::relay {

/// A relay, its broker, and a session with what it was told.
class StompRelayTest : public ::testing::Test {
protected:
    StompRelayTest() { broker.server = "RabbitMQ/3.10.8"; }
    void connect() {
        broker.pass(std::chrono::milliseconds(0));
        broker.say_connected();
        (void)broker.got();
    }
    /// The broker is lost and back.
    void reconnect(base::Duration after = std::chrono::seconds(30)) {
        if (broker.wire != nullptr) broker.close();
        broker.pass(after);
        broker.say_connected();
    }
    void subscribe(broker::Subscription& subscription) {
        outcomes[subscription.id] = "waits";
        relay->subscribe(subscription, [this, id = subscription.id](const Result<void>& result) {
            EXPECT_EQ(outcomes[id], "waits") << "answered twice";
            outcomes[id] = result.has_error() ? to_string(result.error().code) : "done";
        });
    }
    /// The same with the broker's receipt; gives its id at the broker.
    std::string subscribed(broker::Subscription& subscription) {
        subscribe(subscription);
        const auto frames = broker.got();
        EXPECT_EQ(frames.size(), 1U);
        broker.say_receipt(frames.at(0)["receipt"]);
        EXPECT_EQ(outcome(subscription), "done");
        return frames.at(0)["id"];
    }
    std::string outcome(const broker::Subscription& subscription) { return outcomes[subscription.id]; }
    void publish(const std::string& destination, std::string body, Headers headers = {}) {
        relay->publish(std::make_shared<const Message>(
                           Message{destination, std::move(headers), std::move(body), "own-1"}),
                       [this](const Result<void>& result) {
                           if (result.has_error()) last_error = result.error();
                           published += result.has_error() ? std::string(to_string(result.error().code)) + " "
                                                           : "done ";
                       });
    }

    /// By one session, as a transaction.
    void publish_all(const std::vector<std::pair<std::string, std::string>>& messages) {
        std::vector<MessagePtr> all;
        for (const auto& [destination, body] : messages)
            all.push_back(std::make_shared<const Message>(Message{destination, {}, body, "own-1"}));
        relay->publish_all(std::move(all), [this](const Result<void>& result) {
            if (result.has_error()) last_error = result.error();
            published += result.has_error() ? std::string(to_string(result.error().code)) + " " : "done ";
        });
    }
    void settle(broker::Subscription& by, const std::string& body, broker::Settlement how) {
        relay->settle(by, session.number(body), how);
    }
    /// The frames that came since the last look: "ACK x", "NACK x", otherwise the command.
    std::string got() {
        std::string text;
        for (const Got& frame : broker.got()) {
            text += text.empty() ? "" : ", ";
            if (frame.command == stomp::Command::ack) text += "ACK " + frame["id"];
            else if (frame.command == stomp::Command::nack) text += "NACK " + frame["id"];
            else text += stomp::to_string(frame.command);
        }
        return text;
    }

    FakeBroker broker;
    FakeSession session;
    RelaySettings settings;
    std::map<std::string, std::string> outcomes;
    std::string published;  ///< one word for each that was answered
    Error last_error;
    std::unique_ptr<StompRelay> relay =
        std::make_unique<StompRelay>(settings, broker.dialer(), broker.timers, broker.random);
};

}  // namespace stentor::relay
