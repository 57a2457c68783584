#pragma once

#include "security/users_file.hpp"
#include "security/verified_logins.hpp"
#include "stentor/config.hpp"
#include "stentor/users.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace stentor::app {

/// The users of a file. Passcodes are checked on worker threads, since that is meant to take long: as many at
/// once as there are lines for them, each of which goes on in its order. Any thread.
class UsersProvider final : public AuthenticationProvider {
public:
    /// Throws ConfigError.
    UsersProvider(std::filesystem::path file, const LoginsConfig& limits);

    void authenticate(const Credentials& credentials, Execution& execution, Done done) const override;
    [[nodiscard]] std::string challenge() const override { return "Basic realm=\"stentor\""; }
    void reload() override;

    /// How many hashes were computed.
    [[nodiscard]] std::uint64_t checks() const;

private:
    struct Shared;
    struct Check;
    [[nodiscard]] std::shared_ptr<const security::Users> read() const;

    const std::filesystem::path file_;
    const std::uint64_t seed_;
    std::shared_ptr<Shared> shared_;  ///< also of the checks under way, which may end after the provider
};

}  // namespace stentor::app
