#pragma once

#include "security/http_fetch.hpp"
#include "security/jwks_keys.hpp"
#include "security/key_set.hpp"
#include "stentor/jwt_config.hpp"

#include <functional>
#include <memory>

namespace stentor::app {

/// The keys of one issuer, as every shard sees them: read from a file, or fetched from a URL by another
/// thread. Any thread.
class IssuerKeys {
public:
    using Keys = security::JwksKeys::Keys;

    /// Throws ConfigError.
    explicit IssuerKeys(const JwtConfig& config);

    /// Null while there are none.
    [[nodiscard]] Keys current() const;
    /// Whether those of a URL may be newer than `current`.
    [[nodiscard]] bool can_be_newer() const { return remote_ != nullptr; }
    /// Only when there can be newer ones. Calls `done` once, on the thread that fetches, unless it ends
    /// first.
    void wait_for_newer(Keys seen, security::JwksKeys::Done done) const;
    /// Reads the file anew, if they come from one. What it had stays where that is wrong, which is logged.
    void reload();

private:
    class Slot;

    JwtConfig config_;
    std::shared_ptr<Slot> slot_;
    std::shared_ptr<security::HttpFetch> fetch_;
    std::shared_ptr<security::JwksKeys> remote_;
};

}  // namespace stentor::app
