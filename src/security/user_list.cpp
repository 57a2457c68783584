// Tests: tests/unit/security/user_list_test.cpp
#include "stentor/security.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>

namespace stentor {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest digest(const std::string& text) {
    Digest made{};
    ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), made.data());
    return made;
}

}  // namespace

/// Digests of equal length are compared, so that the time tells nothing, not even the passcode's length.
std::optional<Principal> UserList::authenticate(const Credentials& credentials) const {
    const auto found = users_.find(credentials.login);
    const Digest given = digest(credentials.passcode);
    const Digest wanted = digest(found == users_.end() ? std::string() : found->second);
    const bool equal = CRYPTO_memcmp(given.data(), wanted.data(), given.size()) == 0;
    if (found == users_.end() || found->second.empty() || !equal) return std::nullopt;
    return Principal{credentials.login, {}};
}

}  // namespace stentor
