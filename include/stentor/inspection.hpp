#pragma once

#include "stentor/pending.hpp"

#include <boost/describe/class.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace stentor {

/// What a running application looks like from inside, as values that go out as JSON (json::to_json).
namespace inspection {

/// A part of a list that is in the order of its names: those after `after`, no more than `limit`. The last
/// name of one page is the `after` of the next.
struct Page {
    std::size_t limit = 100;
    std::string after = {};
};

/// What is asked for. A limit of 0 leaves a list out.
struct Query {
    Page sessions = {};                   ///< by id
    std::size_t max_subscriptions = 100;  ///< of each session
    Page destinations = {};
    Page queues = {};
};

struct Subscription {
    std::string id;  ///< the client's; empty where it gave none (STOMP 1.0)
    std::string destination;
};
BOOST_DESCRIBE_STRUCT(Subscription, (), (id, destination))

/// A connected STOMP session, or one of a WebSocketHandler.
struct Session {
    std::string id;
    std::string user;            ///< empty: nobody is logged in
    std::string protocol;        ///< "stomp" or "handler"
    std::string transport;       ///< "websocket", "sockjs-websocket", "xhr", "tcp", ...
    std::string remote_address;  ///< over SockJS's HTTP transports without port
    unsigned shard = 0;
    std::uint64_t connected_ms = 0;  ///< since its connection was opened
    std::size_t unsent_bytes = 0;
    std::size_t subscription_count = 0;
    std::vector<Subscription> subscriptions = {};
};
BOOST_DESCRIBE_STRUCT(Session, (),
                      (id, user, protocol, transport, remote_address, shard, connected_ms, unsent_bytes,
                       subscription_count, subscriptions))

/// A destination that is subscribed to, and is no queue; or a pattern of such. Counted since its first
/// subscription; with the last one it is forgotten.
struct Destination {
    std::string name;
    std::size_t subscribers = 0;
    std::uint64_t published = 0;  ///< messages that matched it
    std::uint64_t delivered = 0;  ///< to subscribers, each counted
};
BOOST_DESCRIBE_STRUCT(Destination, (), (name, subscribers, published, delivered))

/// A queue that has consumers or messages; forgotten when it has neither.
struct Queue {
    std::string name;
    std::size_t consumers = 0;
    std::size_t waiting = 0;    ///< messages that wait for a consumer
    std::size_t under_way = 0;  ///< delivered and not acknowledged
    std::size_t bytes = 0;      ///< of both
    std::uint64_t published = 0;
    std::uint64_t delivered = 0;  ///< again counted when a message came back
    std::uint64_t dead_letters = 0;
};
BOOST_DESCRIBE_STRUCT(Queue, (),
                      (name, consumers, waiting, under_way, bytes, published, delivered, dead_letters))

/// Of the whole application; those that count do so since it started.
struct Totals {
    std::size_t connections = 0;  ///< of any kind
    std::size_t sessions = 0;     ///< of STOMP, connected
    std::size_t handler_sessions = 0;
    std::size_t subscriptions = 0;
    std::size_t destinations = 0;
    std::size_t queues = 0;
    std::size_t queue_waiting = 0;
    std::size_t queue_under_way = 0;
    std::size_t queue_bytes = 0;
    std::uint64_t published = 0;
    std::uint64_t delivered = 0;
    std::uint64_t dead_letters = 0;
    std::uint64_t unheard_errors = 0;    ///< answers to errors, where who sent was not subscribed to any
    std::uint64_t slow_skipped = 0;      ///< messages that slow consumers lost
    std::uint64_t slow_conflated = 0;    ///< and those that newer ones of their keys replaced
    std::uint64_t slow_closed = 0;       ///< slow consumers that were closed
    std::uint64_t refused_too_many = 0;  ///< connections over `connections.max_connections`
    std::uint64_t refused_too_many_of_address = 0;  ///< over `per_address`
    std::uint64_t refused_too_fast = 0;             ///< over `new_per_second` of an address
    std::uint64_t logins_failed = 0;
    std::uint64_t logins_delayed = 0;            ///< waited before they were checked, as others had failed
    std::uint64_t logins_refused = 0;            ///< too many waited already
    std::uint64_t refused_too_many_of_user = 0;  ///< sessions over `security.max_sessions_per_user`
    std::uint64_t access_denied = 0;             ///< what rules of access denied
    std::size_t memory_used = 0;                 ///< bytes that the budget counts, also where there is none
    std::size_t memory_budget = 0;               ///< 0: there is none
};
BOOST_DESCRIBE_STRUCT(Totals, (),
                      (connections, sessions, handler_sessions, subscriptions, destinations, queues,
                       queue_waiting, queue_under_way, queue_bytes, published, delivered, dead_letters,
                       unheard_errors, slow_skipped, slow_conflated, slow_closed, refused_too_many,
                       refused_too_many_of_address, refused_too_fast, logins_failed, logins_delayed,
                       logins_refused, refused_too_many_of_user, access_denied, memory_used, memory_budget))

/// Each shard's part is of one moment, the whole of a few microseconds.
struct Snapshot {
    std::uint64_t at_ms = 0;  ///< by a clock that only serves to compare two snapshots
    Totals totals = {};
    std::vector<Session> sessions = {};
    std::vector<Destination> destinations = {};
    std::vector<Queue> queues = {};
};
BOOST_DESCRIBE_STRUCT(Snapshot, (), (at_ms, totals, sessions, destinations, queues))

/// Messages a second.
struct Rate {
    std::string name;  ///< a destination's or a queue's; empty: of all together
    double published = 0;
    double delivered = 0;
};
BOOST_DESCRIBE_STRUCT(Rate, (), (name, published, delivered))

/// Between two snapshots: all together first, then what the later one lists. What the earlier one does not
/// know, or knew before it was forgotten, counts from 0.
[[nodiscard]] std::vector<Rate> rates(const Snapshot& before, const Snapshot& after);

}  // namespace inspection

/// Looks into the running application. Every call asks all shards, each of which looks through its sessions
/// and destinations (some 100 ns each); while nobody asks it costs nothing but plain counters. Any thread;
/// see Pending for how the answer comes. What a broker relay serves is the broker's to tell.
class Inspector {
public:
    [[nodiscard]] Pending<inspection::Snapshot> snapshot();
    /// In a coroutine give the query a name first: GCC 12 destroys an aggregate's temporaries twice where
    /// they stand in the same expression as co_await.
    [[nodiscard]] Pending<inspection::Snapshot> snapshot(inspection::Query query);

    explicit Inspector(app::Inside& inside) : inside_(inside) {}

private:
    app::Inside& inside_;
};

}  // namespace stentor
