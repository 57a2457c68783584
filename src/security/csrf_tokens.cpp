// Tests: tests/unit/security/csrf_tokens_test.cpp
#include "security/csrf_tokens.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <optional>

namespace stentor::security {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

void append_hex(std::string& text, std::span<const unsigned char> bytes) {
    for (const unsigned char byte : bytes) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
}

std::optional<unsigned char> byte_of(char high, char low) {
    const std::size_t a = digits.find(high);
    const std::size_t b = digits.find(low);
    if (a == std::string_view::npos || b == std::string_view::npos) return std::nullopt;
    return static_cast<unsigned char>(a << 4U | b);
}

/// Lengths stand between them: no two principals give the same text.
void append(std::string& text, std::string_view part) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
}

}  // namespace

CsrfTokens::CsrfTokens(std::span<const std::byte> key)
    : key_(reinterpret_cast<const char*>(key.data()), key.size()) {}

CsrfTokens::Mac CsrfTokens::mac_of(const Principal& principal) const {
    std::string text;
    append(text, principal.name);
    for (const auto& [name, value] : principal.claims) {
        append(text, name);
        append(text, value);
    }
    Mac mac{};
    unsigned length = 0;
    HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(), &length);
    return mac;
}

/// A mask, and the code under it.
std::string CsrfTokens::make(const Principal& principal, base::Random& random) const {
    Mac mask{};
    random.fill(std::as_writable_bytes(std::span(mask)));
    Mac mac = mac_of(principal);
    for (std::size_t i = 0; i < mac.size(); ++i) mac[i] ^= mask[i];
    std::string token;
    append_hex(token, mask);
    append_hex(token, mac);
    return token;
}

bool CsrfTokens::is_valid(std::string_view token, const Principal& principal) const {
    Mac mac = mac_of(principal);
    if (token.size() != 4 * mac.size()) return false;
    Mac given{};
    for (std::size_t i = 0; i < mac.size(); ++i) {
        const auto mask = byte_of(token[2 * i], token[2 * i + 1]);
        const auto masked = byte_of(token[2 * (i + mac.size())], token[2 * (i + mac.size()) + 1]);
        if (!mask || !masked) return false;
        given[i] = *mask ^ *masked;
    }
    return CRYPTO_memcmp(given.data(), mac.data(), mac.size()) == 0;
}

}  // namespace stentor::security
