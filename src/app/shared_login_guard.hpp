#pragma once

#include "security/failed_logins.hpp"

#include <mutex>
#include <string_view>
#include <utility>

namespace stentor::app {

/// The rule of failed logins, for all shards. Any thread: a lock, that only attempts to log in take.
class SharedLoginGuard final : public security::LoginGuard {
public:
    SharedLoginGuard(const security::FailedLogins::Limits& limits, std::uint64_t seed,
                     security::FailedLogins::IsEverybodys is_everybodys = {})
        : logins_(limits, seed, std::move(is_everybodys)) {}

    using LoginGuard::begin;
    [[nodiscard]] Attempt begin(std::string_view address, std::string_view login,
                                std::string_view shown) override {
        const std::lock_guard lock(mutex_);
        return logins_.begin(address, login, shown);
    }
    [[nodiscard]] Advice ask(Attempt& attempt, base::TimePoint now) override {
        const std::lock_guard lock(mutex_);
        return logins_.ask(attempt, now);
    }
    void end(Attempt& attempt, bool failed, base::TimePoint now) override {
        const std::lock_guard lock(mutex_);
        logins_.end(attempt, failed, now);
    }
    [[nodiscard]] security::LoginCounts counts() const override {
        const std::lock_guard lock(mutex_);
        return logins_.counts();
    }

private:
    mutable std::mutex mutex_;
    security::FailedLogins logins_;
};

}  // namespace stentor::app
