#include "security/jwt_claims.hpp"

#include "security/json_object.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

namespace stentor::security {
namespace {

using Milliseconds = std::chrono::milliseconds;
using Object = boost::json::object;

constexpr double last_time = 253'402'300'799;  // the year 9999: one in milliseconds is past it
constexpr std::size_t longest_name = 255;

Error refuse(std::string what) { return {Errc::forbidden, std::move(what)}; }
Error expired(const char* what) { return {Errc::expired, what}; }

/// A NumericDate (RFC 7519 2), since 1970. Nothing where there is no such claim.
Result<std::optional<Milliseconds>> time_in(const Object& claims, const char* name) {
    const boost::json::value* const value = claims.if_contains(name);
    if (value == nullptr) return std::optional<Milliseconds>();
    if (!value->is_number()) return refuse(std::string(name) + " is no number");
    const double seconds = value->to_number<double>();
    if (!(seconds >= 0 && seconds <= last_time)) return refuse(std::string(name) + " is no time in seconds");
    return std::optional(Milliseconds(std::llround(seconds * 1000)));
}

/// From now until the token is refused.
Result<std::optional<Milliseconds>> time_left(const Object& claims, const ClaimRules& rules,
                                              Milliseconds now) {
    const auto expiry = time_in(claims, "exp");
    const auto not_before = time_in(claims, "nbf");
    const auto issued = time_in(claims, "iat");
    for (const auto* each : {&expiry, &not_before, &issued})
        if (each->has_error()) return each->error();
    if (!*expiry && rules.require_expiry) return refuse("exp is missing");
    if (!*expiry && !*issued) return refuse("exp and iat are missing");
    if (*not_before && **not_before > now + rules.leeway) return refuse("nbf is not reached");
    if (*issued && **issued > now + rules.leeway) return refuse("iat is in the future");
    if (*expiry && **expiry > now + rules.max_age + rules.leeway)
        return refuse("exp is further away than max_age");

    std::optional<Milliseconds> end;
    if (*expiry) end = **expiry + rules.leeway;
    if (*issued) end = std::min(end.value_or(Milliseconds::max()), **issued + rules.max_age + rules.leeway);
    if (*expiry && now >= **expiry + rules.leeway) return expired("exp is over");
    if (*end <= now) return expired("iat is longer ago than max_age");
    return std::optional(*end - now);
}

bool is_for_us(const Object& claims, const std::vector<std::string>& audience) {
    const boost::json::value* const value = claims.if_contains("aud");
    if (value == nullptr) return false;
    const auto is_ours = [&](const boost::json::value& each) {
        return each.is_string() &&
               std::ranges::find(audience, std::string_view(each.as_string())) != audience.end();
    };
    return value->is_array() ? std::ranges::any_of(value->as_array(), is_ours) : is_ours(*value);
}

/// A claim of that name, or what a path with dots leads to: "realm_access.roles".
const boost::json::value* find(const Object& claims, std::string_view name) {
    if (const boost::json::value* const found = claims.if_contains(name)) return found;
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const boost::json::value* const next = claims.if_contains(name.substr(0, dot));
    return next == nullptr || !next->is_object() ? nullptr : find(next->as_object(), name.substr(dot + 1));
}

std::vector<std::string> split(std::string_view words) {
    std::vector<std::string> out;
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        if (end > 0) out.emplace_back(words.substr(0, end));
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return out;
}

/// A string of words (RFC 8693 4.2) or an array of strings; nothing else.
Result<std::vector<std::string>> authorities_in(const Object& claims, const ClaimRules& rules) {
    std::vector<std::string> found;
    const boost::json::value* const value = find(claims, rules.authorities_claim);
    if (value == nullptr) return found;
    if (value->is_string()) {
        found = split(value->as_string());
    } else if (value->is_array()) {
        for (const boost::json::value& each : value->as_array()) {
            if (!each.is_string()) return refuse(rules.authorities_claim + " has what is no text");
            found.emplace_back(each.as_string());
        }
    } else {
        return refuse(rules.authorities_claim + " is neither text nor a list");
    }
    for (std::string& each : found) each.insert(0, rules.authorities_prefix);
    return found;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name &&
           std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

Result<Authentication> check_claims(const Object& claims, const ClaimRules& rules, WallTime now) {
    if (!rules.issuer.empty() && string_in(claims, "iss") != rules.issuer)
        return refuse("iss is not the issuer");
    if (!rules.audience.empty() && !is_for_us(claims, rules.audience)) return refuse("aud is for others");
    const auto left =
        time_left(claims, rules, std::chrono::duration_cast<Milliseconds>(now.time_since_epoch()));
    if (left.has_error()) return left.error();

    Authentication found;
    if (claims.contains("sub") && string_in(claims, "sub").value_or("").empty())
        return refuse("sub is no text, or empty");
    const boost::json::value* const name = find(claims, rules.name_claim);
    if (name == nullptr || !name->is_string() || !is_name(name->as_string()))
        return refuse(rules.name_claim + " is no name");
    found.principal.name = name->as_string();
    auto authorities = authorities_in(claims, rules);
    if (authorities.has_error()) return authorities.error();
    found.principal.authorities = std::move(*authorities);

    const auto keep = [&](const std::string& each) {
        const boost::json::value* const value = find(claims, each);
        if (value != nullptr && value->is_string())
            found.principal.claims.emplace_back(each, value->as_string());
    };
    constexpr std::array<const char*, 3> always{"sid", "jti", "iss"};
    for (const char* const each : always) keep(each);
    for (const std::string& each : rules.claims)
        if (std::ranges::find(always, each) == always.end()) keep(each);
    found.valid_for = *left;
    return found;
}

}  // namespace stentor::security
