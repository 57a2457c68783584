// STOMP, a controller and the built-in broker: the counterpart of Spring's guide "Using WebSocket to build an
// interactive web application".
#include "../common/command_line.hpp"

#include <stentor/coroutine.hpp>
#include <stentor/stentor.hpp>

#include <thread>

using namespace std::chrono_literals;

struct HelloMessage {
    std::string name;
};
struct Greeting {
    std::string content;
};
BOOST_DESCRIBE_STRUCT(HelloMessage, (), (name))
BOOST_DESCRIBE_STRUCT(Greeting, (), (content))

stentor::awaitable<Greeting> greet(HelloMessage hello) {
    co_await stentor::sleep_for(1s);  // simulated work; nobody else waits
    co_return Greeting{"Hello, " + stentor::html_escape(hello.name) + "!"};
}

Greeting greet_blocking(const HelloMessage& hello) {
    std::this_thread::sleep_for(1s);  // work that blocks its thread, which is a worker's
    return Greeting{"Hello, " + stentor::html_escape(hello.name) + "!"};
}

/// Of "--relay HOST:PORT": a STOMP broker instead of the built-in one.
stentor::StompRelayConfig relay_at(const std::string& place) {
    const std::size_t colon = place.rfind(':');
    stentor::StompRelayConfig relay;
    relay.host = place.substr(0, colon);
    relay.port =
        colon == place.npos ? 61613 : static_cast<std::uint16_t>(std::atoi(place.c_str() + colon + 1));
    return relay;
}

/// Of "--kafka HOST:PORT": Apache Kafka instead of it, with topics made as they are needed.
stentor::KafkaConfig kafka_at(const std::string& place) {
    stentor::KafkaConfig kafka;
    kafka.bootstrap_servers = {place};
    kafka.topics = {{"/topic/prices/{symbol}", "prices", "{symbol}"}};
    kafka.create_topics = true;
    kafka.delivery_limit = 5;
    return kafka;
}

int main(int argc, char** argv) {
    const CommandLine line(argc, argv, {"--relay", "--kafka"});
    stentor::App app;
    app.enable_simple_broker({"/queue", "/topic"});
    if (line.given("--relay")) app.enable_stomp_broker_relay(relay_at(line.text("--relay", "")));
    if (line.given("--kafka")) app.enable_kafka_broker(kafka_at(line.text("--kafka", "")));
    app.set_application_destination_prefixes({"/app"});
    app.add_stomp_endpoint("/gs-guide-websocket").with_sockjs();
    app.message_mapping("/hello", greet).send_to("/topic/greeting");
    app.message_mapping("/hello-blocking", greet_blocking).send_to("/topic/greeting").on_workers();
    app.on_listening(say);
    return app.run(line.config());
}
