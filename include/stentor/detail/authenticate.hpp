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

/// Whether who shows this wants to be somebody. Cookies may be there for other reasons.
inline bool asks(const Credentials& shown) {
    return !shown.login.empty() || !shown.passcode.empty() || !shown.token.empty();
}

/// Whether the function found who it is by what a browser shows by itself: of a request, all but a token.
inline bool is_ambient(const Credentials& shown) {
    return shown.shown == Credentials::Shown::handshake && shown.token.empty();
}

inline AuthenticationAnswer to_answer(AuthenticationAnswer answer, const Credentials&) { return answer; }
inline AuthenticationAnswer to_answer(std::optional<Authentication> who, const Credentials& shown) {
    if (!who)
        return asks(shown) ? AuthenticationAnswer::refused("by the authenticator")
                           : AuthenticationAnswer::absent();
    who->is_ambient = who->is_ambient || is_ambient(shown);
    return AuthenticationAnswer::accepted(std::move(*who));
}
inline AuthenticationAnswer to_answer(std::optional<Principal> who, const Credentials& shown) {
    return to_answer(who ? std::optional(Authentication{std::move(*who)}) : std::nullopt, shown);
}

/// How a function's result comes. The coroutine header specialises it.
template <class R>
struct Authenticating {
    template <class F>
    static void start(const std::shared_ptr<F>& function, const Credentials& shown, Execution&,
                      const AuthenticationProvider::Done& done) {
        done(to_answer((*function)(shown), shown));
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
