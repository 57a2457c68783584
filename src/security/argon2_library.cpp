// Tests: tests/unit/security/argon2_library_test.cpp
#include "security/argon2id.hpp"

#include <argon2.h>

namespace stentor::security {

bool has_argon2() { return true; }

std::optional<std::vector<std::uint8_t>> argon2id(std::string_view passcode, const Argon2id& as,
                                                  std::size_t size) {
    std::vector<std::uint8_t> made(size);
    std::vector<std::uint8_t> salt = as.salt;
    argon2_context context{};
    context.out = made.data();
    context.outlen = static_cast<std::uint32_t>(made.size());
    // Only read: ARGON2_FLAG_CLEAR_PASSWORD is not set.
    context.pwd = reinterpret_cast<std::uint8_t*>(const_cast<char*>(passcode.data()));
    context.pwdlen = static_cast<std::uint32_t>(passcode.size());
    context.salt = salt.data();
    context.saltlen = static_cast<std::uint32_t>(salt.size());
    context.t_cost = as.passes;
    context.m_cost = as.memory;
    context.lanes = as.lanes;
    context.threads = 1;
    context.version = ARGON2_VERSION_13;
    if (argon2_ctx(&context, Argon2_id) != ARGON2_OK) return std::nullopt;
    return made;
}

}  // namespace stentor::security
