#include "relay/relay_frames.hpp"

#include "relay/forwarded_headers.hpp"
#include "stomp/encoder.hpp"

#include <array>
#include <charconv>
#include <vector>

namespace stentor::relay {
namespace {

using stomp::Command;
using stomp::Version;

std::string receipt_id(Asked what, std::uint64_t number) {
    return static_cast<char>(what) + std::to_string(number);
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<ReceiptId> parse_receipt_id(std::string_view text) {
    if (text.empty()) return std::nullopt;
    const auto number = parse_number(text.substr(1));
    if (!number) return std::nullopt;
    for (const Asked what : {Asked::publish, Asked::subscribe, Asked::unsubscribe})
        if (text.front() == static_cast<char>(what)) return ReceiptId{what, *number};
    return std::nullopt;
}

std::string send_frame(std::uint64_t number, std::string_view name, const Message& message) {
    const std::string receipt = receipt_id(Asked::publish, number);
    std::vector<stomp::HeaderView> headers{{"destination", name}, {"receipt", receipt}};
    for (const auto& [header, value] : message.headers)
        if (is_forwarded(header, value)) headers.push_back({header, value});
    std::string frame;
    frame.reserve(message.body.size() + 256);
    stomp::encode(frame, Version::v1_2, Command::send, headers, message.body);
    return frame;
}

std::string subscribe_frame(std::uint64_t number, std::string_view name) {
    const std::string id = std::to_string(number);
    const std::string receipt = receipt_id(Asked::subscribe, number);
    const auto headers = std::to_array<stomp::HeaderView>(
        {{"destination", name}, {"id", id}, {"ack", "auto"}, {"receipt", receipt}});
    std::string frame;
    stomp::encode(frame, Version::v1_2, Command::subscribe, headers);
    return frame;
}

std::string unsubscribe_frame(std::uint64_t number) {
    const std::string id = std::to_string(number);
    const std::string receipt = receipt_id(Asked::unsubscribe, number);
    const auto headers = std::to_array<stomp::HeaderView>({{"id", id}, {"receipt", receipt}});
    std::string frame;
    stomp::encode(frame, Version::v1_2, Command::unsubscribe, headers);
    return frame;
}

}  // namespace stentor::relay
