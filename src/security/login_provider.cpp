// Tests: tests/unit/security/authentication_manager_test.cpp
#include "security/login_provider.hpp"

#include <utility>

namespace stentor::security {

void LoginProvider::authenticate(const Credentials& credentials, Execution&, Done done) const {
    if (credentials.login.empty() && credentials.passcode.empty())
        return done(AuthenticationAnswer::absent());
    auto principal = authenticator_->authenticate(credentials);
    if (!principal) return done(AuthenticationAnswer::refused("wrong login or passcode"));
    const bool basic = credentials.shown == Credentials::Shown::handshake;
    done(AuthenticationAnswer::accepted({std::move(*principal), std::nullopt, basic}));
}

}  // namespace stentor::security
