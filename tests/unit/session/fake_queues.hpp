#pragma once

#include "broker/broker.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace stentor::session {

/// A broker in the test's hand: it notes what it is told, and delivers what the test says.
class FakeQueues final : public broker::Broker {
public:
    [[nodiscard]] bool handles(std::string_view destination) const override {
        return destination.starts_with("/queue/") || destination.starts_with("/topic/");
    }
    void subscribe(broker::Subscription& subscription, Done done) override {
        subscriptions.push_back(&subscription);
        done({});
    }
    void unsubscribe(broker::Subscription& subscription) override {
        std::erase(subscriptions, &subscription);
    }
    void publish(MessagePtr message, Done done) override {
        published.push_back(message->destination + " " + message->body);
        if (hold) waiting.push_back(std::move(done));
        else
            done(refuses.empty() || message->destination != refuses
                     ? Result<void>()
                     : Result<void>(Error{Errc::too_large, "The queue is full"}));
    }
    void publish_all(std::vector<MessagePtr> messages, Done done) override {
        together.push_back(messages.size());
        Broker::publish_all(std::move(messages), std::move(done));
    }
    void settle(broker::Subscription& subscription, std::uint64_t delivery,
                broker::Settlement settlement) override {
        settled.push_back(subscription.id + " " + std::to_string(delivery) +
                          (settlement == broker::Settlement::accepted ? " accepted" : " rejected"));
        if (on_settle) on_settle();
    }

    [[nodiscard]] broker::Subscription& subscription(std::string_view id) const {
        return **std::ranges::find(subscriptions, id, [](const auto* s) { return std::string_view(s->id); });
    }
    void deliver(std::string_view id, const std::string& message_id, std::uint64_t number,
                 bool redelivered = false, std::string body = {}) const {
        broker::Subscription& to = subscription(id);
        const auto message =
            std::make_shared<const Message>(Message{to.destination, {}, std::move(body), message_id});
        to.subscriber.deliver(to, {message, number, redelivered});
    }
    /// What was settled since the last call.
    std::vector<std::string> settlements() { return std::exchange(settled, {}); }

    std::vector<broker::Subscription*> subscriptions;
    std::vector<std::string> published;  ///< "<destination> <body>"
    std::vector<std::size_t> together;   ///< how many of them were, each time
    std::vector<std::string> settled;    ///< "<subscription> <number> accepted|rejected"
    std::vector<Done> waiting;
    std::string refuses;  ///< a destination
    bool hold = false;    ///< publishes are answered by the test
    std::function<void()> on_settle;
};

}  // namespace stentor::session
