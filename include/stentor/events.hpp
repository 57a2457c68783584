#pragma once

#include "stentor/message.hpp"
#include "stentor/session.hpp"
#include "stentor/websocket_handler.hpp"

#include <concepts>
#include <cstdint>
#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

/// What happens to STOMP sessions, over any transport, and to a broker relay. App::on() listens. Each event
/// is told exactly once, on its session's shard, at the end of the turn in which it happened, in the order in
/// which things happened.
namespace stentor {

/// Why a session ended: the first cause counts, whatever follows from it.
enum class DisconnectReason : std::uint8_t {
    by_client,         ///< DISCONNECT, or its WebSocket close frame
    by_application,    ///< UserRegistry::close_session or close_user
    protocol_error,    ///< it broke the protocol or a limit
    refused,           ///< ERROR: wrong login, or a frame that could not be done
    timed_out,         ///< CONNECT, the rest of a frame, an ACK or a COMMIT did not come in time
    heart_beats_lost,  ///< neither STOMP's heart-beats nor an answer to a WebSocket ping came
    expired,           ///< its credential holds no longer, and was not renewed
    slow_consumer,     ///< it did not take what was sent to it
    server_stops,
    connection_lost,
};
/// "by-client", "by-application", ...
const char* to_string(DisconnectReason reason) noexcept;

/// A CONNECT has come, and passed the interceptors. It may still be refused.
struct SessionConnecting {
    Session session;
    Headers headers;  ///< the client's own; not those of the protocol, nor its passcode
};
/// CONNECTED was sent.
struct SessionConnected {
    Session session;
};
/// The subscription is active: the session gets what is published from now on.
struct SessionSubscribed {
    Session session;
    std::string id;
    std::string destination;
};
/// The client or the application ended one subscription that was active. Not told for those of a session that
/// ends.
struct SessionUnsubscribed {
    Session session;
    std::string id;
    std::string destination;
};
/// The last event of a session, told for every one that was opened, also when it never came past CONNECT.
struct SessionDisconnected {
    Session session;
    DisconnectReason reason;
    CloseStatus status;  ///< as its transport was or would have been closed with; over TCP nobody sees it
    bool was_connected;  ///< SessionConnected was told
};
/// Just before SessionDisconnected with the reason slow_consumer.
struct SlowConsumerClosed {
    Session session;
};
/// A broker relay can be used from now on, or not any more. Each shard has its own connection to the broker,
/// and tells.
struct BrokerAvailability {
    bool available;
    std::string broker;  ///< its address, of several the one in use
    unsigned shard;
    std::string reason;  ///< why it is not available; else empty
};

/// The functions that want to hear of events. Immutable when the application runs.
class Listeners {
public:
    template <class E>
    using Of = std::vector<std::function<void(const E&)>>;

    template <class E>
    [[nodiscard]] Of<E>& of() {
        return std::get<Of<E>>(all_);
    }
    template <class E>
    [[nodiscard]] const Of<E>& of() const {
        return std::get<Of<E>>(all_);
    }

private:
    std::tuple<Of<SessionConnecting>, Of<SessionConnected>, Of<SessionSubscribed>, Of<SessionUnsubscribed>,
               Of<SessionDisconnected>, Of<SlowConsumerClosed>, Of<BrokerAvailability>>
        all_;
};

template <class E>
concept Event = std::same_as<E, SessionConnecting> || std::same_as<E, SessionConnected> ||
                std::same_as<E, SessionSubscribed> || std::same_as<E, SessionUnsubscribed> ||
                std::same_as<E, SessionDisconnected> || std::same_as<E, SlowConsumerClosed> ||
                std::same_as<E, BrokerAvailability>;

}  // namespace stentor
