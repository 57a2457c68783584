#include "security/failed_logins.hpp"

#include "base/client_network.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>

namespace stentor::security {
namespace {

using Seconds = std::chrono::duration<double>;

constexpr unsigned bits = 13;  ///< of a slot's number
constexpr std::size_t row = std::size_t{1} << bits;
constexpr std::size_t wrong_ones = 4096;

/// How many failures past the free ones lead to the longest delay.
double most_over(base::Duration first, base::Duration longest) {
    if (first <= base::Duration::zero() || longest <= first) return 1;
    return 1 + std::ceil(std::log2(Seconds(longest) / Seconds(first)));
}

}  // namespace

FailedLogins::FailedLogins(const Limits& limits, std::uint64_t seed, IsEverybodys is_everybodys)
    : limits_(limits), seed_(seed), is_everybodys_(std::move(is_everybodys)) {}

std::uint64_t FailedLogins::hash_of(char kind, std::string_view key) const {
    const std::string text = (std::to_string(seed_) + kind).append(key);
    return (std::hash<std::string>{}(text) ^ seed_) * 0x9E3779B97F4A7C15U;  // Fibonacci hashing
}

FailedLogins::Places FailedLogins::places_of(char kind, std::string_view key) const {
    const std::uint64_t hash = hash_of(kind, key);
    return {hash >> (64 - bits), row + (hash >> (64 - 2 * bits)) % row};
}

LoginGuard::Attempt FailedLogins::begin(std::string_view address, std::string_view login,
                                        std::string_view shown) {
    if (slots_.empty()) {  // where nobody logs in they are not there
        slots_.resize(2 * row);
        wrong_.resize(wrong_ones);
    }
    Attempt attempt;
    const std::string_view host = base::without_port(address);
    if (!base::is_loopback(host) && !(is_everybodys_ && is_everybodys_(host)))
        attempt.address = places_of('a', base::client_network(host));
    if (!login.empty()) attempt.login = places_of('l', login);
    if (!shown.empty()) attempt.shown = hash_of('s', shown);
    return attempt;
}

/// Those past the free ones one by one, the free ones over a minute.
void FailedLogins::fade(Slot& slot, base::TimePoint now) const {
    const double free = static_cast<double>(limits_.free_failures);
    double passed = std::max(0.0, Seconds(now - slot.at).count());
    double left = slot.failures;
    if (left > free) {
        const double each = std::max(Seconds(limits_.longest_delay).count(), 1e-3);
        const double gone = std::min(left - free, passed / each);
        left -= gone;
        passed -= gone * each;
    }
    slot.failures = static_cast<float>(std::max(0.0, left - passed * free / 60));
    slot.at = std::max(slot.at, now);  // the shards' clocks may differ
}

double FailedLogins::failures(const Places& places, base::TimePoint now) {
    double lowest = std::numeric_limits<double>::max();
    for (const std::size_t place : places) {
        fade(slots_[place], now);
        lowest = std::min<double>(lowest, slots_[place].failures);
    }
    return lowest;
}

base::Duration FailedLogins::delay(const Places& places, base::Duration longest, base::TimePoint now) {
    if (places.front() == Attempt::none) return {};
    const double over = std::ceil(failures(places, now) - static_cast<double>(limits_.free_failures));
    if (over < 1 || limits_.first_delay <= base::Duration::zero()) return {};
    const Seconds doubled = Seconds(limits_.first_delay) * std::exp2(over - 1);
    return doubled < Seconds(longest) ? std::chrono::duration_cast<base::Duration>(doubled) : longest;
}

/// No more is counted than makes a difference, so that everybody is forgiven in time.
void FailedLogins::fail(const Places& places, base::Duration longest, base::TimePoint now) {
    if (places.front() == Attempt::none) return;
    const double most = static_cast<double>(limits_.free_failures) + most_over(limits_.first_delay, longest);
    for (const std::size_t place : places) {
        fade(slots_[place], now);
        slots_[place].failures = static_cast<float>(std::min(slots_[place].failures + 1.0, most));
    }
}

base::TimePoint FailedLogins::next_turn(const Places& places, base::TimePoint now) const {
    return std::max(now, std::min(slots_[places[0]].next_turn, slots_[places[1]].next_turn));
}

void FailedLogins::put_off_turns(const Places& places, base::TimePoint until) {
    for (const std::size_t place : places) slots_[place].next_turn = std::max(slots_[place].next_turn, until);
}

bool FailedLogins::is_new(std::uint64_t shown) {
    return shown == 0 || std::exchange(wrong_[shown % wrong_.size()], shown) != shown;
}

void FailedLogins::change(const Places& places, std::uint32_t Slot::*count, int by) {
    if (places.front() == Attempt::none) return;
    for (const std::size_t place : places) {
        std::uint32_t& value = slots_[place].*count;
        value = static_cast<std::uint32_t>(value + by);
    }
}

std::size_t FailedLogins::least(const Places& places, std::uint32_t Slot::*count) const {
    if (places.front() == Attempt::none) return 0;
    return std::min(slots_[places[0]].*count, slots_[places[1]].*count);
}

void FailedLogins::move_to(Attempt& attempt, Attempt::Stage stage) {
    const auto count = [&](int by) {
        if (attempt.stage == Attempt::Stage::waiting) {
            counts_.waiting += static_cast<std::size_t>(by);
            change(attempt.address, &Slot::waiting, by);
        }
        if (attempt.stage == Attempt::Stage::checking) change(attempt.address, &Slot::checking, by);
    };
    count(-1);
    attempt.stage = stage;
    count(1);
}

/// Whom nothing but his login would let wait is not refused: others may have filled the places.
LoginGuard::Advice FailedLogins::wait(Attempt& attempt, base::TimePoint until, bool may_be_refused) {
    if (attempt.stage == Attempt::Stage::begun) {
        const bool is_full = counts_.waiting >= limits_.max_waiting ||
                             least(attempt.address, &Slot::waiting) >= (limits_.max_waiting + 1) / 2;
        if (is_full && may_be_refused) return refuse({});
        if (is_full) return {Advice::Kind::check, {}};
        ++counts_.delayed;
        move_to(attempt, Attempt::Stage::waiting);
    }
    attempt.not_before = until;
    return {Advice::Kind::wait, until};
}

LoginGuard::Advice FailedLogins::refuse(base::TimePoint until) {
    ++counts_.refused;
    return {Advice::Kind::refuse, until};
}

/// An attempt that waited for something else needs one too, where others have failed meanwhile.
LoginGuard::Advice FailedLogins::ask_for_turn(Attempt& attempt, base::TimePoint now) {
    const bool is_first = attempt.stage == Attempt::Stage::begun;
    const base::Duration apart =
        attempt.has_turn ? base::Duration::zero() : delay(attempt.address, limits_.longest_delay, now);
    const bool takes_turns = apart > base::Duration::zero();
    base::TimePoint turn = takes_turns ? next_turn(attempt.address, now) : now;
    if (turn - now > limits_.longest_wait) return refuse(turn);
    if (is_first) turn = std::max(turn, now + delay(attempt.login, limits_.longest_login_delay, now));
    const Advice advice = turn > now ? wait(attempt, turn, takes_turns) : Advice();
    if (takes_turns && advice.kind != Advice::Kind::refuse) {
        attempt.has_turn = true;
        put_off_turns(attempt.address, turn + apart);
    }
    return advice;
}

LoginGuard::Advice FailedLogins::ask(Attempt& attempt, base::TimePoint now) {
    if (attempt.stage == Attempt::Stage::waiting && now < attempt.not_before)
        return {Advice::Kind::wait, attempt.not_before};
    Advice advice = ask_for_turn(attempt, now);
    if (advice.kind == Advice::Kind::check &&
        least(attempt.address, &Slot::checking) >= limits_.max_checks_per_address)
        advice =
            wait(attempt, now + std::max<base::Duration>(limits_.first_delay, std::chrono::seconds(1)), true);
    if (advice.kind == Advice::Kind::check) move_to(attempt, Attempt::Stage::checking);
    return advice;
}

void FailedLogins::end(Attempt& attempt, bool failed, base::TimePoint now) {
    move_to(attempt, Attempt::Stage::begun);
    if (!failed) return;
    ++counts_.failed;
    if (!is_new(attempt.shown)) return;
    fail(attempt.address, limits_.longest_delay, now);
    fail(attempt.login, limits_.longest_login_delay, now);
    if (attempt.address.front() != Attempt::none)
        put_off_turns(attempt.address, now + delay(attempt.address, limits_.longest_delay, now));
}

}  // namespace stentor::security
