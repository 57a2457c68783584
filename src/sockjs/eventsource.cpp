#include "sockjs/transport.hpp"

#include <algorithm>
#include <cstddef>

namespace stentor::sockjs {
namespace {

/// Opera needs an empty line before the first event.
std::string empty_line(const http::Request&) { return "\r\n"; }

std::string_view escape_of(char c) {
    switch (c) {
        case '\0': return "%00";
        case '\n': return "%0A";
        case '\r': return "%0D";
        default: return "%25";
    }
}

/// The client takes the data through decodeURI, so a percent sign must be escaped. Frames have no line end
/// and no NUL in them; escaping those too keeps an event one event whatever it is given.
void append_event(std::string& out, std::string_view frame, const http::Request&) {
    constexpr std::string_view escaped("%\r\n\0", 4);
    out += "data: ";
    while (!frame.empty()) {
        const std::size_t run = std::min(frame.find_first_of(escaped), frame.size());
        out += frame.substr(0, run);
        if (run < frame.size()) out += escape_of(frame[run]);
        frame.remove_prefix(std::min(run + 1, frame.size()));
    }
    out += "\r\n\r\n";
}

}  // namespace

/// SockJS 0.3.3, "EventSource": a stream of server-sent events (HTML, "Server-sent events"), one frame each.
/// The content type has no charset: the format is always UTF-8.
constinit const ReceivingTransport eventsource{
    .name = "eventsource",
    .method = "GET",
    .content_type = "text/event-stream",
    .streaming = true,
    .prelude = empty_line,
    .append = append_event,
};

}  // namespace stentor::sockjs
