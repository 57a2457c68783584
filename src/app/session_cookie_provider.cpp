#include "app/session_cookie_provider.hpp"

#include "app/fetcher.hpp"
#include "app/identity_checks.hpp"
#include "app/way_back.hpp"
#include "security/shown_token.hpp"
#include "stentor/config.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <string_view>
#include <utility>

namespace stentor {
namespace app {
namespace {

/// With a key of its own.
security::CookieHook::Digest keyed_digest() {
    std::array<unsigned char, 32> key{};
    if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1)
        throw ConfigError("session_cookie: no random numbers can be had");
    return [key](std::string_view text) {
        std::array<unsigned char, 32> digest{};
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr);
        return std::string(digest.begin(), digest.end());
    };
}

/// "10.0.0.1:5000", "[::1]:5000".
std::string without_port(std::string_view address) {
    address = address.substr(0, address.rfind(':'));
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    return std::string(address);
}

}  // namespace

SessionCookieProvider::SessionCookieProvider(const SessionCookieConfig& config)
    : name_(config.name), waiting_(config.max_waiting) {
    if (const std::string fault = fault_of(config); !fault.empty())
        throw ConfigError("session_cookie: its " + fault);
    fetch_ = shared_fetcher("session_cookie");
    const security::CookieHook::Settings settings{
        {config.url, {}, config.ca, config.timeout, config.max_answer},
        config.name,
        config.cache,
        config.max_cached};
    hook_ = std::make_shared<security::CookieHook>(settings, *fetch_, keyed_digest());
}

/// What is there twice is as a whole not to be used.
std::string_view SessionCookieProvider::shown_in(const Credentials& credentials) const {
    const auto value = security::shown_cookie(credentials.cookies, name_);
    return value.has_error() ? std::string_view(credentials.cookies) : value->value_or("");
}

void SessionCookieProvider::authenticate(const Credentials& credentials, Execution& execution,
                                         Done done) const {
    const auto value = security::shown_cookie(credentials.cookies, name_);
    if (value.has_error()) return done(AuthenticationAnswer::refused("session cookie: it is there twice"));
    if (!*value) return done(AuthenticationAnswer::absent());
    if (!security::is_cookie_value(**value))
        return done(AuthenticationAnswer::refused("session cookie: no cookie has such a value"));
    auto seat = waiting_.enter();
    if (!seat)
        return done(AuthenticationAnswer::unavailable("session cookie: too many wait for the backend"));

    security::CookieHook::Shown shown{std::string(**value), without_port(credentials.remote_address),
                                      credentials.is_secure};
    auto tell = [way_back = WayBack(execution), seat = std::move(seat),
                 done = std::move(done)](AuthenticationAnswer answer) {
        way_back.post([done, answer = std::move(answer)] { done(answer); });
    };
    fetch_->run([hook = hook_, shown = std::move(shown), tell = std::move(tell)]() mutable {
        hook->ask(shown, std::move(tell));
    });
}

}  // namespace app

std::shared_ptr<AuthenticationProvider> session_cookie(SessionCookieConfig config) {
    return std::make_shared<app::SessionCookieProvider>(config);
}

}  // namespace stentor
