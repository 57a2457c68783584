#pragma once

#include "app/issuer_keys.hpp"
#include "app/waiting_room.hpp"
#include "security/jwt_verifier.hpp"
#include "stentor/jwt_config.hpp"
#include "stentor/result.hpp"
#include "stentor/security.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::app {

/// Who the tokens of some issuers say somebody is. Any thread.
class JwtProvider final : public AuthenticationProvider {
public:
    using Clock = std::function<security::WallTime()>;

    /// Throws ConfigError.
    JwtProvider(const std::vector<JwtConfig>& issuers, Clock clock);

    void authenticate(const Credentials& credentials, Execution& execution, Done done) const override;
    [[nodiscard]] std::string_view shown_in(const Credentials& credentials) const override;
    [[nodiscard]] std::string challenge() const override { return has_bearer_ ? "Bearer" : ""; }
    void reload() override;

private:
    struct Issuer {
        explicit Issuer(const JwtConfig& given);

        JwtConfig config;
        std::shared_ptr<const security::JwtRules> rules;
        IssuerKeys keys;
        WaitingRoom waiting;
    };
    /// A token and where it was shown.
    struct Shown {
        enum class Where : std::uint8_t { bearer, cookie, query };
        std::string_view token;
        Where where = Where::bearer;
        std::string_view name = {};  ///< of the cookie or the parameter
    };

    [[nodiscard]] Result<std::optional<Shown>> find(const Credentials& credentials) const;
    [[nodiscard]] Result<std::optional<Shown>> find_in_query(std::string_view query) const;
    [[nodiscard]] Result<std::optional<Shown>> find_in_cookies(std::string_view cookies) const;
    [[nodiscard]] const Issuer* issuer_of(const security::ShownJwt& token, const Shown& shown) const;
    void wait_for_keys(const Issuer& issuer, const Shown& shown, const IssuerKeys::Keys& seen,
                       Execution& execution, Done done) const;

    std::vector<std::unique_ptr<Issuer>> issuers_;
    Clock clock_;
    std::size_t max_size_ = 0;  ///< of the issuers' the largest
    bool has_bearer_ = false;
};

}  // namespace stentor::app
