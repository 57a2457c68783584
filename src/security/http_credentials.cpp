// Tests: tests/unit/security/http_credentials_test.cpp
#include "security/http_credentials.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace stentor::security {
namespace {

constexpr std::size_t longest_basic = 1024;  ///< of base64

Error malformed() { return {Errc::malformed, "The Authorization header is malformed"}; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// What follows the scheme, if it is that one (compared without case, RFC 9110 11.1).
std::optional<std::string_view> after_scheme(std::string_view value, std::string_view scheme) {
    if (value.size() < scheme.size() ||
        !std::ranges::equal(value.substr(0, scheme.size()), scheme, {}, lower))
        return std::nullopt;
    value.remove_prefix(scheme.size());
    if (!value.empty() && value.front() != ' ') return std::nullopt;
    while (value.starts_with(' ')) value.remove_prefix(1);
    return value;
}

bool is_base64(std::string_view text) {
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    return !text.empty() && text.size() % 4 == 0 &&
           std::ranges::all_of(text.substr(0, text.size() - padding), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '+' || c == '/';
           });
}

std::string decoded(std::string_view base64) {
    std::string text(base64.size() / 4 * 3, '\0');
    EVP_DecodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                    reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(base64.size()));
    text.resize(text.size() - static_cast<std::size_t>(std::ranges::count(base64, '=')));
    return text;
}

Result<void> read_basic(std::string_view base64, Credentials& shown) {
    if (base64.size() > longest_basic || !is_base64(base64)) return malformed();
    const std::string pair = decoded(base64);
    const std::size_t colon = pair.find(':');
    const bool has_control =
        std::ranges::any_of(pair, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (colon == std::string::npos || colon == 0 || has_control) return malformed();
    shown.login = pair.substr(0, colon);
    shown.passcode = pair.substr(colon + 1);
    return {};
}

}  // namespace

Result<Credentials> read_credentials(const http::Request& request) {
    Credentials shown;
    shown.shown = Credentials::Shown::handshake;
    shown.query = request.query;
    for (const http::Field& field : request.fields) {
        if (!std::ranges::equal(field.name, std::string_view("cookie"), {}, lower)) continue;
        if (!shown.cookies.empty()) shown.cookies += "; ";
        shown.cookies += field.value;
    }
    const auto authorization = request.header("Authorization");
    if (!authorization) return shown;
    if (request.fields.count("Authorization") > 1) return malformed();
    if (const auto token = after_scheme(*authorization, "bearer")) {
        if (token->empty()) return malformed();
        shown.token = *token;
    } else if (const auto basic = after_scheme(*authorization, "basic")) {
        if (const auto ok = read_basic(*basic, shown); ok.has_error()) return ok.error();
    }
    return shown;
}

/// No line ends in fields or the query: each part has its own place.
CredentialsDigest digest_of(const http::Request& request, std::string_view by_wire) {
    std::string text(request.header("Authorization").value_or(""));
    for (const http::Field& field : request.fields)
        if (std::ranges::equal(field.name, std::string_view("cookie"), {}, lower)) text += '\n' + field.value;
    text += "\n\n" + request.query + '\n';
    text += by_wire;
    CredentialsDigest digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return digest;
}

bool comes_from_own_page(const http::Request& request) {
    return request.fields.count("Sec-Fetch-Site") == 1 && request.header("Sec-Fetch-Site") == "same-origin";
}

bool lacks_origin(const http::Request& request) {
    return request.fields.count("Origin") == 0 && !comes_from_own_page(request);
}

}  // namespace stentor::security
