#include "sockjs/messages.hpp"

#include "base/utf8.hpp"
#include "sockjs/json_scanner.hpp"

#include <utility>

namespace stentor::sockjs {
namespace {

using Messages = std::vector<std::string>;

Error broken() { return {Errc::malformed, "Broken JSON encoding."}; }

/// What follows the '[' of an array of strings, its ']' included.
Result<Messages> scan_elements(JsonScanner& scanner, const MessageLimits& limits) {
    Messages messages;
    if (scanner.accept(']')) return messages;
    do {
        if (messages.size() == limits.max_messages)
            return Error{Errc::too_large, "Too many messages in one frame."};
        std::optional<std::string> message = scanner.string();
        if (!message) return broken();
        messages.push_back(std::move(*message));
    } while (scanner.accept(','));
    if (!scanner.accept(']')) return broken();
    return messages;
}

Result<Messages> scan_array(JsonScanner& scanner, const MessageLimits& limits) {
    if (!scanner.accept('[')) return broken();
    Result<Messages> messages = scan_elements(scanner, limits);
    if (messages && !scanner.at_end()) return broken();
    return messages;
}

}  // namespace

Result<Messages> parse_messages(std::string_view body, const MessageLimits& limits) {
    if (body.empty()) return Error{Errc::malformed, "Payload expected."};
    if (!base::is_utf8(body)) return broken();
    JsonScanner scanner(body);
    return scan_array(scanner, limits);
}

Result<Messages> parse_websocket_messages(std::string_view text, const MessageLimits& limits) {
    if (text.empty()) return Messages{};
    if (!base::is_utf8(text)) return broken();
    JsonScanner scanner(text);
    if (!scanner.sees('"')) return scan_array(scanner, limits);
    std::optional<std::string> message = scanner.string();
    if (!message || !scanner.at_end()) return broken();
    Messages messages;
    messages.push_back(std::move(*message));
    return messages;
}

}  // namespace stentor::sockjs
