// Sessions at WebSocketHandlers that are a user's.
#include "flow_test.hpp"
#include "testing/client_frames.hpp"

#include <future>

namespace stentor::test {
namespace {

class Echo final : public TextWebSocketHandler {
    void handle_text_message(WebSocketSession session, std::string_view text) override {
        session.send_text(std::string(text) + " " + session.handshake().principal->name);
    }
};

class HandlerUsersFlow : public FlowTest {
protected:
    void SetUp() override {
        app().add_handler("/echo", std::make_shared<Echo>());
        app().set_authenticator([](const Credentials& shown) -> std::optional<Principal> {
            if (!shown.query.starts_with("user=")) return std::nullopt;
            return Principal{shown.query.substr(5), {}, {{"tenant", "acme"}}};
        });
        stage->config.security.require_origin = false;
        stage->config.security.max_sessions_per_user = 2;
        stage->start();
    }
    Carrier& log_in(const std::string& user) {
        return *carriers.emplace_back(open_carrier(*stage, Transport::websocket, "/echo?user=" + user));
    }
    std::string ask(Carrier& from) {
        from.send("I am");
        EXPECT_TRUE(until([&] {
            from.update();
            return from.messages != 0;
        }));
        from.messages = 0;
        return std::exchange(from.received, {});
    }
    bool ends(Carrier& from) {
        return until([&] {
            from.update();
            return from.close_code.has_value();
        });
    }
    template <class T>
    T answer(const Pending<T>& pending) {
        auto result = std::async(std::launch::async, [&] { return pending.get(); });
        EXPECT_TRUE(until([&] { return result.wait_for(0s) == std::future_status::ready; }));
        return result.get();
    }
    std::vector<std::unique_ptr<Carrier>> carriers;
};
INSTANTIATE_TEST_SUITE_P(On, HandlerUsersFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(HandlerUsersFlow, AreEndedWithTheUsersOthers) {
    Carrier& alice = log_in("alice");
    Carrier& bob = log_in("bob");
    EXPECT_EQ(ask(alice), "I am alice");
    EXPECT_EQ(answer(app().user_registry().close_user("alice", {4001, "out"})), 1U);
    EXPECT_TRUE(ends(alice));
    EXPECT_EQ(alice.close_code, 4001U);
    EXPECT_EQ(ask(bob), "I am bob");
    EXPECT_EQ(answer(app().user_registry().close_claim("tenant", "acme")), 1U);
    EXPECT_TRUE(ends(bob));
}

TEST_P(HandlerUsersFlow, AreNoMoreThanAUserMayHave) {
    log_in("alice");
    log_in("alice");
    Carrier& third = log_in("alice");
    EXPECT_TRUE(ends(third));
    EXPECT_EQ(third.close_code, 1008U);
    EXPECT_EQ(ask(*carriers[0]), "I am alice");
    EXPECT_EQ(ask(log_in("bob")), "I am bob");
}

}  // namespace
}  // namespace stentor::test
