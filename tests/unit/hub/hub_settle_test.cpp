#include "hub_fixture.hpp"

namespace stentor::hub::test {
namespace {

/// Notes what is settled; everything below /queue is its own.
class NotingBroker final : public broker::Broker {
public:
    [[nodiscard]] bool handles(std::string_view destination) const override {
        return destination.starts_with("/queue/");
    }
    void subscribe(broker::Subscription&, Done done) override { done({}); }
    void subscribe_with(const Headers& headers, broker::Subscription& subscription, Done done) override {
        subscribed.emplace_back(headers.find("offset").value_or(""));
        subscribe(subscription, std::move(done));
    }
    void unsubscribe(broker::Subscription&) override {}
    void publish(MessagePtr, Done done) override { done({}); }
    void settle(broker::Subscription& subscription, std::uint64_t delivery,
                broker::Settlement settlement) override {
        settled.push_back(subscription.destination + " " + std::to_string(delivery) +
                          (settlement == broker::Settlement::accepted ? " accepted" : " rejected"));
    }
    std::vector<std::string> settled;
    std::vector<std::string> subscribed;  ///< what each asked for by `offset`
};

class HubSettle : public HubTest {
protected:
    HubSettle() {
        subscribe("/init", [] { return std::string("first"); });
        auto built = controller::Router::build(mappings_, handlers_);
        own_router_.emplace(std::move(*built));
    }
    using HubTest::subscribe;

    NotingBroker noting_;
    std::optional<controller::Router> own_router_;
    Hub own_{settings_, *own_router_, noting_, execution_, *this, replies_, "shard-"};
    FakeClient bob_{"s-bob", "bob"};
};

TEST_F(HubSettle, IsTheBrokersConcern) {
    own_.settle(bob_.add("1", "/queue/x"), 7, broker::Settlement::rejected);
    EXPECT_EQ(noting_.settled, (Lines{"/queue/x 7 rejected"}));
}

TEST_F(HubSettle, WhatASubscribeAsksForIsTheBrokersConcernToo) {
    own_.attach(bob_);
    own_.subscribe(bob_, bob_.add("1", "/queue/x"), {{"offset", "earliest"}}, 1);
    EXPECT_EQ(noting_.subscribed, (Lines{"earliest"}));
    own_.detach(bob_);
}

TEST_F(HubSettle, IsNobodysForUserAndApplicationDestinations) {
    for (const char* destination : {"/user/queue/x", "/app/init", "/elsewhere"})
        own_.settle(bob_.add("1", destination), 7, broker::Settlement::accepted);
    EXPECT_EQ(noting_.settled, Lines{});
}

TEST_F(HubSettle, CheckSendTellsWhereClientsCannotSend) {
    EXPECT_TRUE(own_.check_send("/queue/x"));
    EXPECT_TRUE(own_.check_send("/app/whatever"));
    EXPECT_EQ(own_.check_send("/user/bob/queue/x").error().code, Errc::forbidden);
    EXPECT_EQ(own_.check_send("/elsewhere").error().code, Errc::not_found);
}

class HubSelectors : public HubTest {
protected:
    void listen(FakeClient& by, const std::string& destination, std::string_view selector) {
        auto parsed = messaging::Selector::parse(selector);
        ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
        broker::Subscription& made = by.add("1", destination);
        made.selector = std::make_shared<const messaging::Selector>(std::move(*parsed));
        hub().subscribe(by, made, {}, ++last_ticket_);
    }
};

TEST_F(HubSelectors, UserDestinationsKeepToThem) {
    FakeClient& bob = client("s-bob", "bob");
    listen(bob, "/user/queue/x", "color = 'red'");
    for (const char* color : {"red", "blue"})
        hub().publish({"/user/bob/queue/x", {{"color", color}}, color, {}}, [](const Result<void>&) {});
    EXPECT_EQ(bob.got, (Lines{"1 /user/queue/x red"}));
}

TEST_F(HubSelectors, AnswersToASubscriptionDoToo) {
    subscribe("/init", [] { return std::string("first"); });
    FakeClient& bob = client("s-bob", "bob");
    listen(bob, "/app/init", "color = 'red'");
    EXPECT_EQ(bob.outcomes[last_ticket_], "ok");
    EXPECT_EQ(bob.got, Lines{});
}

}  // namespace
}  // namespace stentor::hub::test
