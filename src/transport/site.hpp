#pragma once

#include "base/memory_budget.hpp"
#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "http/request_parser.hpp"
#include "net/wire.hpp"
#include "security/access_requirement.hpp"
#include "security/authentication_manager.hpp"
#include "security/csrf_tokens.hpp"
#include "security/origin.hpp"
#include "session/outlet.hpp"
#include "transport/control_frame_budget.hpp"
#include "transport/next_turn.hpp"
#include "transport/resources.hpp"
#include "websocket/connection.hpp"
#include "websocket/deflate_offer.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stentor::transport {

class Protocol;
class SockjsQuota;
class SockjsSessions;

struct SockjsSettings {
    base::Duration heartbeat = std::chrono::seconds(25);
    base::Duration disconnect_delay =
        std::chrono::seconds(5);            ///< how long a session lives without a receiver
    std::size_t stream_limit = 128 * 1024;  ///< bytes of one streaming response
    std::size_t buffer_limit = 512 * 1024;  ///< bytes waiting for a receiver
    std::size_t max_buffered = 1'000;       ///< messages waiting while there is no receiver
    std::size_t max_messages = 1'000;       ///< of one body or WebSocket text
    bool websocket = true;
    bool jsonp = false;
    bool htmlfile = false;
    bool iframe = false;
    std::string client_url;                    ///< for the iframe page
    std::vector<std::string> frame_ancestors;  ///< origins and patterns that may frame it
    bool cookie_needed = false;
    bool session_cookie = true;  ///< sessions are bound to the browser that opens them
    bool strict_ids = true;      ///< sessions need ids of 8 or more of [A-Za-z0-9_-]
};

struct Timeouts {
    base::Duration head = std::chrono::seconds(10);        ///< from a request's first byte to its last
    base::Duration keep_alive = std::chrono::seconds(30);  ///< between requests
    base::Duration ping =
        std::chrono::seconds(25);  ///< of silence before a WebSocket ping, 10 % more or less
    base::Duration pong = std::chrono::seconds(10);  ///< for the answer
    base::Duration close = std::chrono::seconds(5);  ///< for the closing handshake
};

/// How much of HTTP one connection may ask for.
struct ConnectionRules {
    std::size_t max_requests = 1'000;
    std::size_t max_pipelined = 8;                ///< requests behind one that is not answered yet
    std::size_t max_pipelined_bytes = 64 * 1024;  ///< of those
    std::size_t min_body_rate = 500;              ///< bytes a second, on average since the body began
    base::Duration body_grace = std::chrono::seconds(10);  ///< before the rate counts
    std::string strict_transport_security;                 ///< the header's value, over TLS; empty: none
};

/// An HTTP connection on its way from one shard to another, with the request in hand.
struct HandedOver {
    http::Request request;
    std::string rest;          ///< bytes that follow it
    std::size_t requests = 0;  ///< of the connection so far, this one among them
};

/// One path under which sessions are opened, on one shard.
struct Endpoint {
    std::string path;
    std::shared_ptr<const security::OriginPolicy> origins;
    std::optional<SockjsSettings> sockjs;
    std::vector<std::string> subprotocols;  ///< the server's order of preference
    websocket::Limits websocket;
    websocket::DeflateSettings deflate;
    bool reads_handshake = true;  ///< whether `open` looks at more of it than the principal
    const security::Providers* providers = nullptr;  ///< who may be asked who clients are; null: nobody
    bool must_know = false;                          ///< no session is opened for who is nobody
    std::optional<Requirement> required = {};        ///< of who opens one
    /// Makes the session of a client whose handshake was accepted; who that is, where it is known.
    std::function<std::unique_ptr<session::Inlet>(session::Outlet&, std::string id, Handshake,
                                                  const Authentication* known)>
        open;
};

/// What a transport needs of the shard that runs it.
class Host {
public:
    /// This shard's number, and how many there are.
    [[nodiscard]] virtual unsigned self() const = 0;
    [[nodiscard]] virtual unsigned count() const = 0;
    /// Who is at the other end, where the wire itself tells.
    [[nodiscard]] virtual std::optional<Authentication> authentication_of(const net::Wire&) const {
        return std::nullopt;
    }
    /// The session of that id, on whichever shard it is, gets credentials anew, which `by` know and it may
    /// ask too. `done` says whether it did.
    virtual void renew(std::string session, Authentication who, const security::Providers& by,
                       std::function<void(bool)> done) {
        (void)session, (void)who, (void)by;
        done(false);
    }

protected:
    ~Host() = default;
};

/// A connection's place in its shard, which owns its wire and what reads from that now.
class Seat : public net::WireUser {
public:
    /// From now on `next` reads from the wire; the present protocol dies at the end of the turn.
    virtual void replace(std::unique_ptr<Protocol> next) = 0;
    /// Moves an HTTP connection with the request in hand to another shard. The present protocol dies at the
    /// end of the turn, the wire at once.
    virtual void hand_over(unsigned shard, HandedOver connection) = 0;

protected:
    ~Seat() = default;
};

/// All that one shard offers to clients. Shard-local.
struct Site {
    base::TimerQueue& timers;
    base::Random& random;
    Host& host;
    SockjsSessions& sockjs;
    std::vector<Endpoint> endpoints;
    std::shared_ptr<const Resources> resources;
    http::Limits http;
    Timeouts timeouts;
    ConnectionRules rules = {};
    TurnLimits turn = {};
    ControlFrameLimits control_frames = {};
    std::shared_ptr<SockjsQuota> sockjs_quota =
        {};                                   ///< of all shards together; never null where there is SockJS
    const base::TimerQueue* clock = nullptr;  ///< the same on all of them, for that; null: `timers`
    base::MemoryWatch* memory = nullptr;      ///< where there is a budget
    security::AuthenticationManager* authentication = nullptr;  ///< where endpoints have providers
    const security::CsrfTokens* csrf = nullptr;                 ///< where tokens are asked for
    std::string csrf_header = {};
    bool require_origin = true;  ///< of requests with credentials that a browser shows by itself
};

/// What reads from one wire: HTTP until an upgrade, then WebSocket; or STOMP over TCP. Owned by the host with
/// its wire, which outlives it. Shard-local.
class Protocol : public net::WireUser {
public:
    virtual ~Protocol() = default;
    /// The server stops: tell the client and end soon.
    virtual void shut_down() = 0;
};

}  // namespace stentor::transport
