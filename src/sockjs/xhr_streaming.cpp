#include "sockjs/transport.hpp"

#include <cstddef>

namespace stentor::sockjs {
namespace {

/// Some browsers hand out a response only after its first 2 KiB.
std::string padding(const http::Request&) {
    constexpr std::size_t browser_buffer = 2048;
    return std::string(browser_buffer, 'h') + "\n";
}

void append_line(std::string& out, std::string_view frame, const http::Request&) {
    out += frame;
    out += '\n';
}

}  // namespace

/// SockJS 0.3.3, "XHR streaming transport": padding, then frames each with a line feed until the response is
/// full.
constinit const ReceivingTransport xhr_streaming{
    .name = "xhr_streaming",
    .method = "POST",
    .content_type = "application/javascript; charset=UTF-8",
    .streaming = true,
    .prelude = padding,
    .append = append_line,
};

}  // namespace stentor::sockjs
