#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::security {

/// A web origin (RFC 6454 4): scheme, host and port, the first two in lower case. A value.
struct WebOrigin {
    std::string scheme;
    std::string host;        ///< as written otherwise; an IPv6 address with its brackets
    std::uint16_t port = 0;  ///< the scheme's own when none is written, 0 when it has none
    friend bool operator==(const WebOrigin&, const WebOrigin&) = default;
};

/// `scheme://host` or `scheme://host:port` and nothing else: no path, user, blank or second origin. "null" is
/// none.
std::optional<WebOrigin> parse_web_origin(std::string_view text);

/// The origin a request with this Host header (RFC 9112 3.2) was sent to; empty when the header is malformed.
std::optional<WebOrigin> origin_of_host(std::string_view scheme, std::string_view host_header);

}  // namespace stentor::security
