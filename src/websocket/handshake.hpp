#pragma once

#include "http/message.hpp"
#include "websocket/deflate_offer.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stentor::websocket {

/// Whether the request asks for an upgrade to WebSocket at all (a plain GET on the same path may mean
/// something else).
bool is_upgrade(const http::Request& request);

struct Accepted {
    http::Response response;  ///< the 101
    std::string subprotocol;  ///< as the client spelled it; empty when none was agreed
    std::optional<DeflateAgreement> deflate = std::nullopt;
};

/// The server's half of the opening handshake (RFC 6455 4.2). Either the 101 or the refusal: 405 + Allow for
/// another method, 400 for a missing or wrong Upgrade, Connection or Sec-WebSocket-Key (16 bytes of base64,
/// once), 426 + Sec-WebSocket-Version for another version. The subprotocol is the first of `supported` (the
/// server's order) that the client offers, without case; none in common is no subprotocol, not a refusal.
/// With `deflate`, permessage-deflate is agreed on when the client makes an offer that can be met.
std::variant<Accepted, http::Response> handshake(const http::Request& request,
                                                 std::span<const std::string_view> supported,
                                                 const DeflateSettings* deflate = nullptr);

/// Sec-WebSocket-Accept for a key (RFC 6455 4.2.2 item 5.4).
std::string accept_key(std::string_view key);

}  // namespace stentor::websocket
