#include "security/argon2id.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>

namespace stentor::security {
namespace {

constexpr std::uint32_t most_memory = 1024 * 1024;  // KiB
constexpr std::uint64_t most_work = std::uint64_t{4} * most_memory;
constexpr std::uint32_t most_passes = 100;
constexpr std::uint32_t most_lanes = 16;

Error malformed() {
    return {Errc::malformed, "is no argon2id hash; it looks like $argon2id$v=19$m=65536,t=3,p=1$SALT$HASH"};
}

/// Takes `mark` off the front of `text`, if it is there.
bool take(std::string_view& text, std::string_view mark) {
    if (!text.starts_with(mark)) return false;
    text.remove_prefix(mark.size());
    return true;
}

/// A decimal number without a leading zero.
bool take(std::string_view& text, std::uint32_t& number) {
    if (text.starts_with('0')) return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

/// Base64 (RFC 4648 4) without padding; nothing for anything else, also where bits at the end are not 0.
std::optional<std::vector<std::uint8_t>> decode(std::string_view text) {
    const auto is_digit = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
               c == '/';
    };
    if (text.size() > 128 || text.size() % 4 == 1 || !std::ranges::all_of(text, is_digit)) return {};
    std::string padded(text);
    while (padded.size() % 4 != 0) padded += '=';
    std::vector<std::uint8_t> bytes(padded.size() / 4 * 3);
    EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(padded.data()),
                    static_cast<int>(padded.size()));
    bytes.resize(text.size() * 3 / 4);
    return bytes;
}

std::string encode(const std::vector<std::uint8_t>& bytes) {
    std::string text(bytes.size() / 3 * 4 + 5, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                     static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    text.erase(text.find_last_not_of('=') + 1);
    return text;
}

}  // namespace

Result<Argon2id> Argon2id::parse(std::string_view text) {
    Argon2id made;
    const bool begins = take(text, "$argon2id$v=19$m=") && take(text, made.memory) && take(text, ",t=") &&
                        take(text, made.passes) && take(text, ",p=") && take(text, made.lanes) &&
                        take(text, "$");
    const std::size_t dollar = text.find('$');
    if (!begins || dollar == std::string_view::npos) return malformed();
    auto salt = decode(text.substr(0, dollar));
    auto hash = decode(text.substr(dollar + 1));
    if (!salt || !hash || encode(*salt) != text.substr(0, dollar) || encode(*hash) != text.substr(dollar + 1))
        return malformed();
    if (salt->size() < 8 || salt->size() > 64 || hash->size() < 16 || hash->size() > 64)
        return Error{Errc::malformed,
                     "has an argon2id hash of another length; the salt has 8 to 64 bytes, the hash 16 to 64"};
    if (made.lanes > most_lanes || made.memory < 8 * made.lanes || made.memory > most_memory ||
        made.passes > most_passes || std::uint64_t{made.memory} * made.passes > most_work)
        return Error{
            Errc::malformed,
            "has an argon2id hash that would take too much; m is at most 1048576 (1 GiB), t 100, p 16, "
            "and m times t 4194304"};
    made.salt = std::move(*salt);
    made.hash = std::move(*hash);
    return made;
}

std::string Argon2id::text() const {
    return "$argon2id$v=19$m=" + std::to_string(memory) + ",t=" + std::to_string(passes) +
           ",p=" + std::to_string(lanes) + '$' + encode(salt) + '$' + encode(hash);
}

}  // namespace stentor::security
