// Tests: tests/unit/security/authentication_manager_test.cpp
#include "security/authentication_manager.hpp"

#include "base/log.hpp"

#include <exception>
#include <utility>

namespace stentor::security {
namespace {

Error bad_credentials() { return {Errc::forbidden, "Bad credentials"}; }
Error cannot_tell() { return {Errc::unavailable, "Credentials cannot be checked now"}; }

}  // namespace

class AuthenticationManager::Asking : public std::enable_shared_from_this<Asking> {
public:
    Asking(const Providers& providers, Credentials credentials, Execution& execution, Done done)
        : providers_(providers),
          credentials_(std::move(credentials)),
          execution_(execution),
          done_(std::move(done)) {}

    void ask_next() {
        if (next_ == providers_.size()) return finish(std::optional<Authentication>());
        const AuthenticationProvider& provider = *providers_[next_++];
        try {
            provider.authenticate(credentials_, execution_,
                                  [weak = weak_from_this()](AuthenticationAnswer answer) {
                                      if (const auto self = weak.lock()) self->answered(std::move(answer));
                                  });
        } catch (const std::exception& e) {
            log::error("authentication_failed", {{"reason", e.what()}});
            finish(cannot_tell());
        }
    }

    [[nodiscard]] bool is_over() const { return !done_; }

private:
    void answered(AuthenticationAnswer answer) {
        using Kind = AuthenticationAnswer::Kind;
        switch (answer.kind) {
            case Kind::absent: return ask_next();
            case Kind::accepted: return finish(std::optional(std::move(answer.authentication)));
            case Kind::refused:
                log::info("authentication_refused",
                          {{"peer", credentials_.remote_address}, {"reason", answer.reason}});
                return finish(bad_credentials());
            case Kind::unavailable:
                log::warning("authentication_unavailable",
                             {{"peer", credentials_.remote_address}, {"reason", answer.reason}});
                return finish(cannot_tell());
        }
    }

    void finish(Outcome outcome) {
        if (const Done done = std::exchange(done_, nullptr)) done(std::move(outcome));
    }

    const Providers& providers_;
    Credentials credentials_;
    Execution& execution_;
    Done done_;
    std::size_t next_ = 0;
};

AuthenticationManager::Question AuthenticationManager::ask(const Providers& providers,
                                                           Credentials credentials, Done done) {
    auto asking = std::make_shared<Asking>(providers, std::move(credentials), execution_, std::move(done));
    asking->ask_next();
    return asking->is_over() ? nullptr : Question(std::move(asking));
}

}  // namespace stentor::security
