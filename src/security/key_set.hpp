#pragma once

#include "security/verify_key.hpp"
#include "stentor/result.hpp"

#include <string_view>
#include <vector>

namespace stentor::security {

/// The keys of one issuer. Immutable.
class KeySet {
public:
    enum class Secrets : std::uint8_t {
        allowed,
        ignored,  ///< a secret that everybody can fetch is none
    };
    static constexpr std::size_t max_keys = 64;

    KeySet() = default;
    explicit KeySet(std::vector<VerifyKey> keys) : keys_(std::move(keys)) {}
    /// A JSON Web Key Set (RFC 7517 5) or one single key. Keys of it that are no use here are left out; an
    /// error where none remains.
    static Result<KeySet> from_json(std::string_view text, Secrets secrets);
    /// Public keys and certificates in PEM.
    static Result<KeySet> from_pem(std::string_view text);

    /// Those that may have signed a token with that `kid` and algorithm. A token without one may be any
    /// key's, and a key without id is any token's; an id is compared and nothing else (RFC 8725 3.10).
    [[nodiscard]] std::vector<const VerifyKey*> candidates(std::string_view id, JwsAlgorithm algorithm) const;
    [[nodiscard]] bool empty() const { return keys_.empty(); }
    [[nodiscard]] std::size_t size() const { return keys_.size(); }

private:
    std::vector<VerifyKey> keys_;
};

}  // namespace stentor::security
