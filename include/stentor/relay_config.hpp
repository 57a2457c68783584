#pragma once

#include "stentor/tls_config.hpp"

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace stentor {

/// Destinations that a STOMP broker knows by another name than the one made of their segments. A
/// `destination` that ends in `/**` is for all below it, and the `**` at the end of `broker` stands for their
/// segments, joined. Of several the one that says most of a destination counts. docs/relay.md says more.
struct RelayMappingConfig {
    std::string destination;  ///< as clients say: "/topic/market/**", or a single one, "/queue/audit"
    std::string broker;       ///< as the broker says: "/exchange/market/**", "/queue/Consumer.a.audit"
    std::string joint = ".";  ///< between the segments that `**` stands for: ".", "/", "-" or "_"
};
BOOST_DESCRIBE_STRUCT(RelayMappingConfig, (), (destination, broker, joint))

/// A STOMP broker (RabbitMQ, ActiveMQ, ...) in place of the built-in one; see docs/relay.md.
struct StompRelayConfig {
    std::string host = "127.0.0.1";  ///< the broker's name or address
    std::uint16_t port = 61613;      ///< of its STOMP listener
    std::vector<std::string> addresses =
        {};  ///< of several brokers, "HOST:PORT" each, in the order they are tried; instead of host and port
    std::string login = "guest";     ///< of this server, for all its clients; none when empty
    std::string passcode = "guest";  ///< of the login; never logged
    std::string passcode_file = "";  ///< a file that holds it instead
    std::string virtual_host = "/";  ///< CONNECT's `host`
    std::chrono::milliseconds connect_timeout{5'000};  ///< to be connected and logged in
    std::chrono::milliseconds heart_beat{10'000};  ///< each way; three missed and the broker is lost; 0: none
    std::size_t max_body = 256 * 1024;             ///< bytes of a message from the broker
    std::size_t max_pending = 1'000;               ///< messages of a shard the broker has not confirmed
    std::size_t max_pending_bytes = 1024 * 1024;   ///< of those; a publish past either is refused
    TlsClientConfig tls = {};                      ///< towards the broker
    std::size_t prefetch = 100;  ///< messages of one queue that a shard has from the broker, not settled
    std::size_t max_unsettled_bytes = 64 * 1024 * 1024;  ///< of those, in all queues of a shard
    std::vector<RelayMappingConfig> mapping =
        {};  ///< destinations with other names at the broker; each `[[broker.relay.mapping]]` adds one

    // A configuration file has these beside the broker's type.
    std::vector<std::string> destination_prefixes{"/topic", "/queue"};
    std::vector<std::string> queue_prefixes{"/queue"};  ///< each message to exactly one subscriber
};
BOOST_DESCRIBE_STRUCT(StompRelayConfig, (),
                      (host, port, addresses, login, passcode, passcode_file, virtual_host, connect_timeout,
                       heart_beat, max_body, max_pending, max_pending_bytes, prefetch, max_unsettled_bytes,
                       tls, mapping))

}  // namespace stentor
