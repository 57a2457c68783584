#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace stentor {

/// A STOMP broker (RabbitMQ, ActiveMQ, ...) in place of the built-in one; see docs/relay.md.
struct StompRelayConfig {
    std::string host = "127.0.0.1";
    std::uint16_t port = 61613;
    std::string login = "guest";  ///< of this server, for all its clients; none when empty
    std::string passcode = "guest";
    std::string virtual_host = "/";
    std::vector<std::string> destination_prefixes{"/topic", "/queue"};
    std::vector<std::string> queue_prefixes{"/queue"};  ///< each message to exactly one subscriber
    std::chrono::milliseconds connect_timeout{5'000};   ///< to be connected and logged in
    std::chrono::milliseconds heart_beat{10'000};       ///< each way; three missed and the broker is lost
    std::size_t max_body = 256 * 1024;                  ///< bytes of a message from the broker
    std::size_t max_pending = 1'000;                    ///< messages of a shard the broker has not confirmed
    std::size_t max_pending_bytes = std::size_t{1} << 20;  ///< of those; a publish past either is refused
};

}  // namespace stentor
