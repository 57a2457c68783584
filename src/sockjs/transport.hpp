#pragma once

#include "http/message.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stentor::sockjs {

/// What one HTTP transport looks like on the wire; everything else about it is the same for all. A new
/// transport is one of these in a file of its own and a row in transport's table. Immutable.
struct ReceivingTransport {
    std::string_view name;    ///< the last part of its URL
    std::string_view method;  ///< "POST" or "GET"
    std::string_view content_type;
    bool streaming;  ///< false: one frame a response
    /// What precedes the first frame of each response, made from the request (htmlfile needs its callback).
    std::string (*prelude)(const http::Request& request);
    /// Appends one SockJS frame in the transport's wrapping.
    void (*append)(std::string& out, std::string_view frame, const http::Request& request);
};

extern const ReceivingTransport xhr;
extern const ReceivingTransport xhr_streaming;

/// Headers every transport response carries: no caching, the CORS answer for the request's origin (already
/// checked), nosniff.
void add_transport_headers(http::Response& response, const http::Request& request);

/// The answer to a preflight on a transport ("OPTIONS, POST") or on /info ("OPTIONS, GET").
http::Response preflight(const http::Request& request, std::string_view methods);

}  // namespace stentor::sockjs
