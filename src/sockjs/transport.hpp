#pragma once

#include "http/message.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace stentor::sockjs {

/// A header line that is the same in every response of a transport.
struct HeaderLine {
    std::string_view name;
    std::string_view value;
};

/// For transports that can serve any request of their method.
inline std::optional<http::Response> refuse_nothing(const http::Request&) { return std::nullopt; }

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
    /// The answer to a request that this transport cannot serve; asked before a session is opened for it.
    std::optional<http::Response> (*refuse)(const http::Request& request) = refuse_nothing;
    std::span<const HeaderLine> headers{};  ///< besides those of every transport
    /// Whether an endpoint offers it without being told to. False where a GET that any page can cause runs as
    /// a script or is shown as a page.
    bool offered_by_default = true;
};

extern const ReceivingTransport xhr;
extern const ReceivingTransport xhr_streaming;
extern const ReceivingTransport eventsource;
extern const ReceivingTransport htmlfile;
extern const ReceivingTransport jsonp;

/// A transport's response without its body: content type, the headers of every transport, and its own.
http::Response begin_response(const ReceivingTransport& transport, const http::Request& request);

/// Headers every transport response carries: no caching, the CORS answer for the request's origin (already
/// checked), nosniff.
void add_transport_headers(http::Response& response, const http::Request& request);

/// Lets anybody keep a response for a year.
void add_caching_headers(http::Fields& fields);

/// The answer to a preflight on a transport ("OPTIONS, POST") or on /info ("OPTIONS, GET").
http::Response preflight(const http::Request& request, std::string_view methods);

}  // namespace stentor::sockjs
