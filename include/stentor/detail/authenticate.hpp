#pragma once

#include "stentor/execution.hpp"
#include "stentor/security.hpp"

#include <concepts>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

/// How App::set_authenticator's functions become providers.
namespace stentor::detail {

inline AuthenticationAnswer to_answer(AuthenticationAnswer answer, bool) { return answer; }
inline AuthenticationAnswer to_answer(std::optional<Authentication> who, bool asked) {
    if (who) return AuthenticationAnswer::accepted(std::move(*who));
    return asked ? AuthenticationAnswer::refused("by the authenticator") : AuthenticationAnswer::absent();
}
inline AuthenticationAnswer to_answer(std::optional<Principal> who, bool asked) {
    if (!who) return to_answer(std::optional<Authentication>(), asked);
    return AuthenticationAnswer::accepted({std::move(*who)});
}

/// Whether who shows this wants to be somebody. Cookies may be there for other reasons.
inline bool asks(const Credentials& shown) {
    return !shown.login.empty() || !shown.passcode.empty() || !shown.token.empty();
}

/// How a function's result comes. The coroutine header specialises it.
template <class R>
struct Authenticating {
    template <class F>
    static void start(const std::shared_ptr<F>& function, const Credentials& shown, Execution&,
                      const AuthenticationProvider::Done& done) {
        done(to_answer((*function)(shown), asks(shown)));
    }
};

template <class F>
class FunctionProvider final : public AuthenticationProvider {
public:
    explicit FunctionProvider(F function) : function_(std::make_shared<F>(std::move(function))) {}

    void authenticate(const Credentials& shown, Execution& execution, Done done) const override {
        Authenticating<std::invoke_result_t<F&, const Credentials&>>::start(function_, shown, execution,
                                                                            std::move(done));
    }

private:
    std::shared_ptr<F> function_;
};

template <class F>
std::shared_ptr<AuthenticationProvider> provider_of(F function) {
    return std::make_shared<FunctionProvider<F>>(std::move(function));
}

}  // namespace stentor::detail
