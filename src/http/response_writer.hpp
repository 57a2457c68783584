#pragma once

#include "http/message.hpp"

#include <string>
#include <string_view>

namespace stentor::http {

std::string_view reason_phrase(int status);

/// A whole response with Content-Length (none on 101, 204 and 304) and `Connection: close` / `keep-alive` as
/// HTTP/1.0 and 1.1 each need it. A field with CR, LF or NUL in it is left out: nothing a peer sent can split
/// a response.
std::string write_response(const Response& response, const Request& request, bool close);

/// The head of a streamed response: chunked on HTTP/1.1, closed by the end of the connection on 1.0. `body`
/// is not written.
std::string write_stream_head(const Response& response, const Request& request);
/// One piece of a streamed body: a chunk on 1.1, the bytes themselves on 1.0; an empty piece writes nothing.
void write_stream_piece(std::string& out, std::string_view piece, const Request& request);
/// What ends a streamed body: the last chunk on 1.1, nothing on 1.0.
std::string_view stream_end(const Request& request);

}  // namespace stentor::http
