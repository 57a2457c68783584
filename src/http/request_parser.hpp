#pragma once

#include "http/message.hpp"

#include <boost/system/result.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::http {

struct Limits {
    std::size_t max_head = 16 * 1024;
    std::size_t max_line = 8 * 1024;    ///< one header line
    std::size_t max_target = 4 * 1024;  ///< 414 past it
    std::size_t max_fields = 100;       ///< 431 past it
    std::size_t max_body = 128 * 1024;  ///< 413 past it
};

/// Why a request is refused: the status to answer with before closing, and one short line for body and log.
struct Refusal {
    int status = 400;
    std::string reason;
    friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// Turns bytes into HTTP/1.1 requests (RFC 9112), the same however the bytes are cut. Ambiguous framing is
/// refused before it is interpreted: both Content-Length and Transfer-Encoding, more than one of either,
/// anything but exactly `chunked`, bare LF or CR, obs-fold, blanks before a colon, chunk sizes that are not
/// 1-16 hex digits, an upgrade with a body. Owns no socket. Shard-local.
class RequestParser {
public:
    explicit RequestParser(Limits limits = {});
    ~RequestParser();
    RequestParser(RequestParser&&) noexcept;
    RequestParser& operator=(RequestParser&&) noexcept;

    void feed(std::string_view bytes);
    /// The next whole request; empty while more bytes are needed; a Refusal once and for all.
    [[nodiscard]] boost::system::result<std::optional<Request>, Refusal> next();
    /// True while a request has begun and is not whole: what the head and body timeouts watch.
    [[nodiscard]] bool in_request() const;
    /// Bytes of the body that is arriving, its chunked coding taken off; empty while none is.
    [[nodiscard]] std::optional<std::size_t> body_bytes() const;
    /// Bytes fed and not read yet; after a whole request those that follow it.
    [[nodiscard]] std::string_view unread() const;
    /// Bytes after the last request given out: WebSocket data after an upgrade, the next request otherwise.
    [[nodiscard]] std::string take_rest();

private:
    class Reader;
    std::unique_ptr<Reader> reader_;
};

/// Percent-decodes once and checks a path: begins with '/', well-formed escapes, valid UTF-8, no NUL or other
/// control character, no backslash, no "." or ".." segment; otherwise empty.
std::optional<std::string> decode_path(std::string_view raw);

}  // namespace stentor::http
