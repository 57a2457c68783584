#pragma once

#include "http/message.hpp"
#include "stentor/result.hpp"
#include "stentor/security.hpp"

#include <array>
#include <string_view>

namespace stentor::security {

/// What an HTTP request shows of its sender: HTTP Basic (RFC 7617), a bearer token (RFC 6750 2.1), cookies
/// and the query. An error: the header `Authorization` is there more than once, or malformed.
[[nodiscard]] Result<Credentials> read_credentials(const http::Request& request);

/// Of all by which a request may show who sends it: two that are equal were shown the same. `by_wire`: whom
/// its connection names, by a certificate; empty for nobody.
using CredentialsDigest = std::array<unsigned char, 32>;
[[nodiscard]] CredentialsDigest digest_of(const http::Request& request, std::string_view by_wire = {});

/// Whether the browser says that a page of the request's own origin made it, where there is no Origin: as in
/// a page's own GET (Fetch Metadata, W3C).
[[nodiscard]] bool comes_from_own_page(const http::Request& request);

/// A page of another origin can make a browser send such a request, with all that a browser shows by itself:
/// that it cannot hide where it is from is what the origin's check relies on.
[[nodiscard]] bool lacks_origin(const http::Request& request);

}  // namespace stentor::security
