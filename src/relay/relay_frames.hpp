#pragma once

#include "broker/subscription.hpp"
#include "relay/dialect.hpp"
#include "stentor/message.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stentor::relay {

/// What a receipt is for; with a number it is the receipt's id: "p17".
enum class Asked : char { publish = 'p', subscribe = 's', unsubscribe = 'u' };

struct ReceiptId {
    Asked what;
    std::uint64_t number;
    friend bool operator==(const ReceiptId&, const ReceiptId&) = default;
};
/// Empty for what was never asked like this.
std::optional<ReceiptId> parse_receipt_id(std::string_view text);
/// The number of one of our subscriptions; empty when it is no number.
std::optional<std::uint64_t> parse_number(std::string_view text);

// The frames to the broker, STOMP 1.2. `name` is the broker's of a destination. Those with a number ask for
// their receipt.

/// Of a queue it asks the broker to keep it until it is consumed, also when the broker ends meanwhile.
struct Sending {
    bool is_persistent = false;
    std::string_view transaction = {};  ///< empty: none
};
std::string send_frame(std::uint64_t number, std::string_view name, const Message& message,
                       const Sending& how = {});
/// Of a transaction: what it sends it asks the receipts for, and for COMMIT's that of a publish.
std::string begin_frame(std::string_view transaction);
std::string commit_frame(std::string_view transaction, std::uint64_t number);

std::string subscribe_frame(std::uint64_t number, std::string_view name);
/// To a queue: each message is acknowledged, and no more than `prefetch` are under way where the broker can
/// be told so.
std::string subscribe_to_queue_frame(std::uint64_t number, std::string_view name, Dialect dialect,
                                     std::uint32_t prefetch);
std::string unsubscribe_frame(std::uint64_t number);
/// ACK or NACK of what the broker gave by that `ack`.
std::string settle_frame(std::string_view ack, broker::Settlement how);
// RabbitMQ keeps what was not settled with the connection, takes a NACK only while there is a subscription of
// the id by which it gave the message, and answers ERROR for what it gives when there is none any more. So
// the subscription is ended and, in the same write, made once more to a topic on which nothing is sent; what
// was on its way comes by that. When an empty transaction is confirmed too, all has come and can go back.
std::string silence_frames(std::uint64_t number, std::string_view silent_topic);
std::string empty_transaction_frames(std::uint64_t number);
std::string give_back_frames(std::uint64_t number, std::span<const std::string> acks);

}  // namespace stentor::relay
