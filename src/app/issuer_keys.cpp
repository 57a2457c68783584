// Tests: tests/unit/app/jwt_provider_test.cpp
#include "app/issuer_keys.hpp"

#include "app/fetcher.hpp"
#include "base/log.hpp"
#include "stentor/config.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <mutex>
#include <utility>

namespace stentor::app {

/// Where the keys are handed over: whole sets, which nobody changes.
class IssuerKeys::Slot {
public:
    [[nodiscard]] Keys get() const {
        const std::lock_guard lock(mutex_);
        return keys_;
    }
    void set(Keys keys) {
        const std::lock_guard lock(mutex_);
        keys_.swap(keys);
    }

private:
    mutable std::mutex mutex_;
    Keys keys_;
};

namespace {

Result<std::string> read(const std::string& file, std::size_t max_size) {
    std::ifstream in(file, std::ios::binary);
    std::string text(max_size + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.is_open() || in.bad()) return Error{Errc::failed, std::strerror(errno)};
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > max_size) return Error{Errc::too_large, "it is over max_keys_size"};
    return text;
}

/// Editors end a line; bytes that are no text go into a JSON Web Key.
Result<security::KeySet> secret_in(std::string text) {
    for (const char end : {'\n', '\r'})
        if (text.ends_with(end)) text.pop_back();
    auto key = security::VerifyKey::from_secret(std::move(text));
    if (key.has_error()) return key.error();
    return security::KeySet({std::move(*key)});
}

Result<security::KeySet> keys_of(const JwtConfig& config) {
    const bool is_secret = !config.secret_file.empty();
    auto text = read(is_secret ? config.secret_file : config.key_file, config.max_keys_size);
    if (text.has_error()) return text.error();
    if (is_secret) return secret_in(std::move(*text));
    const bool is_json = text->find_first_not_of(" \t\r\n") == text->find('{');
    return is_json ? security::KeySet::from_json(*text, security::KeySet::Secrets::allowed)
                   : security::KeySet::from_pem(*text);
}

security::JwksKeys::Settings settings_of(const JwtConfig& config) {
    return {{config.jwks_url, {}, config.jwks_ca, config.fetch_timeout, config.max_keys_size},
            config.refresh,
            config.refetch_interval,
            config.max_stale,
            config.max_waiting};
}

}  // namespace

IssuerKeys::IssuerKeys(const JwtConfig& config) : config_(config), slot_(std::make_shared<Slot>()) {
    if (config.jwks_url.empty()) {
        auto keys = keys_of(config);
        if (keys.has_error())
            throw ConfigError("jwt: " + (config.secret_file.empty() ? config.key_file : config.secret_file) +
                              ": " + keys.error().message);
        slot_->set(std::make_shared<const security::KeySet>(std::move(*keys)));
        return;
    }
    fetch_ = shared_fetcher("jwt.jwks_url");
    remote_ = std::make_shared<security::JwksKeys>(settings_of(config), *fetch_,
                                                   [slot = slot_](const Keys& keys) { slot->set(keys); });
    fetch_->run([remote = remote_] { remote->start(); });
}

IssuerKeys::Keys IssuerKeys::current() const { return slot_->get(); }

void IssuerKeys::wait_for_newer(Keys seen, security::JwksKeys::Done done) const {
    fetch_->run([remote = remote_, seen = std::move(seen), done = std::move(done)]() mutable {
        remote->wait_for_newer(seen, std::move(done));
    });
}

void IssuerKeys::reload() {
    if (remote_) return;
    auto keys = keys_of(config_);
    if (keys.has_error()) return log::error("keys_kept", {{"reason", keys.error().message}});
    log::info("keys_read", {{"keys", keys->size()}});
    slot_->set(std::make_shared<const security::KeySet>(std::move(*keys)));
}

}  // namespace stentor::app
