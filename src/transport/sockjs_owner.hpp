#pragma once

#include "http/message.hpp"
#include "security/http_credentials.hpp"
#include "stentor/security.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stentor::transport {

/// Who sends a request of a SockJS session, as far as the server can know.
struct SockjsCaller {
    std::optional<Principal> principal;
    std::string cookie;   ///< a value this server may have issued; empty when there is none
    std::string address;  ///< without the port, which differs from connection to connection
    std::optional<security::CredentialsDigest> shown = {};  ///< by what the principal was found out
    bool is_ambient = false;                                ///< and a browser shows that by itself
    bool is_secure = false;                                 ///< it came over TLS
};

/// To whom a SockJS session belongs (docs/decisions/0005-sockjs-session-binding.md): to the principal that
/// opened it; without one to the cookie it was opened with; without one to the address, until somebody shows
/// the cookie that was issued when it was opened. A session's id alone opens nothing. Shard-local.
class SockjsOwner {
public:
    /// `issued` goes to the client with the first response; empty where no cookie is wanted or one came.
    SockjsOwner(SockjsCaller opener, std::string issued);

    /// Whether the session is this client's. May bind it to the issued cookie.
    [[nodiscard]] bool admit(const SockjsCaller& client);
    /// Whether the session's own client showed this before: it needs no new check then.
    [[nodiscard]] bool knows(const security::CredentialsDigest& shown) const {
        return opener_.principal && opener_.shown == shown;
    }
    /// Whether what it shows is known to come from a browser by itself.
    [[nodiscard]] bool is_ambient() const { return opener_.is_ambient; }
    [[nodiscard]] const std::optional<Principal>& principal() const { return opener_.principal; }
    [[nodiscard]] const std::string& issued() const { return issued_; }
    [[nodiscard]] bool is_secure() const { return opener_.is_secure; }
    [[nodiscard]] const std::string& address() const { return opener_.address; }

private:
    SockjsCaller opener_;
    std::string issued_;
};

/// The cookie's value in a request, if it has the form of those that are issued; else empty.
std::string binding_cookie_of(const http::Request& request);
/// The Set-Cookie value that issues it, for requests below `path`.
std::string issue_binding_cookie(std::string_view value, std::string_view path, bool secure);

}  // namespace stentor::transport
