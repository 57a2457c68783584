#include "security/origin.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace stentor::security {
namespace {

constexpr std::string_view everything = "*";

/// What most likely is wrong with an entry that did not parse.
std::string_view complaint(std::string_view entry) {
    const std::size_t scheme_end = entry.find("://");
    if (scheme_end == std::string_view::npos) return "it has no scheme";
    const std::string_view authority = entry.substr(scheme_end + 3);
    if (authority.find('/') != std::string_view::npos) return "it has a path";
    if (authority.find('@') != std::string_view::npos) return "it names a user";
    if (authority.find('*') != std::string_view::npos)
        return "its wildcard is not where a pattern may have one";
    return "its host or port is not valid";
}

[[noreturn]] void refuse(std::string_view kind, std::string_view entry, std::string_view form) {
    throw std::invalid_argument(std::string(kind) + " \"" + std::string(entry) +
                                "\": " + std::string(complaint(entry)) + "; write " + std::string(form));
}

/// No name that somebody else could give this machine.
bool is_local(std::string_view host) {
    return host == "localhost" || host.ends_with(".localhost") || host.starts_with('[') ||
           host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_same_origin(const WebOrigin& origin, const http::Request& request, bool secure) {
    if (request.fields.count("Host") != 1) return false;
    return origin_of_host(secure ? "https" : "http", *request.header("Host")) == origin;
}

}  // namespace

void OriginPolicy::set_allowed_origins(std::vector<std::string> origins) {
    List list;
    for (const std::string& entry : origins) {
        if (entry == everything) {
            list.all = true;
        } else if (entry == "null") {
            list.null = true;
        } else if (std::optional<WebOrigin> origin = parse_web_origin(entry)) {
            list.origins.push_back(std::move(*origin));
        } else {
            refuse("allowed origin", entry,
                   "scheme://host or scheme://host:port, or an allowed origin pattern");
        }
    }
    origins_ = std::move(list);
}

void OriginPolicy::set_allowed_origin_patterns(std::vector<std::string> patterns) {
    PatternList list;
    for (const std::string& entry : patterns) {
        if (entry == everything) {
            list.all = true;
        } else if (std::optional<OriginPattern> pattern = OriginPattern::parse(entry)) {
            list.patterns.push_back(std::move(*pattern));
        } else {
            refuse("allowed origin pattern", entry, "scheme://*.host or scheme://host:*");
        }
    }
    patterns_ = std::move(list);
}

bool OriginPolicy::lists(const WebOrigin& origin) const {
    return std::ranges::find(origins_.origins, origin) != origins_.origins.end() ||
           std::ranges::any_of(patterns_.patterns, [&](const OriginPattern& p) { return p.matches(origin); });
}

bool OriginPolicy::knows_host(const http::Request& request) const {
    const auto host = origin_of_host("http", request.header("Host").value_or(""));
    if (!host) return false;
    if (is_local(host->host)) return true;
    return std::ranges::any_of(std::array{"http", "https"}, [&](std::string_view scheme) {
        const auto origin = origin_of_host(scheme, *request.header("Host"));
        return origin && lists(*origin);
    });
}

bool OriginPolicy::allows(const http::Request& request, bool secure) const {
    const std::optional<std::string_view> header = request.header("Origin");
    if (requires_known_host_ && !allows_all() && !knows_host(request)) return false;
    if (!header) return true;
    if (request.fields.count("Origin") > 1) return false;
    if (allows_all()) return true;
    if (*header == "null") return origins_.null;
    const std::optional<WebOrigin> origin = parse_web_origin(*header);
    return origin && (is_same_origin(*origin, request, secure) || lists(*origin));
}

}  // namespace stentor::security
