#pragma once

#include "stentor/result.hpp"

#include <string>
#include <string_view>

namespace stentor::security {

/// What users files hold in place of a passcode: argon2id (RFC 9106, as a PHC string), or what crypt(5) of
/// the system computes: bcrypt ($2a$, $2b$, $2y$), yescrypt ($y$) or SHA-512 ($6$). Immutable.
class PasscodeHash {
public:
    enum class Verdict { right, wrong, failed };  ///< `failed`: there was no memory for it, so nobody knows

    /// Refuses plain text, unknown kinds, malformed hashes, those weaker than salted, and those whose
    /// parameters would take more than 1 GiB or a few seconds: no line of a file hangs the server.
    static Result<PasscodeHash> parse(std::string_view text);

    /// Takes 10 to 100 ms of CPU, and the hash's memory. A passcode that the kind would not look at as a
    /// whole is wrong.
    [[nodiscard]] Verdict check(const std::string& passcode) const;
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    enum class Kind { argon2id, bcrypt, yescrypt, sha512 };
    PasscodeHash(Kind kind, std::string_view text) : kind_(kind), text_(text) {}

    Kind kind_;
    std::string text_;
};

/// Nothing is wrong with it, or what: a passcode has 1 to 1,024 bytes, and neither NUL nor a line's end.
std::string fault_of_passcode(std::string_view passcode);

}  // namespace stentor::security
