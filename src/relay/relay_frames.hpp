#pragma once

#include "stentor/message.hpp"

#include <cstdint>
#include <optional>
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

/// The frames to the broker, STOMP 1.2, each with its receipt asked. `name` is the broker's of a destination.
std::string send_frame(std::uint64_t number, std::string_view name, const Message& message);
std::string subscribe_frame(std::uint64_t number, std::string_view name);
std::string unsubscribe_frame(std::uint64_t number);

}  // namespace stentor::relay
