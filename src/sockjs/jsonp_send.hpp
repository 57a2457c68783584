#pragma once

#include "http/message.hpp"
#include "stentor/result.hpp"

#include <string>
#include <string_view>

namespace stentor::sockjs {

/// The JSON in a body of jsonp_send, still to be read by parse_messages: field `d` of a form
/// (application/x-www-form-urlencoded), or all of a text/plain body or one without a type. Malformed "Payload
/// expected." where there is none.
Result<std::string> parse_jsonp_body(std::string_view content_type, std::string_view body);

/// The answer to a body whose messages were taken: `ok`, because some browsers do odd things on a 204 here.
http::Response jsonp_sent(const http::Request& request);

}  // namespace stentor::sockjs
