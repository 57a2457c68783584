#pragma once

#include "base/timer_queue.hpp"
#include "security/login_guard.hpp"
#include "security/providers.hpp"
#include "stentor/execution.hpp"
#include "stentor/result.hpp"
#include "stentor/security.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace stentor::security {

/// Why nobody was found out to be there. Safe to show to the client.
struct LoginError : Error {
    std::chrono::seconds retry_after{0};  ///< when it may come again, where that is known
};

/// Asks one provider after another who a client is; attempts to log in, by a login or what else a provider
/// would check, when the guard lets them. Shard-local.
class AuthenticationManager {
public:
    /// Nobody: no provider found anything to check. An error: `forbidden`, with the same words whatever was
    /// wrong, or `unavailable`.
    using Outcome = boost::system::result<std::optional<Authentication>, LoginError>;
    using Done = std::function<void(Outcome)>;
    /// What is being found out. Once it is let go of, nobody is told.
    using Question = std::shared_ptr<void>;

    explicit AuthenticationManager(Execution& execution) : execution_(execution) {}
    /// `timers` are the shard's.
    AuthenticationManager(Execution& execution, base::TimerQueue& timers, std::shared_ptr<LoginGuard> guard)
        : execution_(execution), timers_(&timers), guard_(std::move(guard)) {}

    /// Calls `done` once, maybe before this returns: then the question is over, and null. `providers` live as
    /// long as the manager.
    [[nodiscard]] Question ask(const Providers& providers, Credentials credentials, Done done);

private:
    class Asking;
    class Ticket;

    Execution& execution_;
    base::TimerQueue* timers_ = nullptr;
    std::shared_ptr<LoginGuard> guard_;  ///< none: nobody waits
};

}  // namespace stentor::security
