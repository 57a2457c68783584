#pragma once

#include "app/waiting_room.hpp"
#include "security/cookie_hook.hpp"
#include "stentor/security.hpp"
#include "stentor/session_cookie_config.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace stentor::app {

/// Who another server says that a cookie's session belongs to. Any thread.
class SessionCookieProvider final : public AuthenticationProvider {
public:
    /// Throws ConfigError.
    explicit SessionCookieProvider(const SessionCookieConfig& config);

    void authenticate(const Credentials& credentials, Execution& execution, Done done) const override;
    [[nodiscard]] std::string_view shown_in(const Credentials& credentials) const override;

private:
    std::string name_;
    WaitingRoom waiting_;
    std::shared_ptr<security::HttpFetch> fetch_;
    std::shared_ptr<security::CookieHook> hook_;
};

}  // namespace stentor::app
