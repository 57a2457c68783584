#pragma once

#include "security/login_guard.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::security {

/// The rule of failed logins: each address (IPv6: each /64) and each login has `free_failures` a minute that
/// cost nothing. Each further one doubles what the next attempt waits, from `first_delay` up to
/// `longest_delay`, or `longest_login_delay` for the login's part, and is forgotten after `longest_delay`: so
/// an address that never stops has one attempt in that time.
///
/// A success takes nothing back: who guesses may have a login of his own. Nor can others' failures lock a
/// login's owner out: on its account he waits a short time, and not at all once too many wait. What comes
/// from this machine itself is not counted by its address: it may be a proxy, and then everybody's.
///
/// Failures are counted in a fixed number of slots, so that no number of addresses takes memory; each has two
/// of them, and the lower count of both holds. One thread at a time.
class FailedLogins final : public LoginGuard {
public:
    struct Limits {
        std::size_t free_failures = 5;
        base::Duration first_delay = std::chrono::seconds(1);
        base::Duration longest_delay = std::chrono::seconds(60);
        base::Duration longest_login_delay = std::chrono::seconds(5);
        std::size_t max_waiting = 1'000;  ///< at once, half of them of one address at most
        /// At once, under check: so that attempts at the same time are no way around the count.
        std::size_t max_checks_per_address = 16;
    };

    /// `seed` keeps clients from knowing with which others they share slots.
    explicit FailedLogins(const Limits& limits, std::uint64_t seed = 0);

    [[nodiscard]] Attempt begin(std::string_view address, std::string_view login) override;
    [[nodiscard]] Advice ask(Attempt& attempt, base::TimePoint now) override;
    void end(Attempt& attempt, bool failed, base::TimePoint now) override;
    [[nodiscard]] LoginCounts counts() const override { return counts_; }

private:
    struct Slot {
        base::TimePoint at{};  ///< of `failures`
        float failures = 0;
        std::uint32_t waiting = 0;
        std::uint32_t checking = 0;
    };
    using Places = Attempt::Places;

    [[nodiscard]] Places places_of(char kind, const std::string& key) const;
    [[nodiscard]] double failures(const Places& places, base::TimePoint now);
    [[nodiscard]] base::Duration delay(const Places& places, base::Duration longest, base::TimePoint now);
    void fade(Slot& slot, base::TimePoint now) const;
    void fail(const Places& places, base::Duration longest, base::TimePoint now);
    void change(const Places& places, std::uint32_t Slot::*count, int by);
    [[nodiscard]] std::size_t least(const Places& places, std::uint32_t Slot::*count) const;
    void move_to(Attempt& attempt, Attempt::Stage stage);
    [[nodiscard]] Advice wait(Attempt& attempt, base::TimePoint until, bool may_be_refused);

    const Limits limits_;
    const std::uint64_t seed_;
    LoginCounts counts_;
    std::vector<Slot> slots_;
};

}  // namespace stentor::security
