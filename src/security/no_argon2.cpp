// In a library that was built without libargon2.
#include "security/argon2id.hpp"

namespace stentor::security {

bool has_argon2() { return false; }

std::optional<std::vector<std::uint8_t>> argon2id(std::string_view, const Argon2id&, std::size_t) {
    return std::nullopt;
}

}  // namespace stentor::security
