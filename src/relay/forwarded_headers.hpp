#pragma once

#include "stentor/message.hpp"
#include "stomp/frame.hpp"

#include <span>
#include <string_view>

namespace stentor::relay {

/// Whether a header passes between clients and the broker, either way. What is the protocol's own, what
/// steers a broker (its queues, delivery, login, ...) and what a broker could not store does not; all else is
/// the users'.
bool is_forwarded(std::string_view name, std::string_view value);

/// The users' headers of a broker's MESSAGE; of repeated ones the first (STOMP 1.2, "Repeated Header
/// Entries").
Headers users_headers(std::span<const stomp::HeaderView> headers);

}  // namespace stentor::relay
