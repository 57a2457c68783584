#pragma once

#include "security/login_guard.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace stentor::security {

/// The rule of failed logins: each address (IPv6: each /64) and each login has `free_failures` a minute that
/// cost nothing. Each further one doubles the delay, from `first_delay` up to `longest_delay`, or
/// `longest_login_delay` for the login's part, and is forgotten after `longest_delay`.
///
/// The attempts of an address that has a delay take turns, which are that far apart however many there are at
/// once: so an address that never stops has one attempt in `longest_delay`. Whose turn is further away than
/// `longest_wait` is refused at once and told when to come again: no connection waits for longer, and how it
/// ends says nothing.
///
/// A success takes nothing back: who guesses may have a login of his own. Nor can others' failures lock a
/// login's owner out: on its account he waits a short time, and not at all once too many wait. What comes
/// from this machine itself, or a proxy that is known, is not counted by its address, which is everybody's.
/// The same wrong token again is no further guess, as of a page that goes on showing an old one.
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
        base::Duration longest_wait = std::chrono::seconds(5);
        std::size_t max_waiting = 1'000;  ///< at once, half of them of one address at most
        /// At once, under check: so that attempts at the same time are no way around the count.
        std::size_t max_checks_per_address = 16;
    };

    /// Whether that host is a proxy, which others' attempts come through.
    using IsEverybodys = std::function<bool(std::string_view host)>;

    /// `seed` keeps clients from knowing with which others they share slots.
    explicit FailedLogins(const Limits& limits, std::uint64_t seed = 0, IsEverybodys is_everybodys = {});

    using LoginGuard::begin;
    [[nodiscard]] Attempt begin(std::string_view address, std::string_view login,
                                std::string_view shown) override;
    [[nodiscard]] Advice ask(Attempt& attempt, base::TimePoint now) override;
    void end(Attempt& attempt, bool failed, base::TimePoint now) override;
    [[nodiscard]] LoginCounts counts() const override { return counts_; }

private:
    struct Slot {
        base::TimePoint at{};         ///< of `failures`
        base::TimePoint next_turn{};  ///< of an address that has a delay
        float failures = 0;
        std::uint32_t waiting = 0;
        std::uint32_t checking = 0;
    };
    using Places = Attempt::Places;

    [[nodiscard]] std::uint64_t hash_of(char kind, std::string_view key) const;
    [[nodiscard]] Places places_of(char kind, std::string_view key) const;
    [[nodiscard]] double failures(const Places& places, base::TimePoint now);
    [[nodiscard]] base::Duration delay(const Places& places, base::Duration longest, base::TimePoint now);
    [[nodiscard]] base::TimePoint next_turn(const Places& places, base::TimePoint now) const;
    void put_off_turns(const Places& places, base::TimePoint until);
    [[nodiscard]] bool is_new(std::uint64_t shown);
    void fade(Slot& slot, base::TimePoint now) const;
    void fail(const Places& places, base::Duration longest, base::TimePoint now);
    void change(const Places& places, std::uint32_t Slot::*count, int by);
    [[nodiscard]] std::size_t least(const Places& places, std::uint32_t Slot::*count) const;
    void move_to(Attempt& attempt, Attempt::Stage stage);
    [[nodiscard]] Advice wait(Attempt& attempt, base::TimePoint until, bool may_be_refused);
    [[nodiscard]] Advice refuse(base::TimePoint until);
    [[nodiscard]] Advice ask_for_turn(Attempt& attempt, base::TimePoint now);

    const Limits limits_;
    const std::uint64_t seed_;
    LoginCounts counts_;
    const IsEverybodys is_everybodys_;
    std::vector<Slot> slots_;
    std::vector<std::uint64_t>
        wrong_;  ///< what was shown and refused, as long as nothing else takes its place
};

}  // namespace stentor::security
