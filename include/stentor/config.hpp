#pragma once

#include "stentor/connections_config.hpp"
#include "stentor/kafka_config.hpp"
#include "stentor/nodes_config.hpp"
#include "stentor/relay_config.hpp"
#include "stentor/security_config.hpp"
#include "stentor/tls_config.hpp"

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace stentor {

/// A mistake in a configuration or a mapping, found at start-up: what() says where it is and what to do.
class ConfigError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// HTTP requests: the opening handshakes, SockJS and files.
struct HttpConfig {
    std::size_t max_head = 16 * 1024;              ///< bytes of request line and headers
    std::size_t max_header_line = 8 * 1024;        ///< bytes of one of the headers
    std::size_t max_headers = 100;                 ///< of one request
    std::size_t max_uri = 4 * 1024;                ///< bytes of a request's target, path and query
    std::size_t max_body = 128 * 1024;             ///< bytes of a request's body
    std::size_t max_requests = 1'000;              ///< of one connection; the last one's answer ends it
    std::size_t max_pipelined = 8;                 ///< requests that wait behind one that is not answered yet
    std::size_t max_pipelined_bytes = 64 * 1024;   ///< of those
    std::size_t min_body_rate = 500;               ///< bytes a second of a body, on average
    std::chrono::milliseconds body_grace{10'000};  ///< from a body's beginning until its rate counts
    std::chrono::milliseconds head_timeout{10'000};        ///< from a request's first byte to its body
    std::chrono::milliseconds keep_alive_timeout{30'000};  ///< between two requests of a connection
};
BOOST_DESCRIBE_STRUCT(HttpConfig, (),
                      (max_head, max_header_line, max_headers, max_uri, max_body, max_requests, max_pipelined,
                       max_pipelined_bytes, min_body_rate, body_grace, head_timeout, keep_alive_timeout))

/// Compression of WebSocket messages (permessage-deflate, RFC 7692), for clients that offer it. Off by
/// default: it costs time, and the length of a compressed message tells something of a secret that stands in
/// it beside what an attacker chose (CRIME, BREACH). Control frames, CONNECTED, ERROR, RECEIPT and
/// heart-beats are never compressed; do not switch it on where a message carries tokens together with others'
/// text.
struct DeflateConfig {
    bool enabled = false;                    ///< for clients that offer it
    bool server_no_context_takeover = true;  ///< messages sent stand alone: one compression for all receivers
    bool client_no_context_takeover = true;  ///< asked of clients: nothing is kept between their messages
    unsigned max_window_bits = 12;           ///< 9 to 15: up to 2^bits bytes of window each way
    std::size_t min_size = 1024;             ///< bytes of the smallest message that is sent compressed
    unsigned level = 3;                      ///< 1 (fastest) to 9 (smallest)
};
BOOST_DESCRIBE_STRUCT(DeflateConfig, (),
                      (enabled, server_no_context_takeover, client_no_context_takeover, max_window_bits,
                       min_size, level))

struct WebSocketConfig {
    std::size_t max_message = 64 * 1024;              ///< bytes of one message, fragments joined and inflated
    std::size_t max_fragments = 1024;                 ///< frames of one message
    std::chrono::milliseconds ping_interval{25'000};  ///< of silence before a ping, 10 % more or less
    std::chrono::milliseconds pong_timeout{10'000};  ///< for the answer, before the connection counts as lost
    std::chrono::milliseconds close_timeout{5'000};  ///< for the peer's half of the closing handshake
    std::size_t control_frames_per_second = 20;      ///< pings and pongs from one client; past it 1008
    std::size_t control_frame_burst = 60;            ///< of those at once, after a quiet time
    std::size_t turn_messages = 64;  ///< of one client in one turn of its shard; the rest waits for the next
    std::size_t turn_bytes = 512 * 1024;  ///< of those messages
    DeflateConfig deflate = {};
};
BOOST_DESCRIBE_STRUCT(WebSocketConfig, (),
                      (max_message, max_fragments, ping_interval, pong_timeout, close_timeout,
                       control_frames_per_second, control_frame_burst, turn_messages, turn_bytes, deflate))

struct SockjsConfig {
    std::chrono::milliseconds heartbeat{25'000};  ///< between `h` frames while nothing else is sent
    std::chrono::milliseconds disconnect_delay{
        5'000};                             ///< how long a session lives without a receiving request
    std::size_t stream_limit = 128 * 1024;  ///< bytes of one streaming response
    std::size_t buffer_limit = 512 * 1024;  ///< bytes that wait for one client; past it the session is closed
    std::size_t max_buffered = 1'000;       ///< messages that wait while there is no receiving request
    std::size_t max_messages = 1'000;       ///< of one sending request, or of one WebSocket frame
    std::size_t max_sessions = 65'536;      ///< over HTTP, of all clients; more are answered with 503
    std::size_t session_rate = 20;    ///< new sessions over HTTP a second, of one address; more get a 429
    std::size_t session_burst = 100;  ///< of those at once
};
BOOST_DESCRIBE_STRUCT(SockjsConfig, (),
                      (heartbeat, disconnect_delay, stream_limit, buffer_limit, max_buffered, max_messages,
                       max_sessions, session_rate, session_burst))

struct StompConfig {
    std::size_t max_body = 64 * 1024;                      ///< bytes of a frame's body
    std::size_t max_headers = 100;                         ///< header lines of a frame
    std::size_t max_header_bytes = 32 * 1024;              ///< bytes of all of them
    std::size_t max_header_line = 8 * 1024;                ///< bytes of one of them
    std::size_t max_first_frame = 16 * 1024;               ///< bytes of the CONNECT frame
    std::chrono::milliseconds heart_beat_send{10'000};     ///< between beats to a client; 0: none
    std::chrono::milliseconds heart_beat_receive{10'000};  ///< between beats from a client; 0: none
    std::chrono::milliseconds connect_timeout{10'000};     ///< for the CONNECT frame
    std::chrono::milliseconds frame_timeout{30'000};       ///< from a frame's first byte to its last
    std::chrono::milliseconds disconnect_timeout{
        10'000};                                  ///< for the frames before a DISCONNECT to have their effect
    std::size_t max_subscriptions = 128;          ///< of one session
    std::size_t max_wildcard_subscriptions = 16;  ///< of one session
    std::size_t max_temp_queues = 16;             ///< of one session, for the replies it waits for
    std::size_t max_destination = 255;            ///< bytes of a destination
    std::size_t max_destination_segments = 16;    ///< parts of a destination, between slashes
    std::size_t max_id = 128;          ///< bytes of a subscription's, a receipt's or a transaction's id
    std::size_t max_receipts = 1000;   ///< that one session waits for
    std::size_t frames_per_turn = 64;  ///< of one session, before other sessions have their turn
    std::optional<std::size_t> max_frames_per_second =
        10'000;  ///< from one client, on average; more end its session. "unlimited" is not limited
    std::size_t max_frame_burst = 20'000;  ///< that may come at once, where max_frames_per_second limits them
    std::size_t prefetch = 100;  ///< messages under way to one subscription and not acknowledged, unless its
                                 ///< SUBSCRIBE has a header `prefetch-count`
    std::size_t max_prefetch = 1000;                        ///< that `prefetch-count` may ask for
    std::size_t max_unacknowledged_bytes = 1024 * 1024;     ///< of the messages under way to one subscription
    std::chrono::milliseconds ack_timeout{1'800'000};       ///< for a message's ACK; past it the session ends
    std::size_t max_transactions = 16;                      ///< of one session, open at once
    std::size_t max_transaction_frames = 1000;              ///< in one session's open transactions together
    std::size_t max_transaction_bytes = 1024 * 1024;        ///< of the messages in them
    std::chrono::milliseconds transaction_timeout{60'000};  ///< from BEGIN to COMMIT or ABORT
    bool user_messages = false;  ///< whether clients may send to `/user/{name}/...`, as by Spring's default
    bool selectors = false;      ///< whether SUBSCRIBE may have a header `selector`; otherwise it is refused
};
BOOST_DESCRIBE_STRUCT(StompConfig, (),
                      (max_body, max_headers, max_header_bytes, max_header_line, max_first_frame,
                       heart_beat_send, heart_beat_receive, connect_timeout, frame_timeout,
                       disconnect_timeout, max_subscriptions, max_wildcard_subscriptions, max_temp_queues,
                       max_destination, max_destination_segments, max_id, max_receipts, frames_per_turn,
                       max_frames_per_second, max_frame_burst, prefetch, max_prefetch,
                       max_unacknowledged_bytes, ack_timeout, max_transactions, max_transaction_frames,
                       max_transaction_bytes, transaction_timeout, user_messages, selectors))

/// What waits for one client.
struct SendConfig {
    std::size_t buffer_limit = 512 * 1024;         ///< bytes; past it the client is closed
    std::chrono::milliseconds time_limit{10'000};  ///< for one frame's way out; past it the client is closed
};
BOOST_DESCRIBE_STRUCT(SendConfig, (), (buffer_limit, time_limit))

/// The built-in broker's queues.
struct QueueConfig {
    std::size_t max_messages = 100'000;         ///< that wait in one queue; a publish past it is refused
    std::size_t max_bytes = 256 * 1024 * 1024;  ///< of headers and bodies in one queue, also under way
    std::size_t delivery_limit = 20;            ///< of one message that comes back; then it is a dead letter
    std::chrono::milliseconds redelivery_delay{
        10};  ///< before a message is given again that was refused twice; doubled each time; 0: none
    std::chrono::milliseconds max_redelivery_delay{1'000};        ///< the longest of those
    std::string dead_letter_destination = "/queue/dead-letters";  ///< of the built-in broker; empty: none
    std::size_t max_topic_backlog = 10'000;  ///< messages that wait for one subscription that acknowledges
    std::size_t max_topic_backlog_bytes = 8 * 1024 * 1024;  ///< of those; past either its session ends
    std::size_t max_topic_backlogs_bytes =
        512 * 1024 * 1024;  ///< of all of them on a shard; past it the session ends for which most waits
    std::size_t max_replay = 5'000;                  ///< kept messages that one subscription gets, the newest
    std::size_t max_replay_bytes = 4 * 1024 * 1024;  ///< of those
};
BOOST_DESCRIBE_STRUCT(QueueConfig, (),
                      (max_messages, max_bytes, delivery_limit, redelivery_delay, max_redelivery_delay,
                       dead_letter_destination, max_topic_backlog, max_topic_backlog_bytes,
                       max_topic_backlogs_bytes, max_replay, max_replay_bytes))

/// How much memory may be taken by what waits: what clients have not taken yet, queues, topics that are held
/// or kept for slow consumers, frames that came in part, and a fixed sum for each client. What is done as it
/// fills up begins at a percentage of it and ends 5 percent below that. See docs/slow_consumers.md.
struct MemoryConfig {
    std::optional<std::size_t> budget = 0;  ///< bytes, of the whole process; 0 for half of what it may use,
                                            ///< by its control group and the machine
    unsigned slow_publishers = 70;          ///< percent from which on publishers are read from slowly
    unsigned refuse_connections = 80;       ///< percent from which on new sessions are refused (503)
    unsigned close_consumers = 90;          ///< percent from which on the slowest clients are closed
    std::size_t per_connection = 4 * 1024;  ///< bytes that each connection and each SockJS session counts
};
BOOST_DESCRIBE_STRUCT(MemoryConfig, (),
                      (budget, slow_publishers, refuse_connections, close_consumers, per_connection))

/// Messages of the built-in broker's busy topics that wait for more of the same destination, to leave
/// together. A message that comes longer than `hold` after the last delivery of its destination goes out at
/// once; those that come sooner wait until that time is over. The more of them come in that time, the less a
/// delivery costs (docs/performance.md); a quiet topic has no delay. The order of one destination's messages
/// stays; between destinations it does not.
struct HoldConfig {
    std::string destination;            ///< which topics, such as "/topic/prices/**"
    std::chrono::milliseconds hold{1};  ///< from one delivery to the next; up to a second
    std::size_t max_messages = 1'000;   ///< of one destination that wait; past it they go out early
    std::size_t max_bytes =
        256 * 1024;  ///< of all that wait on a shard by this table; past it they go out early
};
BOOST_DESCRIBE_STRUCT(HoldConfig, (), (destination, hold, max_messages, max_bytes))

/// Messages of the built-in broker's topics that are kept for those who subscribe later, who get them first,
/// marked by the header `x-history:true`; with `messages = 1` the last value. All subscribers of such a topic
/// see its messages in one order. docs/broker.md says more.
struct HistoryConfig {
    std::string destination;                ///< which topics, such as "/topic/prices/**"
    std::size_t messages = 1;               ///< of one destination, the newest
    std::size_t bytes = 256 * 1024;         ///< of those; one that is larger is not kept
    std::chrono::milliseconds max_age{0};   ///< of a message that is kept; 0: for ever
    std::size_t max_destinations = 10'000;  ///< that a shard keeps something of by this table; past it the
                                            ///< one published to longest ago goes
    std::size_t max_total_bytes = 64 * 1024 * 1024;  ///< that a shard keeps by this table; past it likewise
};
BOOST_DESCRIBE_STRUCT(HistoryConfig, (),
                      (destination, messages, bytes, max_age, max_destinations, max_total_bytes))

/// What becomes of a topic's messages while a subscriber is slow: while half of `send.buffer_limit` is unsent
/// to its client, or half of what SockJS may keep for one that is not there to receive, or, where it
/// acknowledges, while as much is under way as may be. What a client gets later tells it in a header how many
/// messages it did not get before that one: `x-skipped`, or `x-conflated` for those that a newer one of the
/// same key stands for.
struct SlowConsumerConfig {
    std::string destination;  ///< which topics, such as "/topic/prices/**"
    std::string policy =
        "close";      ///< "close", "drop_oldest" (the newest are kept) or "conflate" (of each key)
    std::string key;  ///< for "conflate": the header by whose value a message replaces another
    std::size_t max_messages = 1'000;    ///< kept for one subscription
    std::size_t max_bytes = 256 * 1024;  ///< of those, headers and bodies; the newest is kept in any case
};
BOOST_DESCRIBE_STRUCT(SlowConsumerConfig, (), (destination, policy, key, max_messages, max_bytes))

/// Where and how an App runs. Every limit has a default and none can be switched off by accident.
struct Config {
    std::string address = "127.0.0.1";  ///< to listen on; "0.0.0.0" or "::" for every interface
    std::uint16_t port = 8080;          ///< for HTTP and WebSocket; 0 lets the system choose
    std::optional<std::uint16_t> stomp_port = std::nullopt;  ///< for STOMP over TCP; off unless given
    unsigned shards = 0;                                     ///< event loops; 0 for one a core
    unsigned workers = 4;                                    ///< threads for functions mapped .on_workers()
    std::chrono::milliseconds shutdown_timeout{10'000};  ///< for clients to answer the closing, at the end
    TlsConfig tls = {};
    SecurityConfig security = {};
    ConnectionsConfig connections = {};
    HttpConfig http = {};
    WebSocketConfig websocket = {};
    SockjsConfig sockjs = {};
    StompConfig stomp = {};
    SendConfig send = {};
    QueueConfig queue = {};
    MemoryConfig memory = {};
    NodesConfig nodes = {};  ///< servers on one external broker as one
};
BOOST_DESCRIBE_STRUCT(Config, (),
                      (address, port, stomp_port, shards, workers, shutdown_timeout, tls, security,
                       connections, http, websocket, sockjs, stomp, send, queue, memory, nodes))

}  // namespace stentor
