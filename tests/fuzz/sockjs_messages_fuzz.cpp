// Bodies of xhr_send and texts of the framed WebSocket, and the frames made of what was read.
#include "base/utf8.hpp"
#include "sockjs/frame.hpp"
#include "sockjs/messages.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace stentor;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

bool is_one_line(std::string_view frame) {
    for (const char c : frame)
        if (static_cast<unsigned char>(c) < 0x20) return false;
    return true;
}

/// What a frame carries is what was sent, in one line, whatever the bytes were.
void round_trip(const std::vector<std::string>& messages) {
    std::vector<std::string> quoted(messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i) sockjs::append_quoted(quoted[i], messages[i]);
    const std::vector<std::string_view> views(quoted.begin(), quoted.end());
    std::string frame;
    sockjs::append_message_frame(frame, views);
    require(frame.starts_with('a') && is_one_line(frame) && base::is_utf8(frame));
    const auto read = sockjs::parse_messages(frame.substr(1), {.max_messages = messages.size()});
    require(read.has_value() && *read == messages);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto body = sockjs::parse_messages(bytes);
    const auto text = sockjs::parse_websocket_messages(bytes);
    if (body) {
        require(text.has_value() && *text == *body);  // whatever a body may be, a text may be too
        for (const std::string& message : *body) require(base::is_utf8(message) && message.size() <= size);
        round_trip(*body);
    }
    if (text) round_trip(*text);
    round_trip({base::to_utf8(bytes)});

    std::string raw;
    std::string repaired;
    sockjs::append_quoted(raw, bytes);
    sockjs::append_quoted(repaired, base::to_utf8(bytes));
    require(raw == repaired);
    require(is_one_line(sockjs::close_frame(3000, bytes)));
    return 0;
}
