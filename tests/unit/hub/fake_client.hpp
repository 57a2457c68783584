#pragma once

#include "hub/client.hpp"
#include "hub/hub.hpp"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace stentor::hub::test {

/// A session in the test's hand. It notes what it gets and keeps the rules of one: an outcome comes once for
/// each ticket, a delivery only for a subscription it has.
class FakeClient final : public Client {
public:
    explicit FakeClient(std::string session, std::string user = {})
        : state_(std::make_shared<SessionState>(SessionState{std::move(session)})) {
        if (!user.empty())
            state_->principal = std::make_unique<const Principal>(Principal{std::move(user), {}});
    }

    [[nodiscard]] const std::shared_ptr<SessionState>& state() const override { return state_; }
    void finished(Ticket ticket, const Result<void>& result) override {
        outcomes[ticket] += result.has_error()
                                ? std::string(to_string(result.error().code)) + ": " + result.error().message
                                : "ok";
    }
    [[nodiscard]] bool asked_receipt(Ticket ticket) const override { return receipts.contains(ticket); }
    void deliver(const broker::Subscription& subscription, const broker::Delivery& delivery) override {
        const MessagePtr& message = delivery.message;
        got.push_back(subscription.id + " " + message->destination + " " + message->body);
        messages.push_back(message);
    }
    void overflowed(const broker::Subscription&) override {}
    void visit_subscriptions(const Visitor& visitor) const override {
        for (const auto& own : subscriptions) visitor(own->id, own->destination);
    }
    bool close(const std::string& reason, std::uint16_t code) override {
        closed = std::to_string(code) + " " + reason;
        return true;
    }
    Result<void> renew(const Authentication& who, const security::Providers&) override {
        state_->principal = std::make_shared<const Principal>(who.principal);
        return {};
    }
    bool unsubscribe(std::string_view) override { return false; }
    std::size_t end_subscriptions(const Keeps& keeps, const Error& why) override {
        std::size_t ended = 0;
        for (const auto& own : subscriptions) {
            if (keeps(own->destination)) continue;
            ended_subscriptions.push_back(own->id + " " + why.message);
            ++ended;
        }
        return ended;
    }

    broker::Subscription& add(std::string id, std::string destination) {
        const std::string& kept_id = texts_.emplace_back(std::move(id));
        const std::string& kept_destination = texts_.emplace_back(std::move(destination));
        subscriptions.push_back(std::make_unique<broker::Subscription>(*this, kept_id, kept_destination));
        return *subscriptions.back();
    }

    std::deque<std::unique_ptr<broker::Subscription>> subscriptions;
    std::set<Ticket> receipts;
    std::map<Ticket, std::string> outcomes;  ///< "ok", or the error; twice is "okok"
    std::vector<std::string> got;            ///< "<subscription> <destination> <body>"
    std::vector<MessagePtr> messages;
    std::vector<std::string> ended_subscriptions;  ///< "<subscription> <why>"; they stay here
    std::string closed;                            ///< "<code> <reason>"

private:
    std::shared_ptr<SessionState> state_;
    std::deque<std::string> texts_;  ///< of the subscriptions that ever were
};

}  // namespace stentor::hub::test
