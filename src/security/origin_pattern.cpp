#include "security/origin_pattern.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace stentor::security {

std::optional<OriginPattern> OriginPattern::parse(std::string_view text) {
    constexpr std::string_view subdomain_wildcard = "://*.";
    OriginPattern pattern;
    std::string origin_text(text);
    if (const std::size_t at = origin_text.find(subdomain_wildcard); at != std::string::npos) {
        pattern.any_subdomain_ = true;
        origin_text.erase(at + 3, 2);
    }
    if (origin_text.ends_with(":*")) {
        pattern.any_port_ = true;
        origin_text.back() = '1';  // any port stands for all, and a second one is still refused
    }
    std::optional<WebOrigin> origin = parse_web_origin(origin_text);
    if (!origin) return std::nullopt;
    if (pattern.any_subdomain_ && (origin->host.empty() || origin->host.starts_with('[')))
        return std::nullopt;
    pattern.origin_ = std::move(*origin);
    return pattern;
}

bool OriginPattern::matches(const WebOrigin& origin) const {
    if (origin.scheme != origin_.scheme) return false;
    if (!any_port_ && origin.port != origin_.port) return false;
    if (!any_subdomain_) return origin.host == origin_.host;
    const std::string_view host = origin.host;
    return host.size() > origin_.host.size() && host.ends_with(origin_.host) &&
           host[host.size() - origin_.host.size() - 1] == '.';
}

}  // namespace stentor::security
