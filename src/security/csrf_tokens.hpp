#pragma once

#include "base/random.hpp"
#include "stentor/security.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace stentor::security {

/// Tokens that only a page of an allowed origin can read, by which a CONNECT proves that such a page wanted
/// it, and not one that merely made the browser show its cookies. A token is the user's and its credential's;
/// it looks different each time (BREACH). Immutable.
class CsrfTokens {
public:
    /// Of the key's bytes all count; 32 or more of them.
    explicit CsrfTokens(std::span<const std::byte> key);

    [[nodiscard]] std::string make(const Principal& principal, base::Random& random) const;
    /// In a time that does not depend on how much of it is right.
    [[nodiscard]] bool is_valid(std::string_view token, const Principal& principal) const;

private:
    using Mac = std::array<unsigned char, 32>;
    [[nodiscard]] Mac mac_of(const Principal& principal) const;

    std::string key_;
};

}  // namespace stentor::security
