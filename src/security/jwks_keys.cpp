#include "security/jwks_keys.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <utility>

namespace stentor::security {

void JwksKeys::start() { fetch(); }

void JwksKeys::wait_for_newer(const Keys& seen, Done done) {
    if (keys_ != seen) return done(keys_);  // they came meanwhile
    if (!is_fetching_) {
        const bool may_ask = !has_asked_ || fetch_.now() - asked_ >= settings_.refetch_interval;
        if (!may_ask) return done(keys_);
        has_asked_ = true;
        asked_ = fetch_.now();
        fetch();
    }
    if (waiting_.size() >= settings_.max_waiting) return done(keys_);
    waiting_.push_back(std::move(done));
}

void JwksKeys::fetch() {
    is_fetching_ = true;
    ++fetches_;
    fetch_.get(settings_.question, [weak = weak_from_this()](HttpAnswer answer) {
        if (const auto self = weak.lock()) self->fetched(std::move(answer));
    });
}

void JwksKeys::fetched(HttpAnswer answer) {
    is_fetching_ = false;
    auto keys = keys_in(answer);
    if (keys.has_error()) {
        failed(keys.error().message);
    } else {
        retry_ = std::chrono::seconds(1);
        fetched_ = fetch_.now();
        set(std::make_shared<const KeySet>(std::move(*keys)));
        fetch_in(settings_.refresh);
    }
    for (const Done& done : std::exchange(waiting_, {})) done(keys_);
}

Result<KeySet> JwksKeys::keys_in(const HttpAnswer& answer) const {
    if (answer.status == 0) return Error{Errc::unavailable, answer.fault};
    if (answer.status != 200) return Error{Errc::unavailable, "status " + std::to_string(answer.status)};
    return KeySet::from_json(answer.body, KeySet::Secrets::ignored);
}

void JwksKeys::failed(const std::string& reason) {
    log::warning("keys_not_fetched", {{"url", settings_.question.url}, {"reason", reason}});
    drop_stale();
    fetch_in(retry_);
    retry_ = std::min(2 * retry_, settings_.refetch_interval);
}

void JwksKeys::fetch_in(std::chrono::milliseconds delay) {
    fetch_.run_after(delay, [weak = weak_from_this(), timer = ++timers_] {
        const auto self = weak.lock();
        if (!self || self->timers_ != timer) return;
        if (!self->is_fetching_) self->fetch();
    });
}

void JwksKeys::drop_stale() {
    if (!keys_ || fetch_.now() - fetched_ < settings_.max_stale) return;
    log::error("keys_dropped", {{"url", settings_.question.url}, {"reason", "too old"}});
    set(nullptr);
}

void JwksKeys::set(Keys keys) {
    keys_ = std::move(keys);
    changed_(keys_);
}

}  // namespace stentor::security
