#include "websocket/handshake.hpp"

#include "http/grammar.hpp"
#include "http/request_rules.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

namespace stentor::websocket {
namespace {

constexpr std::string_view version = "13";

http::Response refusal(int status, std::string_view reason) {
    return {status, {{"Content-Type", "text/plain; charset=UTF-8"}}, std::string(reason)};
}

http::Response wrong_method() { return {405, {{"Allow", "GET"}}, ""}; }

/// RFC 6455 4.4 names the version; RFC 9110 15.5.22 asks for Upgrade in a 426.
http::Response wrong_version() {
    http::Response response = refusal(426, "\"Sec-WebSocket-Version\" must be \"13\".");
    response.fields.add("Upgrade", "websocket");
    response.fields.add("Sec-WebSocket-Version", version);
    return response;
}

/// 16 bytes in base64: 22 characters of the alphabet and two of padding (RFC 6455 4.2.1 item 5).
bool is_key(std::string_view text) {
    const auto fits = [](char c) { return http::is_letter_or_digit(c) || c == '+' || c == '/'; };
    return text.size() == 24 && text.ends_with("==") && std::all_of(text.begin(), text.end() - 2, fits);
}

/// The value of a field that was sent exactly once.
std::string_view only(const http::Fields& fields, std::string_view name) {
    return fields.count(name) == 1 ? *fields.find(name) : std::string_view();
}

/// The client's spelling of `protocol`, if it offers it.
std::string_view offered(const http::Fields& fields, std::string_view protocol) {
    for (const http::Field& field : fields) {
        if (!http::equal_ignoring_case(field.name, "Sec-WebSocket-Protocol")) continue;
        for (std::string_view list = field.value; !list.empty();) {
            const std::string_view item = http::next_item(list);
            if (http::equal_ignoring_case(item, protocol)) return item;
        }
    }
    return {};
}

std::string_view choose_subprotocol(const http::Fields& fields, std::span<const std::string_view> supported) {
    for (std::string_view protocol : supported) {
        if (const std::string_view found = offered(fields, protocol); !found.empty()) return found;
    }
    return {};
}

/// RFC 6455 4.2.1, in the order of its items; the texts of the 400s are those SockJS clients look for.
std::optional<http::Response> refuse(const http::Request& request) {
    if (request.method != "GET") return wrong_method();
    if (!request.fields.has_token("Upgrade", "websocket") || request.minor_version < 1) {
        return refusal(400, "Can \"Upgrade\" only to \"WebSocket\".");
    }
    if (!request.fields.has_token("Connection", "upgrade")) {
        return refusal(400, "\"Connection\" must be \"Upgrade\".");
    }
    if (only(request.fields, "Sec-WebSocket-Version") != version) return wrong_version();
    if (!is_key(only(request.fields, "Sec-WebSocket-Key"))) {
        return refusal(400, "\"Sec-WebSocket-Key\" must be 16 bytes in base64, once.");
    }
    return std::nullopt;
}

}  // namespace

bool is_upgrade(const http::Request& request) { return http::asks_for_websocket(request); }

std::variant<Accepted, http::Response> handshake(const http::Request& request,
                                                 std::span<const std::string_view> supported,
                                                 const DeflateSettings* deflate) {
    if (auto refused = refuse(request)) return std::move(*refused);
    Accepted accepted{{101, {}, ""}, "", std::nullopt};
    http::Fields& fields = accepted.response.fields;
    fields.add("Upgrade", "websocket");
    fields.add("Sec-WebSocket-Accept", accept_key(*request.fields.find("Sec-WebSocket-Key")));
    accepted.subprotocol = choose_subprotocol(request.fields, supported);
    if (!accepted.subprotocol.empty()) fields.add("Sec-WebSocket-Protocol", accepted.subprotocol);
    if (deflate == nullptr) return accepted;
    if (const auto answer = answer_deflate_offer(request.fields, *deflate)) {
        fields.add("Sec-WebSocket-Extensions", answer->extension);
        accepted.deflate = answer->agreement;
    }
    return accepted;
}

std::string accept_key(std::string_view key) {
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    // EVP_sha1() would be looked up by its name in every call.
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha1(EVP_MD_fetch(nullptr, "SHA1", nullptr),
                                                                      &EVP_MD_free);
    std::array<unsigned char, 20> digest;
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, sha1.get(), nullptr);
    std::array<unsigned char, 29> encoded;  // 28 characters and the NUL that EVP_EncodeBlock writes
    const int size = EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
    return {encoded.begin(), encoded.begin() + size};
}

}  // namespace stentor::websocket
