#pragma once

#include "stentor/security.hpp"

#include <memory>
#include <string>

namespace stentor::security {

/// Logins and passcodes by an Authenticator: of CONNECT, or of HTTP Basic (RFC 7617). Any thread.
class LoginProvider final : public AuthenticationProvider {
public:
    explicit LoginProvider(std::shared_ptr<const Authenticator> authenticator)
        : authenticator_(std::move(authenticator)) {}

    void authenticate(const Credentials& credentials, Execution& execution, Done done) const override;
    [[nodiscard]] std::string challenge() const override { return "Basic realm=\"stentor\""; }

private:
    std::shared_ptr<const Authenticator> authenticator_;
};

}  // namespace stentor::security
