#pragma once

#include "http/request_parser.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace stentor::http {

/// How the body of a request is framed (RFC 9112 6.3).
struct Framing {
    bool chunked = false;
    std::uint64_t length = 0;  ///< when not chunked
};

/// What is judged once the whole head is there: Host, the target's form, framing, Expect, Content-Encoding.
/// Fills path, raw_path, query and keep_alive.
std::optional<Refusal> judge_head(Request& request, Framing& framing, const Limits& limits);

/// `Upgrade: websocket` with `Connection: upgrade`: what follows this request is not HTTP, whatever the
/// answer is. Other protocols (`h2c`, which some HTTP clients offer on every request) are ignored, as RFC
/// 9110 7.8 has it.
bool asks_for_websocket(const Request& request);

/// `uri-host [":" port]` as a Host field may hold it (RFC 9110 7.2): a name, an IPv4 or a bracketed IPv6
/// address.
bool is_host(std::string_view text);

}  // namespace stentor::http
