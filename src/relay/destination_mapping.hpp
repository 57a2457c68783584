#pragma once

#include "stentor/result.hpp"

#include <string>
#include <string_view>

namespace stentor::relay {

/// The broker's name of a client's destination: the first segment as it is, the others joined by '.', as
/// STOMP brokers name topics and queues: "/topic/chat/lobby" is "/topic/chat.lobby".
///
/// Brokers read patterns, options and lists out of names ('*', '#', '>', '?', ',', '%', "::", ...), so a
/// segment may hold only letters, digits, `-_~@+=!$:` and what is not ASCII; and no '.', for it could not be
/// told from a joint. The rest is `unsupported`, and so is a destination of one segment; a name longer than
/// brokers take (255 bytes) is `too_large`.
Result<std::string> to_broker_destination(std::string_view destination);

/// Whether destinations below the prefix are plain names to a broker: one segment, and none to which RabbitMQ
/// gives another meaning ("/exchange", "/amq", "/temp-queue", "/reply-queue").
bool is_relayable_prefix(std::string_view prefix);

}  // namespace stentor::relay
