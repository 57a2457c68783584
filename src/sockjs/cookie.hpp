#pragma once

#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stentor::sockjs {

/// The value of the first cookie of that name in the request's Cookie fields (RFC 6265 4.2.1); names keep
/// their case.
std::optional<std::string_view> cookie_of(const http::Request& request, std::string_view name);

/// The Set-Cookie value for services whose load balancer keeps sessions together by JSESSIONID (SockJS 0.3.3,
/// "JSESSIONID cookie"): the client's own value, the first if it sent several, where it is 1 to 64 of
/// [A-Za-z0-9._-]; otherwise `dummy`. For routing only: nothing is ever granted by it.
std::string session_cookie(const http::Request& request);

}  // namespace stentor::sockjs
