// Upgrade requests: each line of the input is a field, its first character telling which. Whatever stands in
// them, the answer is a 101 that offers nothing the client did not ask for, or one of three refusals.
#include "websocket/handshake.hpp"

#include "http/grammar.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace stentor;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

constexpr std::array<std::string_view, 3> supported{"v12.stomp", "v11.stomp", "v10.stomp"};

constexpr std::string_view name_of(char kind) {
    switch (kind) {
        case 'e': return "Sec-WebSocket-Extensions";
        case 'p': return "Sec-WebSocket-Protocol";
        case 'k': return "Sec-WebSocket-Key";
        case 'v': return "Sec-WebSocket-Version";
        case 'c': return "Connection";
        case 'u': return "Upgrade";
        default: return "X-Other";
    }
}

/// What the input leaves out is as it should be.
http::Request request_of(std::string_view lines) {
    http::Request request;
    request.method = "GET";
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(lines.size(), line.size() + 1));
        if (!line.empty()) request.fields.add(name_of(line.front()), line.substr(1));
    }
    const auto otherwise = [&](std::string_view name, std::string_view value) {
        if (!request.header(name)) request.fields.add(name, value);
    };
    otherwise("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    otherwise("Sec-WebSocket-Version", "13");
    otherwise("Connection", "Upgrade");
    otherwise("Upgrade", "websocket");
    return request;
}

void check_accepted(const http::Request& request, const websocket::Accepted& accepted,
                    const websocket::DeflateSettings& settings) {
    require(accepted.response.status == 101);
    for (const http::Field& field : accepted.response.fields)
        require(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
    const auto same = [&](std::string_view own) {
        return http::equal_ignoring_case(own, accepted.subprotocol);
    };
    require(accepted.subprotocol.empty() || std::ranges::any_of(supported, same));
    require(accepted.response.fields.count("Sec-WebSocket-Extensions") == (accepted.deflate ? 1U : 0U));
    if (!accepted.deflate) return;
    require(settings.enabled && request.header("Sec-WebSocket-Extensions").has_value());
    const websocket::DeflateAgreement& agreed = *accepted.deflate;
    require(agreed.server_window_bits >= 8 && agreed.server_window_bits <= settings.max_window_bits);
    require(agreed.client_window_bits >= 8 && agreed.client_window_bits <= 15);
    require(agreed.server_no_context_takeover || !settings.server_no_context_takeover);
    require(agreed.client_no_context_takeover || !settings.client_no_context_takeover);
}

}  // namespace

/// The first byte chooses the settings.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const websocket::DeflateSettings settings{.enabled = (data[0] & 1) != 0,
                                              .server_no_context_takeover = (data[0] & 2) != 0,
                                              .client_no_context_takeover = (data[0] & 4) != 0,
                                              .max_window_bits = 9 + (data[0] >> 3) % 7};
    const http::Request request = request_of({reinterpret_cast<const char*>(data) + 1, size - 1});
    const auto answer = websocket::handshake(request, supported, &settings);
    if (const auto* accepted = std::get_if<websocket::Accepted>(&answer)) {
        require(websocket::is_upgrade(request));
        check_accepted(request, *accepted, settings);
    } else {
        const int status = std::get<http::Response>(answer).status;
        require(status == 400 || status == 426);
    }
    return 0;
}
