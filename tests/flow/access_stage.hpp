#pragma once

#include "app/ask_shards.hpp"
#include "support/pipe_stage.hpp"
#include "testing/stomp_client.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stentor::test {

/// An application whose users have the authorities that they say they have: the passcode is their list.
class AccessStage : public testing::Test {
protected:
    AccessStage() {
        app().add_stomp_endpoint("/ws");
        app().set_authenticator(std::make_shared<Believing>());
        app().message_mapping("/echo", [](const std::string& text) { return text; });
    }
    void TearDown() override { clients.clear(); }

    App& app() { return stage.app; }
    void start() { stage.start(); }
    StompClient& open() {
        const Transport transport = clients.size() % 2 == 0 ? Transport::tcp : Transport::websocket;
        return *clients.emplace_back(std::make_unique<StompClient>(stage, transport));
    }
    static std::string connect_frame(const std::string& user, const std::string& authorities) {
        return "CONNECT\naccept-version:1.2\nhost:x\nlogin:" + user + "\npasscode:" + authorities + "\n\n^";
    }
    StompClient& log_in(const std::string& user, const std::string& authorities = "-") {
        StompClient& made = open();
        made.say(connect_frame(user, authorities));
        const StompFrame answer = made.next();
        EXPECT_EQ(answer.command, "CONNECTED");
        ids.push_back(answer.header("session"));
        return made;
    }
    /// How much ended.
    std::size_t set(AccessRules rules) {
        std::optional<std::size_t> ended;
        app().set_access(std::move(rules)).then([&](std::size_t count) { ended = count; });
        stage.settle();
        EXPECT_TRUE(ended);
        return ended.value_or(0);
    }
    /// As a renewal of its credentials does it.
    void change_authorities(const std::string& session, const std::vector<std::string>& authorities) {
        app::ask_shards(
            app::Inside::of(app()),
            [session, authorities](app::Shard& shard) {
                hub::Client* found = nullptr;
                shard.hub().users().for_each([&](const hub::Client& client) {
                    if (client.state()->id == session) found = shard.hub().users().find(client.key);
                });
                if (found == nullptr) return 0;
                found->state()->principal = std::make_shared<const Principal>(
                    Principal{found->state()->principal->name, authorities});
                shard.hub().recheck(*found);
                return 1;
            },
            [](const std::vector<int>&) {});
        stage.settle();
    }
    static Requirement is_user_named(const std::string& name) {
        return access_if(
            [name](const Principal* who, const AccessRequest&) { return who && who->name == name; });
    }

    class Believing final : public Authenticator {
        [[nodiscard]] std::optional<Principal> authenticate(const Credentials& shown) const override {
            Principal who{shown.login};
            for (std::string_view rest = shown.passcode; !rest.empty();) {
                const std::string_view one = rest.substr(0, rest.find(','));
                who.authorities.emplace_back(one);
                rest.remove_prefix(std::min(one.size() + 1, rest.size()));
            }
            return who;
        }
    };

    PipeStage stage;
    std::vector<std::unique_ptr<StompClient>> clients;
    std::vector<std::string> ids;  ///< of those that logged in
};

}  // namespace stentor::test
