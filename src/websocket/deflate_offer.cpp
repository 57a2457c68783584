#include "websocket/deflate_offer.hpp"

#include "http/grammar.hpp"
#include "websocket/extension_list.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::websocket {
namespace {

constexpr std::string_view extension_name = "permessage-deflate";
constexpr std::size_t max_offers = 16;
constexpr int widest = 15;
constexpr int narrowest = 9;  // zlib cannot compress with a window of 8 bits

/// What a client offers; bits are 0 when it says nothing of them.
struct Offer {
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    int server_max_window_bits = 0;
    int client_max_window_bits = 0;
};

/// 8 to 15 without leading zeroes (RFC 7692 7.1.2), else 0.
int read_window_bits(std::string_view text) {
    static constexpr std::array<std::string_view, 8> numbers = {"8", "9", "10", "11", "12", "13", "14", "15"};
    const auto* const found = std::find(numbers.begin(), numbers.end(), text);
    return found == numbers.end() ? 0 : 8 + static_cast<int>(found - numbers.begin());
}

/// False when the parameter is unknown, a second one of its name or of a wrong value: RFC 7692 7.1 declines.
bool take(Offer& offer, const ExtensionParameter& parameter) {
    const auto is = [&](std::string_view name) { return http::equal_ignoring_case(parameter.name, name); };
    if (is("server_no_context_takeover"))
        return !parameter.value && !std::exchange(offer.server_no_context_takeover, true);
    if (is("client_no_context_takeover"))
        return !parameter.value && !std::exchange(offer.client_no_context_takeover, true);
    const int bits = parameter.value ? read_window_bits(*parameter.value) : 0;
    if (is("server_max_window_bits")) return bits && !std::exchange(offer.server_max_window_bits, bits);
    if (is("client_max_window_bits")) {
        const int hint = parameter.value ? bits : widest;
        return hint && !std::exchange(offer.client_max_window_bits, hint);
    }
    return false;
}

std::optional<Offer> read_offer(std::string_view text) {
    const std::optional<Extension> extension = parse_extension(text);
    if (!extension || !http::equal_ignoring_case(extension->name, extension_name)) return std::nullopt;
    Offer offer;
    for (const ExtensionParameter& parameter : extension->parameters)
        if (!take(offer, parameter)) return std::nullopt;
    return offer;
}

/// The client's window can be made smaller only when the offer names it (RFC 7692 7.1.2.2): a client that
/// does not is taken with the widest. Ours may be smaller than it was told.
std::optional<DeflateAgreement> agree(const Offer& offer, const DeflateSettings& settings) {
    if (offer.server_max_window_bits != 0 && offer.server_max_window_bits < narrowest) return std::nullopt;
    const int ours = std::clamp(settings.max_window_bits, narrowest, widest);
    DeflateAgreement agreement{
        .server_no_context_takeover = settings.server_no_context_takeover || offer.server_no_context_takeover,
        .client_no_context_takeover = settings.client_no_context_takeover || offer.client_no_context_takeover,
        .server_window_bits =
            offer.server_max_window_bits ? std::min(offer.server_max_window_bits, ours) : ours,
        .client_window_bits =
            offer.client_max_window_bits ? std::min(offer.client_max_window_bits, ours) : widest,
    };
    return agreement;
}

/// Our own window is named only to a client that asked: older ones take it for an error otherwise.
std::string write(const DeflateAgreement& agreement, const Offer& offer) {
    std::string text(extension_name);
    if (agreement.server_no_context_takeover) text += "; server_no_context_takeover";
    if (agreement.client_no_context_takeover) text += "; client_no_context_takeover";
    if (offer.server_max_window_bits)
        text += "; server_max_window_bits=" + std::to_string(agreement.server_window_bits);
    if (offer.client_max_window_bits && agreement.client_window_bits < widest)
        text += "; client_max_window_bits=" + std::to_string(agreement.client_window_bits);
    return text;
}

std::optional<DeflateAnswer> answer(std::string_view text, const DeflateSettings& settings) {
    const std::optional<Offer> offer = read_offer(text);
    if (!offer) return std::nullopt;
    const std::optional<DeflateAgreement> agreement = agree(*offer, settings);
    if (!agreement) return std::nullopt;
    return DeflateAnswer{*agreement, write(*agreement, *offer)};
}

}  // namespace

std::optional<DeflateAnswer> answer_deflate_offer(const http::Fields& request,
                                                  const DeflateSettings& settings) {
    if (!settings.enabled) return std::nullopt;
    std::size_t offers = 0;
    for (const http::Field& field : request) {
        if (!http::equal_ignoring_case(field.name, "Sec-WebSocket-Extensions")) continue;
        for (std::string_view list = field.value; !list.empty();) {
            const std::string_view offer = next_extension(list);
            if (offer.empty()) continue;
            if (++offers > max_offers) return std::nullopt;
            if (auto answered = answer(offer, settings)) return answered;
        }
    }
    return std::nullopt;
}

}  // namespace stentor::websocket
