#pragma once

#include "http/message.hpp"

#include <string_view>

namespace stentor::transport {

/// What every response tells a browser besides its own: not to guess its type, not to tell others where it
/// was read, not to show it in a frame unless the response itself says who may, and to come by TLS from now
/// on where it does (`strict_transport_security`, else empty).
void add_security_headers(http::Fields& fields, std::string_view strict_transport_security);

}  // namespace stentor::transport
