#include "relay/forwarded_headers.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace stentor::relay {
namespace {

constexpr std::size_t max_short_string = 255;  // AMQP 0-9-1, 4.2.5.3: past it RabbitMQ ends the connection

/// Names that STOMP owns, in the frames of either side.
constexpr auto of_stomp = std::to_array<std::string_view>(
    {"accept-version", "ack", "authorization", "content-length", "destination", "heart-beat", "host", "id",
     "login", "message-id", "passcode", "receipt", "receipt-id", "server", "session", "subscription",
     "transaction", "user-name", "version"});

/// Names by which brokers are told what to do: RabbitMQ's and ActiveMQ's, and those that RabbitMQ reads as
/// numbers or checks against the login, ending the whole connection when they are wrong.
constexpr auto of_brokers = std::to_array<std::string_view>({"amqp-message-id",
                                                             "app-id",
                                                             "auto-delete",
                                                             "browser",
                                                             "browser-end",
                                                             "cluster-id",
                                                             "correlation-data",
                                                             "durable",
                                                             "exclusive",
                                                             "expiration",
                                                             "expires",
                                                             "no-local",
                                                             "passive",
                                                             "persistent",
                                                             "prefetch-count",
                                                             "prefetch-size",
                                                             "priority",
                                                             "redelivered",
                                                             "reply-to",
                                                             "requeue",
                                                             "retry",
                                                             "selector",
                                                             "timestamp",
                                                             "transformation",
                                                             "transformation-error",
                                                             "user-id",
                                                             "destination-type",
                                                             "subscription-type",
                                                             "durable-subscription-name",
                                                             "durable-subscriber-name",
                                                             "message-ttl",
                                                             "ttl",
                                                             "delivery-mode",
                                                             "_type"});

/// Families of such names.
constexpr auto prefixes = std::to_array<std::string_view>(
    {"x-", "activemq.", "amq_", "amq-", "jms", "_amq", "_hq", "simp", "nativeheaders", "scheduled_"});

/// Names whose values RabbitMQ stores as short strings.
constexpr auto short_valued =
    std::to_array<std::string_view>({"content-type", "content-encoding", "correlation-id", "type"});

template <std::size_t N>
bool is_in(const std::array<std::string_view, N>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// Brokers differ in whether they look at case: a refused name is refused in any.
std::string lower(std::string_view name) {
    std::string out(name);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

}  // namespace

bool is_forwarded(std::string_view name, std::string_view value) {
    if (name.empty() || name.size() > max_short_string) return false;
    const std::string plain = lower(name);
    if (is_in(of_stomp, plain) || is_in(of_brokers, plain)) return false;
    if (std::ranges::any_of(prefixes, [&](std::string_view p) { return plain.starts_with(p); })) return false;
    return value.size() <= max_short_string || !is_in(short_valued, plain);
}

Headers users_headers(std::span<const stomp::HeaderView> headers) {
    Headers kept;
    for (const auto& [name, value] : headers)
        if (is_forwarded(name, value) && !kept.contains(name)) kept.add(name, value);
    return kept;
}

}  // namespace stentor::relay
