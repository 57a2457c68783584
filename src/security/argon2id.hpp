#pragma once

#include "stentor/result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::security {

/// An argon2id hash with all that it was made from but the passcode (RFC 9106). A value.
struct Argon2id {
    std::uint32_t memory = 64 * 1024;  ///< KiB
    std::uint32_t passes = 3;
    std::uint32_t lanes = 1;
    std::vector<std::uint8_t> salt = {};
    std::vector<std::uint8_t> hash = {};

    /// "$argon2id$v=19$m=65536,t=3,p=1$<salt>$<hash>", base64 without padding, as the PHC string format has
    /// it. Refuses more than 1 GiB, than 100 passes or 16 lanes, and than 4 GiB of memory times passes.
    static Result<Argon2id> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
};

/// Whether the library was built with libargon2.
bool has_argon2();
/// What `passcode` becomes with the salt and the parameters of `as`, of `size` bytes; nothing when there is
/// no memory for it. On one thread, however many lanes there are.
std::optional<std::vector<std::uint8_t>> argon2id(std::string_view passcode, const Argon2id& as,
                                                  std::size_t size);

}  // namespace stentor::security
