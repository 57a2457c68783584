#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace stentor::sockjs {

struct Greeting {
    friend bool operator==(const Greeting&, const Greeting&) = default;
};  ///< base, base/
struct Info {
    friend bool operator==(const Info&, const Info&) = default;
};  ///< base/info
struct Iframe {
    friend bool operator==(const Iframe&, const Iframe&) = default;
};  ///< base/iframe*.html
struct RawWebSocket {
    friend bool operator==(const RawWebSocket&, const RawWebSocket&) = default;
};                      ///< base/websocket
struct TransportPath {  ///< base/server/session/transport
    std::string session;
    std::string transport;
    friend bool operator==(const TransportPath&, const TransportPath&) = default;
};
struct NotFound {
    friend bool operator==(const NotFound&, const NotFound&) = default;
};
using Path = std::variant<Greeting, Info, Iframe, RawWebSocket, TransportPath, NotFound>;

/// What a request below a SockJS base is for. `rest` is the raw path after the base (percent escapes kept).
/// Server and session are any non-empty segments without '.' and ';' (SockJS 0.3.3, "Session URLs"), at most
/// 128 bytes each; `strict_ids` also demands at least 8 of [A-Za-z0-9_-] for the session.
Path parse_path(std::string_view rest, bool strict_ids);

}  // namespace stentor::sockjs
