#include "sockjs/transport.hpp"

namespace stentor::sockjs {
namespace {

std::string no_prelude(const http::Request&) { return {}; }

void append_line(std::string& out, std::string_view frame, const http::Request&) {
    out += frame;
    out += '\n';
}

}  // namespace

/// SockJS 0.3.3, "XHR polling transport": one frame and a line feed a response.
constinit const ReceivingTransport xhr{
    .name = "xhr",
    .method = "POST",
    .content_type = "application/javascript; charset=UTF-8",
    .streaming = false,
    .prelude = no_prelude,
    .append = append_line,
};

}  // namespace stentor::sockjs
