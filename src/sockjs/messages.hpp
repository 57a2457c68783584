#pragma once

#include "stentor/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::sockjs {

struct MessageLimits {
    std::size_t max_messages = 128;  ///< of one body or frame
    std::size_t max_depth = 4;
};

/// The body of xhr_send: a JSON array of strings. Empty is malformed "Payload expected.", anything else that is not an
/// array of strings malformed "Broken JSON encoding." (the reference implementation's words).
Result<std::vector<std::string>> parse_messages(std::string_view body, const MessageLimits& limits = {});

/// A WebSocket text of the framed transport: as above, or a single JSON string; an empty text is no message.
Result<std::vector<std::string>> parse_websocket_messages(std::string_view text, const MessageLimits& limits = {});

}  // namespace stentor::sockjs
