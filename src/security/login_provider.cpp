// Tests: tests/unit/security/authentication_manager_test.cpp
#include "security/login_provider.hpp"

#include <utility>

namespace stentor::security {

void LoginProvider::authenticate(const Credentials& credentials, Execution&, Done done) const {
    const bool shows_nothing = credentials.login.empty() && credentials.passcode.empty();
    if (shows_nothing && credentials.shown != Credentials::Shown::connect)
        return done(AuthenticationAnswer::absent());
    auto principal = authenticator_->authenticate(credentials);
    if (!principal)
        return done(shows_nothing ? AuthenticationAnswer::absent()
                                  : AuthenticationAnswer::refused("wrong login or passcode"));
    const bool basic = credentials.shown == Credentials::Shown::handshake;
    done(AuthenticationAnswer::accepted({std::move(*principal), std::nullopt, basic}));
}

}  // namespace stentor::security
