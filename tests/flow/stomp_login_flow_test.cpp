#include "flow_test.hpp"

namespace stentor::test {
namespace {

class StompLoginFlow : public FlowTest {
protected:
    void SetUp() override {
        app().enable_simple_broker({"/queue", "/topic"});
        app().add_stomp_endpoint("/ws").with_sockjs();
        app().set_authenticator(
            std::make_shared<UserList>(UserList{{"alice", "open sesame"}, {"bob", "squeamish"}}));
        stage->start();
    }
    StompFrame log_in(const std::string& login, const std::string& passcode,
                      Transport transport = Transport::websocket) {
        StompClient& made = *clients.emplace_back(std::make_unique<StompClient>(*stage, transport, "/ws"));
        made.say("CONNECT\naccept-version:1.2\nlogin:" + login + "\npasscode:" + passcode + "\n\n^");
        return made.next();
    }
};
INSTANTIATE_TEST_SUITE_P(On, StompLoginFlow, testing::Values(1U, 2U), shards_of);

TEST_P(StompLoginFlow, AUserIsKnownByHisPasscodeOverEveryTransport) {
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        EXPECT_EQ(log_in("alice", "open sesame", transport).header("user-name"), "alice");
        const StompFrame refused = log_in("alice", "wrong", transport);
        EXPECT_EQ(refused.command, "ERROR");
        EXPECT_EQ(refused.body, "Bad credentials");
        EXPECT_TRUE(clients.back()->ends());
    }
}

TEST_P(StompLoginFlow, WhatIsForAUserReachesAllHisSessionsAndNobodyElses) {
    for (const auto& [login, passcode] : {std::pair("alice", "open sesame"),
                                          std::pair("alice", "open sesame"), std::pair("bob", "squeamish")}) {
        EXPECT_EQ(log_in(login, passcode).header("user-name"), login);
        clients.back()->subscribe("1", "/user/queue/x");
    }
    Stage::on_another_thread([&] {
        app().messenger().send_to_user("alice", "/queue/x", std::string("for alice"));
        app().messenger().send_to_user("bob", "/queue/x", std::string("for bob"));
    });
    EXPECT_THAT(clients[0]->next_bodies(1), ElementsAre("for alice"));
    EXPECT_THAT(clients[1]->next_bodies(1), ElementsAre("for alice"));
    EXPECT_THAT(clients[2]->next_bodies(1), ElementsAre("for bob"));
}

}  // namespace
}  // namespace stentor::test
