#include "security/passcode_hash.hpp"

#include "security/argon2id.hpp"

#include <crypt.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>

namespace stentor::security {
namespace {

constexpr std::string_view crypt_digits = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t bcrypt_sees = 72;  ///< bytes of a passcode; what follows would not matter
constexpr std::size_t largest_passcode = 1024;
constexpr unsigned most_bcrypt_cost = 15;        // 2 s or so
constexpr unsigned most_sha_rounds = 1'000'000;  // 0.5 s or so

Error refused(std::string what) { return {Errc::malformed, std::move(what)}; }

bool is_crypt_text(std::string_view text, std::size_t size) {
    return text.size() == size && text.find_first_not_of(crypt_digits) == std::string_view::npos;
}

std::optional<unsigned> number(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// What is between this '$' and the next; `rest` goes on behind that.
std::optional<std::string_view> part(std::string_view& rest) {
    const std::size_t end = rest.find('$');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view found = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return found;
}

/// "12$" and 53 digits: salt and hash. Nothing is wrong, or what.
std::string fault_of_bcrypt(std::string_view rest) {
    const auto cost = part(rest);
    const auto value = cost && cost->size() == 2 ? number(*cost) : std::nullopt;
    if (!value || *value < 4 || !is_crypt_text(rest, 53))
        return "is no bcrypt hash; it looks like $2b$12$ and 53 characters";
    if (*value > most_bcrypt_cost)
        return "has a bcrypt hash that would take too long; its cost is at most " +
               std::to_string(most_bcrypt_cost);
    return {};
}

/// "j9T$salt$" and 43 digits. `j9T`: the flavour that is in use, and the memory, 128 * 2^N * r bytes, as two
/// digits; longer ones have parameters that nothing writes.
std::string fault_of_yescrypt(std::string_view rest) {
    const auto parameters = part(rest);
    const auto salt = part(rest);
    if (!parameters || !salt || salt->empty() || !is_crypt_text(*salt, salt->size()) || salt->size() > 86 ||
        !is_crypt_text(rest, 43) || !is_crypt_text(*parameters, 3) || parameters->front() != 'j')
        return "is no yescrypt hash that is known here; it looks like $y$j9T$SALT$HASH";
    const std::size_t exponent = crypt_digits.find((*parameters)[1]) + 1;
    const std::size_t blocks = crypt_digits.find((*parameters)[2]) + 1;
    if (exponent > 20 || blocks > 47 || 128 * blocks << exponent > std::size_t{1} << 30)
        return "has a yescrypt hash that would take too much; its memory is at most 1 GiB";
    return {};
}

/// "rounds=5000$" if it is there, "salt$" and 86 digits.
std::string fault_of_sha512(std::string_view rest) {
    if (rest.starts_with("rounds=")) {
        const auto rounds = number(part(rest).value_or("rounds=").substr(7));
        if (rounds && *rounds > most_sha_rounds)
            return "has a SHA-512 hash that would take too long; it has at most " +
                   std::to_string(most_sha_rounds) + " rounds";
        if (!rounds || *rounds < 1000)
            return "is no SHA-512 hash that is known here; its rounds are a number from 1000 on";
    }
    const auto salt = part(rest);
    if (!salt || salt->empty() || salt->size() > 16 || !is_crypt_text(*salt, salt->size()) ||
        !is_crypt_text(rest, 86))
        return "is no SHA-512 hash; it looks like $6$SALT$ and 86 characters";
    return {};
}

}  // namespace

Result<PasscodeHash> PasscodeHash::parse(std::string_view text) {
    const auto made = [&](Kind kind, std::string fault) -> Result<PasscodeHash> {
        if (!fault.empty()) return refused(std::move(fault));
        return PasscodeHash(kind, text);
    };
    if (text.starts_with("$argon2id$")) {
        if (!has_argon2())
            return refused(
                "has an argon2id hash, and the library was built without libargon2; build it with "
                "libargon2-dev, or use a bcrypt hash ($2b$)");
        const auto parsed = Argon2id::parse(text);
        return made(Kind::argon2id, parsed.has_error() ? parsed.error().message : std::string());
    }
    for (const char* bcrypt : {"$2a$", "$2b$", "$2y$"})
        if (text.starts_with(bcrypt)) return made(Kind::bcrypt, fault_of_bcrypt(text.substr(4)));
    if (text.starts_with("$y$")) return made(Kind::yescrypt, fault_of_yescrypt(text.substr(3)));
    if (text.starts_with("$6$")) return made(Kind::sha512, fault_of_sha512(text.substr(3)));
    return refused(
        "has no hash that is known here; make one with 'stentor passwd', or give $2b$, $y$ or $6$");
}

PasscodeHash::Verdict PasscodeHash::check(const std::string& passcode) const {
    if (kind_ == Kind::argon2id) {
        const Argon2id own = Argon2id::parse(text_).value();
        const auto made = argon2id(passcode, own, own.hash.size());
        if (!made) return Verdict::failed;
        return CRYPTO_memcmp(made->data(), own.hash.data(), made->size()) == 0 ? Verdict::right
                                                                               : Verdict::wrong;
    }
    const auto room = std::make_unique<crypt_data>();
    const char* const made = ::crypt_r(passcode.c_str(), text_.c_str(), room.get());
    const std::string_view result = made == nullptr ? "" : made;
    const bool is_equal =
        result.size() == text_.size() && CRYPTO_memcmp(result.data(), text_.data(), text_.size()) == 0;
    OPENSSL_cleanse(room.get(), sizeof(crypt_data));
    const bool is_seen_whole = kind_ != Kind::bcrypt || passcode.size() <= bcrypt_sees;
    return is_equal && is_seen_whole ? Verdict::right : Verdict::wrong;
}

std::string fault_of_passcode(std::string_view passcode) {
    if (passcode.empty()) return "the passcode is empty";
    if (passcode.size() > largest_passcode) return "the passcode is over 1024 bytes";
    if (passcode.find_first_of(std::string_view("\0\r\n", 3)) != std::string_view::npos)
        return "the passcode has a NUL or a line's end in it";
    return {};
}

}  // namespace stentor::security
