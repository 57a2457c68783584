// One of several servers on a STOMP broker or Kafka, for nodes_test.py and nodes_kafka_test.py: everybody is
// who he says, and what an application may do to users and sessions everywhere is mapped to destinations.
#include "../../examples/common/command_line.hpp"

#include <stentor/coroutine.hpp>
#include <stentor/stentor.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace stentor;

namespace {

class Believing final : public Authenticator {
    [[nodiscard]] std::optional<Principal> authenticate(const Credentials& credentials) const override {
        if (credentials.login.empty()) return std::nullopt;
        return Principal{credentials.login, {}};
    }
};

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : " ") + word;
    return all;
}

StompRelayConfig relay_at(const std::string& place) {
    const std::size_t colon = place.rfind(':');
    StompRelayConfig relay;
    relay.host = place.substr(0, colon);
    relay.port = static_cast<std::uint16_t>(std::atoi(place.c_str() + colon + 1));
    return relay;
}

KafkaConfig kafka_at(const std::string& place) {
    KafkaConfig kafka;
    kafka.bootstrap_servers = {place};
    kafka.create_topics = true;
    return kafka;
}

void map_commands(App& app) {
    constexpr auto asking = UserSessions::asking;
    app.message_mapping("/tell/{user}",
                        [&app](Var<"user"> user, std::string text) -> awaitable<std::string> {
                            co_return std::to_string(
                                co_await wait_for(app.messenger().send_to_user(*user, "/queue/news", text)));
                        })
        .send_to_user("/queue/answers", asking);
    app.message_mapping("/tell-session/{id}",
                        [&app](Var<"id"> id, std::string text) -> awaitable<std::string> {
                            co_return std::to_string(
                                co_await wait_for(app.messenger().send_to_session(*id, "/queue/news", text)));
                        })
        .send_to_user("/queue/answers", asking);
    app.message_mapping(
           "/close/{user}",
           [&app](Var<"user"> user) -> awaitable<std::string> {
               co_return std::to_string(co_await wait_for(app.user_registry().close_user(*user)));
           })
        .send_to_user("/queue/answers", asking);
    app.message_mapping("/users",
                        [&app]() -> awaitable<std::string> {
                            std::vector<std::string> names;
                            for (const UserNodes& one : co_await wait_for(app.nodes().users()))
                                names.push_back(one.user + ":" + std::to_string(one.nodes.size()));
                            co_return joined(names);
                        })
        .send_to_user("/queue/answers", asking);
    app.message_mapping("/nodes",
                        [&app]() -> awaitable<std::string> {
                            std::size_t complete = 0;
                            for (const NodeInfo& one : co_await wait_for(app.nodes().nodes()))
                                complete += one.complete ? 1 : 0;
                            co_return std::to_string(complete);
                        })
        .send_to_user("/queue/answers", asking);
    app.message_mapping("/sessions",
                        [&app]() -> awaitable<std::string> {
                            const auto counts = co_await wait_for(app.nodes().counts());
                            co_return std::to_string(counts.value.sessions) + " silent " +
                                std::to_string(counts.silent.size());
                        })
        .send_to_user("/queue/answers", asking);
}

}  // namespace

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"--relay", "--kafka", "--group"});
    App app;
    app.set_authenticator(std::make_shared<Believing>());
    if (line.given("--kafka")) app.enable_kafka_broker(kafka_at(line.text("--kafka", "")));
    else app.enable_stomp_broker_relay(relay_at(line.text("--relay", "127.0.0.1:61613")));
    app.add_stomp_endpoint("/ws");
    map_commands(app);
    app.on_listening(say);
    Config config = line.config();
    config.stomp.user_messages = true;
    config.nodes.group = line.text("--group", "stentor");
    return app.run(config);
}
