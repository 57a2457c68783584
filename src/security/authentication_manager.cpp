// Tests: tests/unit/security/authentication_manager_test.cpp
#include "security/authentication_manager.hpp"

#include "base/log.hpp"
#include "base/name_rule.hpp"

#include <exception>
#include <utility>

namespace stentor::security {
namespace {

Error bad_credentials() { return {Errc::forbidden, "Bad credentials"}; }
Error cannot_tell() { return {Errc::unavailable, "Credentials cannot be checked now"}; }

}  // namespace

/// An attempt that the guard counts, from the question to the last provider's answer: also when nobody waits
/// for that any more, since the work is done all the same. Its end may be on a worker's thread.
class AuthenticationManager::Ticket {
public:
    Ticket(std::shared_ptr<LoginGuard> guard, base::TimerQueue& timers, const Credentials& shown)
        : guard_(std::move(guard)),
          timers_(timers),
          attempt_(guard_->begin(shown.remote_address, shown.login)) {}
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() { end(false, {}); }

    [[nodiscard]] LoginGuard::Advice ask() { return guard_->ask(attempt_, timers_.now()); }
    void answered(AuthenticationAnswer::Kind kind) {
        using Kind = AuthenticationAnswer::Kind;
        if (kind != Kind::absent) end(kind == Kind::refused, timers_.now());
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

    /// `ticket` may be null.
    void begin(std::shared_ptr<Ticket> ticket) {
        ticket_ = std::move(ticket);
        go_on();
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
            case Kind::refuse:
                log::warning("authentication_unavailable", {{"peer", credentials_.remote_address},
                                                            {"reason", "too many attempts wait already"}});
                return finish(cannot_tell());
        }
    }

    void ask_next() {
        const auto stays = shared_from_this();  // `done` may let go of the question
        if (next_ == providers_.size()) return finish(std::optional<Authentication>());
        const AuthenticationProvider& provider = *providers_[next_++];
        try {
            provider.authenticate(credentials_, execution_,
                                  [weak = weak_from_this(), ticket = ticket_](AuthenticationAnswer answer) {
                                      if (ticket) ticket->answered(answer.kind);
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
    const bool is_attempt =
        !credentials.login.empty() || !credentials.passcode.empty() || !credentials.token.empty();
    auto ticket = guard_ && is_attempt && !providers.empty()
                      ? std::make_shared<Ticket>(guard_, *timers_, credentials)
                      : nullptr;
    auto asking = std::make_shared<Asking>(providers, std::move(credentials), execution_, std::move(done));
    asking->begin(std::move(ticket));
    return asking->is_over() ? nullptr : Question(std::move(asking));
}

}  // namespace stentor::security
