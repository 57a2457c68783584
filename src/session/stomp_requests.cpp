#include "session/stomp_requests.hpp"

#include "hub/reply_queues.hpp"
#include "messaging/destination_pattern.hpp"
#include "session/stomp_frames.hpp"
#include "stomp/lexical.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <limits>

namespace stentor::session {
namespace {

using stomp::Command;
using stomp::Version;

Error too_long(const char* what, std::size_t limit) {
    return {Errc::too_large, std::string(what) + " id may have " + std::to_string(limit) + " bytes"};
}

Result<std::string_view> read_destination(const stomp::Frame& frame, const StompSettings& settings) {
    const auto destination = required(frame, "destination");
    if (destination.has_error()) return destination;
    if (const auto ok = messaging::check_destination(*destination, settings.destinations); ok.has_error())
        return ok.error();
    return destination;
}

Result<AckMode> read_ack_mode(const stomp::Frame& frame) {
    const std::string_view mode = frame.header("ack").value_or("auto");
    if (mode == "auto") return AckMode::automatic;
    if (mode == "client") return AckMode::client;
    if (mode == "client-individual") return AckMode::client_individual;
    return Error{Errc::unsupported, "The ack modes are auto, client and client-individual"};
}

/// Some destinations a session may have only so many of.
Result<void> check_kind(const Subscriptions& subscriptions, bool (*is_one)(std::string_view),
                        std::size_t most, const char* what) {
    const auto have = std::ranges::count_if(
        subscriptions, [&](const auto& own) { return is_one(own.subscription.destination); });
    if (static_cast<std::size_t>(have) < most) return {};
    return Error{Errc::too_large, "A session may have " + std::to_string(most) + what};
}

/// RabbitMQ's header, or ActiveMQ's.
Result<broker::Window> read_window(const stomp::Frame& frame, const AckSettings& settings) {
    broker::Window window;
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    window.bytes = static_cast<std::uint32_t>(std::min(settings.max_bytes, most));
    std::size_t messages = settings.prefetch;
    for (const char* const name : {"activemq.prefetchSize", "prefetch-count"}) {
        const auto text = frame.header(name);
        if (!text) continue;
        const auto wanted = stomp::parse_decimal(*text, settings.max_prefetch);
        if (!wanted || *wanted == 0)
            return Error{Errc::malformed, std::string(name) + " is not a positive number"};
        messages = *wanted;
    }
    messages = std::min(messages, settings.max_prefetch);
    window.messages = static_cast<std::uint32_t>(std::min(messages, most));
    return window;
}

/// How many messages it wants of what the broker keeps: all unless it says so.
Result<std::uint32_t> read_history(const stomp::Frame& frame) {
    const auto text = frame.header("x-history");
    if (!text) return broker::Subscription::all_history;
    const auto wanted = stomp::parse_decimal(*text, broker::Subscription::all_history);
    if (!wanted) return Error{Errc::malformed, "x-history is not a number"};
    return static_cast<std::uint32_t>(*wanted);
}

/// One that is not understood is refused: without it the subscriber would get what it did not ask for.
Result<std::shared_ptr<const messaging::Selector>> read_selector(const stomp::Frame& frame,
                                                                 const StompSettings& settings) {
    using Shared = std::shared_ptr<const messaging::Selector>;
    const auto text = frame.header("selector");
    if (!text) return Shared();
    if (!settings.selectors) return Error{Errc::unsupported, "Selectors are switched off"};
    auto selector = messaging::Selector::parse(*text);
    if (selector.has_error()) return selector.error();
    return Shared(std::make_shared<const messaging::Selector>(std::move(*selector)));
}

/// As the server writes it: one text for each number.
std::optional<Acks::Id> read_ack_id(std::string_view text) {
    constexpr std::size_t beyond = std::numeric_limits<std::size_t>::max();
    const auto number = stomp::parse_decimal(text, beyond);
    if (!number || *number == beyond || text.starts_with('0')) return std::nullopt;
    return *number;
}

}  // namespace

Result<std::string_view> required(const stomp::Frame& frame, std::string_view name) {
    const auto value = frame.header(name);
    if (value && !value->empty()) return *value;
    return Error{Errc::malformed,
                 std::string(to_string(frame.command)) + " needs a header '" + std::string(name) + "'"};
}

Headers client_headers(const stomp::Frame& frame, Repeated repeated) {
    boost::container::small_vector<const stomp::HeaderView*, 16> kept;
    std::size_t bytes = 0;
    for (const stomp::HeaderView& header : frame.headers) {
        const auto same = [&](const stomp::HeaderView* other) { return other->name == header.name; };
        if (is_server_header(header.name)) continue;
        if (repeated == Repeated::first && std::ranges::any_of(kept, same)) continue;
        kept.push_back(&header);
        bytes += header.name.size() + header.value.size();
    }
    Headers headers;
    if (!kept.empty()) headers.reserve(kept.size(), bytes);
    for (const stomp::HeaderView* const header : kept) headers.add(header->name, header->value);
    return headers;
}

Result<std::shared_ptr<Message>> read_send(const stomp::Frame& frame, const StompSettings& settings,
                                           Repeated repeated) {
    const auto destination = read_destination(frame, settings);
    if (destination.has_error()) return destination.error();
    auto message = std::make_shared<Message>();
    message->destination = *destination;
    message->headers = client_headers(frame, repeated);
    message->body = frame.body;
    return message;
}

Result<std::string_view> read_reply_to(const stomp::Frame& frame, const StompSettings& settings) {
    const std::string_view to = frame.header("reply-to").value_or("");
    if (!to.starts_with('/')) return std::string_view();
    if (const auto ok = messaging::check_destination(to, settings.destinations); ok.has_error())
        return Error{ok.error().code, "In reply-to " + ok.error().message};
    if (hub::is_temp_queue(to) && to.size() > settings.max_id)
        return too_long("A temporary queue's", settings.max_id);
    return to;
}

Result<std::string_view> read_transaction(const stomp::Frame& frame, const StompSettings& settings) {
    const auto id = required(frame, "transaction");
    if (id.has_value() && id->size() > settings.max_id) return too_long("A transaction", settings.max_id);
    return id;
}

Result<SubscribeRequest> read_subscribe(const stomp::Frame& frame, Version version,
                                        const StompSettings& settings) {
    const auto destination = read_destination(frame, settings);
    if (destination.has_error()) return destination.error();
    const std::string_view id = frame.header("id").value_or("");
    if (id.empty() && version != Version::v1_0) return required(frame, "id").error();
    if (id.size() > settings.max_id) return too_long("A subscription", settings.max_id);
    if (messaging::DestinationPattern::has_wildcard(*destination))
        if (const auto pattern = messaging::DestinationPattern::parse(*destination); pattern.has_error())
            return pattern.error();
    const auto ack_mode = read_ack_mode(frame);
    if (ack_mode.has_error()) return ack_mode.error();
    const auto window = read_window(frame, settings.acks);
    if (window.has_error()) return window.error();
    const auto history = read_history(frame);
    if (history.has_error()) return history.error();
    auto selector = read_selector(frame, settings);
    if (selector.has_error()) return selector.error();
    return SubscribeRequest{id, *destination, *ack_mode, *window, *history, std::move(*selector)};
}

Result<void> check_room(const SubscribeRequest& request, const Subscriptions& subscriptions,
                        const StompSettings& settings) {
    if (subscriptions.contains(request.id, request.destination))
        return Error{Errc::conflict, "There is a subscription of that id already"};
    if (subscriptions.size() >= settings.max_subscriptions)
        return Error{Errc::too_large,
                     "A session may have " + std::to_string(settings.max_subscriptions) + " subscriptions"};
    if (messaging::DestinationPattern::has_wildcard(request.destination))
        return check_kind(subscriptions, messaging::DestinationPattern::has_wildcard,
                          settings.max_wildcard_subscriptions, " subscriptions with wildcards");
    if (!hub::is_temp_queue(request.destination)) return {};
    if (subscriptions.find_by_destination(request.destination) != nullptr)
        return Error{Errc::conflict, "There is a subscription to that temporary queue already"};
    return check_kind(subscriptions, hub::is_temp_queue, settings.max_temp_queues, " temporary queues");
}

Result<AckRequest> read_ack(const stomp::Frame& frame, Version version) {
    AckRequest request{
        frame.command == Command::ack ? broker::Settlement::accepted : broker::Settlement::rejected,
        std::nullopt,
        {},
        frame.header("subscription")};
    if (version == Version::v1_2) {
        const auto id = required(frame, "id");
        if (id.has_error()) return id.error();
        request.id = read_ack_id(*id);
        return request;
    }
    if (version == Version::v1_0 && frame.command == Command::nack)
        return Error{Errc::unsupported, "STOMP 1.0 has no NACK"};
    const auto message_id = required(frame, "message-id");
    if (message_id.has_error()) return message_id.error();
    request.message_id = *message_id;
    if (version == Version::v1_1)
        if (const auto subscription = required(frame, "subscription"); subscription.has_error())
            return subscription.error();
    return request;
}

}  // namespace stentor::session
