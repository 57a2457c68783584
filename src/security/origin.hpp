#pragma once

#include "http/message.hpp"
#include "security/origin_pattern.hpp"
#include "security/web_origin.hpp"

#include <string>
#include <vector>

namespace stentor::security {

/// Which web origins may open a session on an endpoint (RFC 6454). Decided before a session exists. Immutable
/// once the application runs.
///
/// By default only the same origin: scheme, host and port of the Origin header equal those of the request. A
/// list names further origins exactly ("https://app.example.com:8443", no path), `*` alone means all. A
/// pattern is such an origin in which `*` stands for one or more host labels at its beginning
/// ("https://*.example.com") or for any port
/// ("http://localhost:*"); `*` alone means all there too. "null" is refused unless listed literally (or `*`).
/// More than one Origin header is refused. No Origin header at all (not a browser) is allowed.
class OriginPolicy {
public:
    OriginPolicy() = default;

    /// Both replace what was set before and throw std::invalid_argument, naming the entry and what is wrong
    /// with it, at start-up.
    void set_allowed_origins(std::vector<std::string> origins);
    void set_allowed_origin_patterns(std::vector<std::string> patterns);

    /// Also its Host must be an address, `localhost` or a listed origin's: others' pages can make any other
    /// name lead here (DNS rebinding), and then are of the same origin. For servers that ask nobody who they
    /// are.
    void require_known_host() { requires_known_host_ = true; }

    /// `secure`: the request came over TLS.
    [[nodiscard]] bool allows(const http::Request& request, bool secure) const;
    [[nodiscard]] bool allows_all() const { return origins_.all || patterns_.all; }

private:
    struct List {
        bool all = false;
        bool null = false;
        std::vector<WebOrigin> origins;
    };
    struct PatternList {
        bool all = false;
        std::vector<OriginPattern> patterns;
    };
    [[nodiscard]] bool lists(const WebOrigin& origin) const;
    [[nodiscard]] bool knows_host(const http::Request& request) const;

    List origins_;
    PatternList patterns_;
    bool requires_known_host_ = false;
};

}  // namespace stentor::security
