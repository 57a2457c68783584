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

std::string encoded(Command command, std::span<const stomp::HeaderView> headers) {
    std::string frame;
    stomp::encode(frame, Version::v1_2, command, headers);
    return frame;
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

std::string send_frame(std::uint64_t number, std::string_view name, const Message& message,
                       const Sending& how) {
    const std::string receipt = receipt_id(Asked::publish, number);
    std::vector<stomp::HeaderView> headers{{"destination", name}, {"receipt", receipt}};
    if (how.is_persistent) headers.push_back({"persistent", "true"});
    if (!how.transaction.empty()) headers.push_back({"transaction", how.transaction});
    for (const auto& [header, value] : message.headers)
        if (is_forwarded(header, value)) headers.push_back({header, value});
    std::string frame;
    frame.reserve(message.body.size() + 256);
    stomp::encode(frame, Version::v1_2, Command::send, headers, message.body);
    return frame;
}

std::string begin_frame(std::string_view transaction) {
    return encoded(Command::begin, std::array{stomp::HeaderView{"transaction", transaction}});
}

std::string commit_frame(std::string_view transaction, std::uint64_t number) {
    const std::string receipt = receipt_id(Asked::publish, number);
    return encoded(Command::commit,
                   std::to_array<stomp::HeaderView>({{"transaction", transaction}, {"receipt", receipt}}));
}

std::string subscribe_frame(std::uint64_t number, std::string_view name) {
    const std::string id = std::to_string(number);
    const std::string receipt = receipt_id(Asked::subscribe, number);
    return encoded(Command::subscribe,
                   std::to_array<stomp::HeaderView>(
                       {{"destination", name}, {"id", id}, {"ack", "auto"}, {"receipt", receipt}}));
}

std::string subscribe_to_queue_frame(std::uint64_t number, std::string_view name, Dialect dialect,
                                     std::uint32_t prefetch) {
    const std::string id = std::to_string(number);
    const std::string receipt = receipt_id(Asked::subscribe, number);
    const std::string count = std::to_string(prefetch);
    std::vector<stomp::HeaderView> headers{
        {"destination", name}, {"id", id}, {"ack", "client-individual"}, {"receipt", receipt}};
    switch (dialect) {
        case Dialect::rabbitmq: headers.push_back({"prefetch-count", count}); break;
        case Dialect::activemq: headers.push_back({"activemq.prefetchSize", count}); break;
        case Dialect::artemis:  // by bytes, 10 KiB of them unless its operator says otherwise
        case Dialect::specification: break;
    }
    return encoded(Command::subscribe, headers);
}

std::string unsubscribe_frame(std::uint64_t number) {
    const std::string id = std::to_string(number);
    const std::string receipt = receipt_id(Asked::unsubscribe, number);
    return encoded(Command::unsubscribe,
                   std::to_array<stomp::HeaderView>({{"id", id}, {"receipt", receipt}}));
}

std::string settle_frame(std::string_view ack, broker::Settlement how) {
    const Command command = how == broker::Settlement::accepted ? Command::ack : Command::nack;
    return encoded(command, std::array{stomp::HeaderView{"id", ack}});
}

std::string silence_frames(std::uint64_t number, std::string_view silent_topic) {
    const std::string id = std::to_string(number);
    return unsubscribe_frame(number) +
           encoded(Command::subscribe,
                   std::to_array<stomp::HeaderView>(
                       {{"destination", silent_topic}, {"id", id}, {"ack", "client-individual"}}));
}

std::string empty_transaction_frames(std::uint64_t number) {
    const std::string transaction = "u" + std::to_string(number);
    const std::string receipt = receipt_id(Asked::unsubscribe, number);
    return encoded(Command::begin,
                   std::to_array<stomp::HeaderView>({{"transaction", transaction}, {"receipt", receipt}})) +
           encoded(Command::abort, std::array{stomp::HeaderView{"transaction", transaction}});
}

std::string give_back_frames(std::uint64_t number, std::span<const std::string> acks) {
    std::string frames;
    for (const std::string& ack : acks) frames += settle_frame(ack, broker::Settlement::rejected);
    const std::string id = std::to_string(number);
    return frames + encoded(Command::unsubscribe, std::array{stomp::HeaderView{"id", id}});
}

}  // namespace stentor::relay
