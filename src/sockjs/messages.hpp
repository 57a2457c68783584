#pragma once

#include "stentor/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::sockjs {

struct MessageLimits {
    std::size_t max_messages = 1'000;  ///< of one body or frame; past it the result is too_large
};

/// The body of xhr_send: a JSON array of strings. Empty is malformed "Payload expected.", anything else that
/// is not an array of strings malformed "Broken JSON encoding." (the reference implementation's words). An
/// escaped surrogate without its other half has no UTF-8 and becomes U+FFFD.
Result<std::vector<std::string>> parse_messages(std::string_view body, const MessageLimits& limits = {});

/// A WebSocket text of the framed transport: as above, or a single JSON string; an empty text is no message.
Result<std::vector<std::string>> parse_websocket_messages(std::string_view text,
                                                          const MessageLimits& limits = {});

}  // namespace stentor::sockjs
