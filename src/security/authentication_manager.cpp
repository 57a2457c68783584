// Tests: tests/unit/security/authentication_manager_test.cpp
#include "security/authentication_manager.hpp"

#include "base/log.hpp"
#include "base/name_rule.hpp"

#include <chrono>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace stentor::security {
namespace {

LoginError bad_credentials() { return {{Errc::forbidden, "Bad credentials"}}; }
LoginError cannot_tell() { return {{Errc::unavailable, "Credentials cannot be checked now"}}; }
LoginError too_many(std::chrono::seconds wait) {
    return {{Errc::unavailable,
             "Too many logins have failed; try again in " + std::to_string(wait.count()) + " s"},
            wait};
}

/// What is checked where there is no login: of all providers, as no one of them may hide another's.
std::string shown_in(const Providers& providers, const Credentials& credentials) {
    std::string all;
    for (const auto& provider : providers)
        if (const std::string_view shown = provider->shown_in(credentials); !shown.empty())
            (all += all.empty() ? "" : "\n") += shown;
    return all;
}

}  // namespace

/// An attempt that the guard counts, from the question to the last provider's answer: also when nobody waits
/// for that any more, since the work is done all the same. Its end may be on a worker's thread.
class AuthenticationManager::Ticket {
public:
    Ticket(std::shared_ptr<LoginGuard> guard, base::TimerQueue& timers, const Credentials& credentials,
           std::string_view shown)
        : guard_(std::move(guard)),
          timers_(timers),
          attempt_(guard_->begin(credentials.remote_address, credentials.login, shown)) {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() { end(false, {}); }

    [[nodiscard]] LoginGuard::Advice ask() { return guard_->ask(attempt_, timers_.now()); }
    void answered(const AuthenticationAnswer& answer) {
        using Kind = AuthenticationAnswer::Kind;
        if (answer.kind != Kind::absent) end(answer.kind == Kind::refused && answer.is_guess, timers_.now());
    }
    [[nodiscard]] base::TimerQueue& timers() { return timers_; }

private:
    void end(bool failed, base::TimePoint now) {
        if (!std::exchange(ended_, true)) guard_->end(attempt_, failed, now);
    }

    std::shared_ptr<LoginGuard> guard_;
    base::TimerQueue& timers_;
    LoginGuard::Attempt attempt_;
    bool ended_ = false;
};

class AuthenticationManager::Asking : public std::enable_shared_from_this<Asking> {
public:
    Asking(const Providers& providers, Credentials credentials, Execution& execution, Done done)
        : providers_(providers),
          credentials_(std::move(credentials)),
          execution_(execution),
          done_(std::move(done)) {}

    /// `ticket` may be null. Whoever renews is somebody already, and gains nothing by a guess that ends its
    /// session: it is counted and does not wait.
    void begin(std::shared_ptr<Ticket> ticket) {
        ticket_ = std::move(ticket);
        if (credentials_.shown == Credentials::Shown::renewal) ask_next();
        else go_on();
    }
    [[nodiscard]] bool is_over() const { return !done_; }

private:
    void go_on() {
        if (!ticket_) return ask_next();
        const LoginGuard::Advice advice = ticket_->ask();
        using Kind = LoginGuard::Advice::Kind;
        switch (advice.kind) {
            case Kind::check: return ask_next();
            case Kind::wait:
                if (!timer_) timer_.emplace(ticket_->timers(), [this](base::TimePoint) { go_on(); });
                return timer_->set(advice.until);
            case Kind::refuse: return put_off(advice.until);
        }
    }

    void ask_next() {
        const auto stays = shared_from_this();  // `done` may let go of the question
        if (next_ == providers_.size()) return finish(std::optional<Authentication>());
        const AuthenticationProvider& provider = *providers_[next_++];
        try {
            provider.authenticate(credentials_, execution_,
                                  [weak = weak_from_this(), ticket = ticket_](AuthenticationAnswer answer) {
                                      if (ticket) ticket->answered(answer);
                                      if (const auto self = weak.lock()) self->answered(std::move(answer));
                                  });
        } catch (const std::exception& e) {
            log::error("authentication_failed", {{"reason", e.what()}});
            finish(cannot_tell());
        }
    }

    void answered(AuthenticationAnswer answer) {
        using Kind = AuthenticationAnswer::Kind;
        switch (answer.kind) {
            case Kind::absent: return ask_next();
            case Kind::accepted: return accepted(std::move(answer.authentication));
            case Kind::refused: return refused(answer.reason);
            case Kind::unavailable:
                log::warning("authentication_unavailable",
                             {{"peer", credentials_.remote_address}, {"reason", answer.reason}});
                return finish(cannot_tell());
        }
    }

    /// Nobody has a name that means nothing to others, whoever says so.
    void accepted(Authentication who) {
        if (const std::string fault = base::fault_of_word("the name", who.principal.name); !fault.empty())
            return refused(fault);
        finish(std::optional(std::move(who)));
    }
    void refused(const std::string& reason) {
        log::info("authentication_refused", {{"peer", credentials_.remote_address}, {"reason", reason}});
        finish(bad_credentials());
    }

    /// Nothing is checked before that time: the same words whether it was right.
    void put_off(base::TimePoint until) {
        const bool is_full = until == base::TimePoint();
        log::warning("authentication_unavailable",
                     {{"peer", credentials_.remote_address},
                      {"reason", is_full ? "too many attempts wait already" : "too many failed logins"}});
        if (is_full) return finish(cannot_tell());
        finish(too_many(std::chrono::ceil<std::chrono::seconds>(until - ticket_->timers().now())));
    }

    void finish(Outcome outcome) {
        ticket_.reset();
        if (const Done done = std::exchange(done_, nullptr)) done(std::move(outcome));
    }

    const Providers& providers_;
    Credentials credentials_;
    Execution& execution_;
    Done done_;
    std::shared_ptr<Ticket> ticket_;
    std::optional<base::Timer> timer_;  ///< while the guard lets it wait
    std::size_t next_ = 0;
};

AuthenticationManager::Question AuthenticationManager::ask(const Providers& providers,
                                                           Credentials credentials, Done done) {
    const bool is_login = !credentials.login.empty() || !credentials.passcode.empty();
    const std::string shown = guard_ && !is_login ? shown_in(providers, credentials) : std::string();
    auto ticket = guard_ && !providers.empty() && (is_login || !shown.empty())
                      ? std::make_shared<Ticket>(guard_, *timers_, credentials, shown)
                      : nullptr;
    auto asking = std::make_shared<Asking>(providers, std::move(credentials), execution_, std::move(done));
    asking->begin(std::move(ticket));
    return asking->is_over() ? nullptr : Question(std::move(asking));
}

}  // namespace stentor::security
