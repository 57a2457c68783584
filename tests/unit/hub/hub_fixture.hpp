#pragma once

#include "base/timer_queue.hpp"
#include "broker/simple_broker.hpp"
#include "support/counted_random.hpp"
#include "unit/controller/fake_execution.hpp"
#include "unit/hub/fake_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace stentor::hub::test {

/// A hub with real functions behind a real router, the simple broker of a single shard, and neighbours that
/// note what they are sent.
class HubTest : public ::testing::Test, public broker::Peers, public Neighbours, public ReplyPost {
protected:
    using Lines = std::vector<std::string>;

    template <class F>
    Mapping& message(std::string pattern, F function) {
        return mappings_.emplace_back(Mapping::Kind::message, std::move(pattern), bind(std::move(function)));
    }
    template <class F>
    Mapping& subscribe(std::string pattern, F function) {
        return mappings_.emplace_back(Mapping::Kind::subscribe, std::move(pattern),
                                      bind(std::move(function)));
    }
    Hub& hub() {
        if (hub_) return *hub_;
        auto built = controller::Router::build(mappings_, handlers_);
        if (!built) throw std::logic_error(built.error().message);
        router_.emplace(std::move(*built));
        broker_.emplace(broker_settings_, *this, timers_);
        return hub_.emplace(settings_, *router_, *broker_, execution_, *this, replies_, "shard-");
    }
    FakeClient& client(std::string session, std::string user = {}) {
        FakeClient& made = clients_.emplace_back(std::move(session), std::move(user));
        hub().attach(made);
        return made;
    }
    /// Sends, and says what came of it; empty while it is under way.
    std::string send(FakeClient& from, std::string destination, std::string body = {}, Headers headers = {}) {
        Message message{std::move(destination), std::move(headers), std::move(body), {}};
        hub().send(from, std::make_shared<Message>(std::move(message)), ++last_ticket_);
        return from.outcomes[last_ticket_];
    }
    std::string subscribe(FakeClient& by, std::string id, std::string destination, Headers headers = {}) {
        hub().subscribe(by, by.add(std::move(id), std::move(destination)), std::move(headers),
                        ++last_ticket_);
        return by.outcomes[last_ticket_];
    }
    void unsubscribe(FakeClient& by, std::string_view id) {
        const auto own =
            std::ranges::find(by.subscriptions, id, [](const auto& s) { return std::string_view(s->id); });
        hub().unsubscribe(by, **own);
        by.subscriptions.erase(own);
    }
    /// What a session does at its end.
    void leave(FakeClient& by) {
        for (const auto& own : by.subscriptions) hub().unsubscribe(by, *own);
        by.subscriptions.clear();
        hub().detach(by);
    }
    std::string publish(std::string destination, std::string body = {}) {
        std::string outcome;
        hub().publish({std::move(destination), {}, std::move(body), {}}, [&](const Result<void>& result) {
            outcome += result.has_error() ? result.error().message : "ok";
        });
        return outcome;
    }
    void TearDown() override {
        for (FakeClient& one : clients_) leave(one);
        EXPECT_EQ(hub().users().sessions(), 0U);
        EXPECT_EQ(broker_->subscriptions(), 0U);
        EXPECT_EQ(replies_.size(), 0U);
    }

    Settings settings_;
    broker::Settings broker_settings_;
    std::deque<Mapping> mappings_;
    std::deque<ExceptionMapping> handlers_;
    controller::FakeExecution execution_;
    std::optional<controller::Router> router_;
    base::TimerQueue timers_;
    std::optional<broker::SimpleBroker> broker_;
    std::optional<Hub> hub_;
    std::deque<FakeClient> clients_;
    stentor::test::CountedRandom random_;
    ReplyQueues replies_{random_, *this};
    Lines to_neighbours_;  ///< "<user> <destination> <body>"
    Result<void> neighbours_answer_;
    Ticket last_ticket_ = 0;

private:
    [[nodiscard]] unsigned self() const override { return 0; }
    [[nodiscard]] unsigned count() const override { return 1; }
    void send_reply(unsigned, const MessagePtr&, std::uint64_t) override {
        ADD_FAILURE() << "there is no other shard";
    }
    void send(unsigned, broker::Mail) override { ADD_FAILURE() << "there is no other shard"; }
    void send_to_user(const std::string& user, const std::string& destination, const MessagePtr& message,
                      broker::Broker::Done done) override {
        to_neighbours_.push_back(user + " " + destination + " " + message->body);
        done(neighbours_answer_);
    }
};

}  // namespace stentor::hub::test
