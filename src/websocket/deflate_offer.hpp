#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace stentor::websocket {

/// What the server offers of permessage-deflate (RFC 7692).
struct DeflateSettings {
    bool enabled = false;
    bool server_no_context_takeover = true;  ///< nothing kept between messages sent: receivers share frames
    bool client_no_context_takeover =
        true;                     ///< the same asked of clients: nothing kept between received ones
    int max_window_bits = 12;     ///< 9 to 15: the LZ77 window is 2^bits bytes
    std::size_t min_size = 1024;  ///< bytes of the smallest message worth compressing
    int level = 3;                ///< zlib's: 1 fastest, 9 smallest
};

/// What was agreed in one handshake (RFC 7692 7.1).
struct DeflateAgreement {
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    int server_window_bits = 15;  ///< no more than these are used to compress, nor, below, by the client
    int client_window_bits = 15;
    friend bool operator==(const DeflateAgreement&, const DeflateAgreement&) = default;
};

/// An agreement, and the Sec-WebSocket-Extensions field that tells the client of it.
struct DeflateAnswer {
    DeflateAgreement agreement;
    std::string extension;
};

/// Answers the first offer of permessage-deflate in the request's Sec-WebSocket-Extensions lines that can be
/// met (RFC 7692 5.1); one that cannot, or is not well-formed, is passed over. Empty when none is left.
/// Looks at no more than 16 offers of whatever extension.
std::optional<DeflateAnswer> answer_deflate_offer(const http::Fields& request,
                                                  const DeflateSettings& settings);

}  // namespace stentor::websocket
