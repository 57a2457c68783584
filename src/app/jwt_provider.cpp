#include "app/jwt_provider.hpp"

#include "app/identity_checks.hpp"
#include "app/way_back.hpp"
#include "security/shown_token.hpp"
#include "stentor/config.hpp"

#include <algorithm>
#include <utility>

namespace stentor {
namespace app {
namespace {

using Keys = IssuerKeys::Keys;

std::shared_ptr<const security::JwtRules> rules_of(const JwtConfig& config) {
    auto rules = std::make_shared<security::JwtRules>();
    for (const std::string& name : config.algorithms)
        rules->algorithms.push_back(security::jws_algorithm(name).value());
    rules->type = config.type;
    rules->claims = {config.issuer, config.audience,   config.require_expiry,    config.max_age,
                     config.leeway, config.name_claim, config.authorities_claim, config.authorities_prefix,
                     config.claims};
    return rules;
}

AuthenticationAnswer refused(const std::string& why) {
    return AuthenticationAnswer::refused("token: " + why);
}

/// Once no newer keys can be had.
AuthenticationAnswer last_answer(const security::ShownJwt& token, const security::JwtRules& rules,
                                 const Keys& keys, security::WallTime now, bool is_ambient) {
    if (!keys) return AuthenticationAnswer::unavailable("token: the issuer's keys are not there");
    auto found = security::verify(token, rules, *keys, now);
    if (found.has_error() && found.error().code == Errc::expired)
        return AuthenticationAnswer::expired("token: " + found.error().message);
    if (found.has_error()) return refused(found.error().message);
    found->is_ambient = is_ambient;
    return AuthenticationAnswer::accepted(std::move(*found));
}

/// Whether other keys could make it right.
bool needs_newer(const security::ShownJwt& token, const security::JwtRules& rules, const Keys& keys,
                 security::WallTime now) {
    if (!keys) return true;
    const auto found = security::verify(token, rules, *keys, now);
    return found.has_error() && found.error().code == Errc::not_found;
}

}  // namespace

JwtProvider::Issuer::Issuer(const JwtConfig& given)
    : config(given), rules(rules_of(given)), keys(given), waiting(given.max_waiting) {}

JwtProvider::JwtProvider(const std::vector<JwtConfig>& issuers, Clock clock) : clock_(std::move(clock)) {
    if (issuers.empty()) throw ConfigError("jwt: there is no issuer");
    for (std::size_t i = 0; i < issuers.size(); ++i)
        if (const std::string fault = fault_of(issuers, i); !fault.empty())
            throw ConfigError("jwt: its " + fault);
    for (const JwtConfig& config : issuers) {
        issuers_.push_back(std::make_unique<Issuer>(config));
        max_size_ = std::max(max_size_, config.max_size);
        has_bearer_ = has_bearer_ || config.bearer;
    }
}

void JwtProvider::authenticate(const Credentials& credentials, Execution& execution, Done done) const {
    const auto shown = find(credentials);
    if (shown.has_error()) return done(refused(shown.error().message));
    if (!*shown) return done(AuthenticationAnswer::absent());
    const auto token = security::take_apart((*shown)->token, max_size_);
    if (token.has_error()) return done(refused(token.error().message));
    const Issuer* const issuer = issuer_of(*token, **shown);
    if (issuer == nullptr) return done(refused("no such issuer is known, or not of tokens shown there"));
    if ((*shown)->token.size() > issuer->config.max_size) return done(refused("the token is too large"));

    const Keys keys = issuer->keys.current();
    const security::WallTime now = clock_();
    if (issuer->keys.can_be_newer() && needs_newer(*token, *issuer->rules, keys, now))
        return wait_for_keys(*issuer, **shown, keys, execution, std::move(done));
    done(last_answer(*token, *issuer->rules, keys, now, (*shown)->where == Shown::Where::cookie));
}

/// What is there twice is as a whole not to be used.
std::string_view JwtProvider::shown_in(const Credentials& credentials) const {
    const auto shown = find(credentials);
    if (shown.has_error()) return credentials.cookies.empty() ? credentials.query : credentials.cookies;
    return *shown ? (*shown)->token : std::string_view();
}

/// The provider may be gone before they come, so nothing of it is held but values.
void JwtProvider::wait_for_keys(const Issuer& issuer, const Shown& shown, const Keys& seen,
                                Execution& execution, Done done) const {
    auto seat = issuer.waiting.enter();
    if (!seat) return done(AuthenticationAnswer::unavailable("token: too many wait for the issuer's keys"));
    const bool is_ambient = shown.where == Shown::Where::cookie;
    auto tell = [rules = issuer.rules, clock = clock_, text = std::string(shown.token), is_ambient,
                 done = std::move(done)](const Keys& keys) {
        const auto token = security::take_apart(text, text.size());
        done(last_answer(*token, *rules, keys, clock(), is_ambient));
    };
    issuer.keys.wait_for_newer(
        seen, [way_back = WayBack(execution), seat = std::move(seat),
               tell = std::move(tell)](const Keys& keys) { way_back.post([tell, keys] { tell(keys); }); });
}

Result<std::optional<JwtProvider::Shown>> JwtProvider::find(const Credentials& credentials) const {
    auto in_query = find_in_query(credentials.query);
    if (in_query.has_error()) return in_query;
    const bool is_bearer = has_bearer_ && !credentials.token.empty();
    // RFC 6750 2: no more than one way at once.
    if (is_bearer && *in_query) return Error{Errc::malformed, "it is shown in two places"};
    if (is_bearer) return std::optional(Shown{credentials.token});
    if (*in_query) return in_query;
    return find_in_cookies(credentials.cookies);
}

Result<std::optional<JwtProvider::Shown>> JwtProvider::find_in_query(std::string_view query) const {
    for (const auto& issuer : issuers_) {
        const std::string& name = issuer->config.query_parameter;
        if (name.empty()) continue;
        const auto found = security::shown_parameter(query, name);
        if (found.has_error()) return found.error();
        if (*found) return std::optional(Shown{**found, Shown::Where::query, name});
    }
    return std::optional<Shown>();
}

Result<std::optional<JwtProvider::Shown>> JwtProvider::find_in_cookies(std::string_view cookies) const {
    for (const auto& issuer : issuers_) {
        const std::string& name = issuer->config.cookie;
        if (name.empty()) continue;
        const auto found = security::shown_cookie(cookies, name);
        if (found.has_error()) return found.error();
        if (*found) return std::optional(Shown{**found, Shown::Where::cookie, name});
    }
    return std::optional<Shown>();
}

/// What a token says of its issuer chooses among those that are configured and nothing else.
const JwtProvider::Issuer* JwtProvider::issuer_of(const security::ShownJwt& token, const Shown& shown) const {
    for (const auto& issuer : issuers_) {
        const JwtConfig& config = issuer->config;
        if (issuers_.size() > 1 && config.issuer != token.issuer) continue;
        switch (shown.where) {
            case Shown::Where::bearer: return config.bearer ? issuer.get() : nullptr;
            case Shown::Where::cookie: return config.cookie == shown.name ? issuer.get() : nullptr;
            case Shown::Where::query: return config.query_parameter == shown.name ? issuer.get() : nullptr;
        }
    }
    return nullptr;
}

void JwtProvider::reload() {
    for (const auto& issuer : issuers_) issuer->keys.reload();
}

}  // namespace app

std::shared_ptr<AuthenticationProvider> jwt(JwtConfig config) {
    return jwt(std::vector<JwtConfig>{std::move(config)});
}

std::shared_ptr<AuthenticationProvider> jwt(std::vector<JwtConfig> issuers) {
    return std::make_shared<app::JwtProvider>(issuers, [] { return std::chrono::system_clock::now(); });
}

}  // namespace stentor
