#pragma once

#include "http/message.hpp"
#include "stentor/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stentor::sockjs {

/// The field `c` of a query: the function that the pages of htmlfile and jsonp call. It becomes part of a
/// script, so it is 1 to 64 of [A-Za-z0-9_.-] and nothing else. Otherwise malformed, in the reference
/// implementation's words.
Result<std::string> parse_callback(std::string_view query);

/// The 500 for a request without such a callback.
std::optional<http::Response> refuse_callback(const http::Request& request);

/// The callback of a request that was not refused; empty where there is none.
std::string callback_of(const http::Request& request);

}  // namespace stentor::sockjs
