#pragma once

#include <cstdint>
#include <string>

namespace stentor::sockjs {

/// The JSON of `/info`: which transports make sense, and 32 bits of the server's entropy for the client.
std::string info_body(bool websocket, bool cookie_needed, std::uint32_t entropy);

}  // namespace stentor::sockjs
