#pragma once

#include <cstdint>

namespace stentor::websocket {

/// "No code was in the close frame" (RFC 6455 7.1.5); never on the wire.
inline constexpr std::uint16_t no_code = 1005;

/// Whether a close frame may carry the code (RFC 6455 7.4 and the IANA registry): registered ones that are
/// not reserved for use inside an endpoint, libraries' 3000-3999 and private 4000-4999.
constexpr bool may_be_sent(std::uint16_t code) {
    if (code >= 3000 && code <= 4999) return true;
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

}  // namespace stentor::websocket
