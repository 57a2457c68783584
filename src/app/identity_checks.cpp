#include "app/identity_checks.hpp"

#include "app/config_text.hpp"
#include "app/fetcher.hpp"
#include "http/grammar.hpp"
#include "security/jws_algorithm.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

namespace stentor::app {
namespace {

using std::chrono::milliseconds;

/// The names of settings with what may not be 0.
template <class T>
using Named = std::pair<const char*, T>;

template <class T, std::size_t size>
std::string fault_of_zero(const std::array<Named<T>, size>& all) {
    for (const auto& [name, value] : all)
        if (value <= T{}) return std::string(name) + " is 0, which would not mean unlimited; give more";
    return {};
}

/// A token of RFC 9110 5.6.2, as cookies' names are (RFC 6265 4.1.1).
bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return http::is_letter_or_digit(c) ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

std::string fault_of_algorithms(const JwtConfig& issuer) {
    if (issuer.algorithms.empty())
        return R"(algorithms is missing; name those that the issuer signs with, such as ["RS256"])";
    for (const std::string& name : issuer.algorithms)
        if (!security::jws_algorithm(name))
            return "algorithms has " + in_quotes(name) +
                   "; the choices are RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, "
                   "HS256, "
                   "HS384 and HS512";
    return {};
}

std::string fault_of_keys(const JwtConfig& issuer) {
    const int sources = !issuer.jwks_url.empty() + !issuer.key_file.empty() + !issuer.secret_file.empty();
    if (sources == 0) return "jwks_url is missing; give that, or key_file, or secret_file";
    if (sources > 1) return "jwks_url, key_file and secret_file are each a source of keys; give one of them";
    if (issuer.jwks_url.empty()) return {};
    const std::string fault = fault_of_url(issuer.jwks_url);
    return fault.empty() ? fault : "jwks_url " + fault;
}

std::string fault_of_places(const JwtConfig& issuer) {
    if (!issuer.bearer && issuer.cookie.empty() && issuer.query_parameter.empty())
        return "bearer is false; then give cookie or query_parameter";
    for (const auto& [name, value] : {Named<const std::string*>{"cookie", &issuer.cookie},
                                      Named<const std::string*>{"query_parameter", &issuer.query_parameter}})
        if (!value->empty() && !is_name(*value))
            return std::string(name) + " is " + in_quotes(*value) + "; give a name without blanks and signs";
    if (issuer.name_claim.empty()) return R"(name_claim is empty; give the name of a claim such as "sub")";
    return {};
}

std::string fault_of_limits(const JwtConfig& issuer) {
    if (issuer.leeway < milliseconds(0)) return "leeway is negative; give a duration";
    std::string fault = fault_of_zero<milliseconds>(
        std::array<Named<milliseconds>, 5>{{{"max_age", issuer.max_age},
                                            {"refresh", issuer.refresh},
                                            {"refetch_interval", issuer.refetch_interval},
                                            {"max_stale", issuer.max_stale},
                                            {"fetch_timeout", issuer.fetch_timeout}}});
    if (!fault.empty()) return fault;
    return fault_of_zero<std::size_t>(
        std::array<Named<std::size_t>, 3>{{{"max_keys_size", issuer.max_keys_size},
                                           {"max_size", issuer.max_size},
                                           {"max_waiting", issuer.max_waiting}}});
}

}  // namespace

std::string fault_of(const std::vector<JwtConfig>& issuers, std::size_t which) {
    const JwtConfig& issuer = issuers[which];
    if (issuers.size() > 1 && issuer.issuer.empty())
        return "issuer is missing; of several tables each needs one, which tokens have as iss";
    for (std::size_t i = 0; i < which; ++i)
        if (issuers[i].issuer == issuer.issuer)
            return "issuer is " + in_quotes(issuer.issuer) + ", as another table's; give each one table";
    for (const auto& check : {fault_of_algorithms, fault_of_keys, fault_of_places, fault_of_limits})
        if (std::string fault = check(issuer); !fault.empty()) return fault;
    return {};
}

std::string fault_of(const SessionCookieConfig& cookie) {
    if (!is_name(cookie.name)) return "name is " + in_quotes(cookie.name) + "; give the cookie's name";
    if (cookie.url.empty())
        return R"(url is missing; give what to ask, such as "http://127.0.0.1:9000/session")";
    if (const std::string fault = fault_of_url(cookie.url); !fault.empty()) return "url " + fault;
    std::string fault = fault_of_zero<milliseconds>(
        std::array<Named<milliseconds>, 2>{{{"timeout", cookie.timeout}, {"cache", cookie.cache}}});
    if (!fault.empty()) return fault;
    return fault_of_zero<std::size_t>(std::array<Named<std::size_t>, 3>{{{"max_cached", cookie.max_cached},
                                                                         {"max_waiting", cookie.max_waiting},
                                                                         {"max_answer", cookie.max_answer}}});
}

}  // namespace stentor::app
