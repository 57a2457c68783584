#pragma once

#include "broker/subscription.hpp"
#include "session/acks.hpp"
#include "session/stomp_settings.hpp"
#include "session/subscriptions.hpp"
#include "stentor/message.hpp"
#include "stomp/frame.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace stentor::session {

// Client frames, read: what each asks for, as far as the frame alone tells. Views last as long as the frame.

/// A header that must be there and not be empty.
Result<std::string_view> required(const stomp::Frame& frame, std::string_view name);

/// STOMP 1.2, "Repeated Header Entries": the first is the value, the others its history.
enum class Repeated : std::uint8_t {
    first,  ///< what others are to get: whoever reads it sees the same value
    all,
};
/// Without those that only the server may set.
Headers client_headers(const stomp::Frame& frame, Repeated repeated);

/// SEND: what will be published, made where it stays.
Result<std::shared_ptr<Message>> read_send(const stomp::Frame& frame, const StompSettings& settings,
                                           Repeated repeated);

/// SEND's `reply-to` where it is a destination; empty: it has none, or what is the application's own.
Result<std::string_view> read_reply_to(const stomp::Frame& frame, const StompSettings& settings);

/// BEGIN, COMMIT, ABORT: their transaction.
Result<std::string_view> read_transaction(const stomp::Frame& frame, const StompSettings& settings);

struct SubscribeRequest {
    std::string_view id;  ///< empty in STOMP 1.0 only
    std::string_view destination;
    AckMode ack_mode;
    broker::Window window;
    std::uint32_t history;  ///< messages it wants of what is kept
    std::shared_ptr<const messaging::Selector> selector;
};
Result<SubscribeRequest> read_subscribe(const stomp::Frame& frame, stomp::Version version,
                                        const StompSettings& settings);
/// Whether a session that has those subscriptions may have this one too.
Result<void> check_room(const SubscribeRequest& request, const Subscriptions& subscriptions,
                        const StompSettings& settings);

/// ACK or NACK. STOMP 1.2 names the delivery, the others the message and its subscription.
struct AckRequest {
    broker::Settlement how;
    std::optional<Acks::Id> id;  ///< STOMP 1.2; empty also when it is none that was ever given
    std::string_view message_id;
    std::optional<std::string_view> subscription;
};
Result<AckRequest> read_ack(const stomp::Frame& frame, stomp::Version version);

}  // namespace stentor::session
