#pragma once

#include "http/message.hpp"

#include <string>

namespace stentor::sockjs {

/// The Set-Cookie value for services whose load balancer keeps sessions together by JSESSIONID (SockJS 0.3.3,
/// "JSESSIONID cookie"): the client's own value, the first if it sent several, where it is 1 to 64 of
/// [A-Za-z0-9._-]; otherwise `dummy`. For routing only: nothing is ever granted by it.
std::string session_cookie(const http::Request& request);

}  // namespace stentor::sockjs
