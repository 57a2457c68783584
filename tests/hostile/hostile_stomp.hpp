#pragma once

#include "support/pipe_stage.hpp"
#include "testing/stomp_client.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::test {

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::HasSubstr;

/// Everybody is who he says, but "bad".
class Believing final : public Authenticator {
    [[nodiscard]] std::optional<Principal> authenticate(const Credentials& credentials) const override {
        if (credentials.login == "bad") return std::nullopt;
        return Principal{credentials.login.empty() ? "nobody" : credentials.login, {}};
    }
};

/// An application on two shards and a bystander, who must notice nothing of what bad peers do: his
/// subscription of /topic/x hears what he sends there himself and nothing else, and once the others are gone
/// nothing is kept of them.
class HostileStomp : public testing::Test {
protected:
    void SetUp() override {
        stage.config.shards = 2;
        stage.app.set_authenticator(std::make_shared<Believing>());
        stage.app.add_stomp_endpoint("/ws").with_sockjs();
        stage.app.message_mapping("/echo", [](const std::string& text) { return text; }).send_to("/topic/x");
        register_more();
        stage.start();
        bystander.emplace(stage, Transport::tcp);
        EXPECT_EQ(bystander->connect().command, "CONNECTED");
        bystander->subscribe("sub-0", "/topic/x");
        stage.settle();
        before = stage.holdings();
    }
    void TearDown() override {
        bystander->send("/topic/x", "still here");
        EXPECT_THAT(bystander->next_bodies(1), ElementsAre("still here"));
        clients.clear();
        stage.settle();
        EXPECT_EQ(stage.holdings(), before) << "something is kept of peers that are gone";
    }

    virtual void register_more() {}

    StompClient& open(Transport transport) {
        return *clients.emplace_back(std::make_unique<StompClient>(stage, transport));
    }
    StompClient& connected(Transport transport = Transport::tcp, std::string_view version = "1.2",
                           std::string_view headers = {}) {
        StompClient& made = open(transport);
        made.say("CONNECT\naccept-version:" + std::string(version) + "\nhost:x\n" + std::string(headers) +
                 "\n^");
        EXPECT_EQ(made.next().command, "CONNECTED");
        return made;
    }
    /// The ERROR with which the session ends: nothing comes before it or after it.
    StompFrame failure(StompClient& bad) {
        StompFrame answer = bad.next();
        EXPECT_EQ(answer.command, "ERROR") << answer.header("receipt-id");
        EXPECT_NE(answer.header("message"), "(none)");
        EXPECT_TRUE(bad.ends());
        stage.settle();
        EXPECT_FALSE(bad.peek()) << "nothing follows an ERROR";
        return answer;
    }
    /// What a client of that version gets for this (^ is NUL), which must be the same over TCP and WebSocket.
    StompFrame refused(std::string_view text, std::string_view version = "1.2") {
        const testing::ScopedTrace trace(__FILE__, __LINE__, "sent: " + std::string(text.substr(0, 100)));
        StompClient& over_tcp = connected(Transport::tcp, version);
        over_tcp.say(text);
        StompFrame answer = failure(over_tcp);
        StompClient& over_websocket = connected(Transport::websocket, version);
        over_websocket.say(text);
        EXPECT_EQ(failure(over_websocket).headers, answer.headers);
        return answer;
    }
    /// The same for what is sent in place of a CONNECT.
    StompFrame refused_at_first(std::string_view text) {
        const testing::ScopedTrace trace(__FILE__, __LINE__, "sent: " + std::string(text.substr(0, 100)));
        StompClient& over_tcp = open(Transport::tcp);
        over_tcp.say(text);
        StompFrame answer = failure(over_tcp);
        StompClient& over_websocket = open(Transport::websocket);
        over_websocket.say(text);
        EXPECT_EQ(failure(over_websocket).headers, answer.headers);
        return answer;
    }
    /// The session goes on: it answers.
    void works(StompClient& client) {
        client.say("SEND\ndestination:/topic/nobody\nreceipt:works\n\n^");
        EXPECT_EQ(client.next().header("receipt-id"), "works");
    }
    /// Lets time go by while the clients read, and answer pings.
    void pass(base::Duration time) {
        stage.pass(time, [&] {
            for (const auto& client : clients) client->peek();
        });
    }

    PipeStage stage;
    std::optional<StompClient> bystander;
    std::vector<std::unique_ptr<StompClient>> clients;
    PipeStage::Holdings before;
};

}  // namespace stentor::test
