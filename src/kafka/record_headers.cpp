#include "kafka/record_headers.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <array>

namespace stentor::kafka {
namespace {

constexpr auto of_stomp =
    std::to_array<std::string_view>({"accept-version", "ack",         "activemq.prefetchSize",
                                     "content-length", "destination", "heart-beat",
                                     "host",           "id",          "login",
                                     "message-id",     "passcode",    "prefetch-count",
                                     "receipt",        "receipt-id",  "redelivered",
                                     "selector",       "server",      "session",
                                     "subscription",   "transaction", "user-name",
                                     "version",        "x-conflated", "x-history",
                                     "x-skipped"});
constexpr std::string_view own = "kafka-";

/// Control characters would need escapes, which STOMP 1.0 does not have.
bool is_text(std::string_view text) {
    const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    return std::ranges::none_of(text, is_control) && base::is_utf8(text);
}

}  // namespace

bool HeaderList::passes(std::string_view name) const {
    const auto is_meant = [&](std::string_view listed) {
        if (!listed.ends_with('*')) return name == listed;
        return name.starts_with(listed.substr(0, listed.size() - 1)) && may_be_listed(name);
    };
    return std::ranges::any_of(names_, is_meant);
}

bool may_be_listed(std::string_view name) {
    const bool is_own = name.starts_with(own);
    return !name.empty() && !is_own && is_text(name) && std::ranges::find(of_stomp, name) == of_stomp.end();
}

Headers headers_of(const Record& record, const HeaderList& list, const RecordLimits& limits) {
    Headers headers;
    std::size_t count = 0;
    for (const auto& [name, value] : record.headers) {
        if (!list.passes(name) || headers.contains(name)) continue;
        if (name.size() + value.size() > limits.max_header_bytes || !is_text(value)) continue;
        if (++count > limits.max_headers) break;
        headers.add(name, value);
    }
    headers.add("kafka-topic", record.topic);
    headers.add("kafka-partition", std::to_string(record.partition));
    headers.add("kafka-offset", std::to_string(record.offset));
    if (record.timestamp >= 0) headers.add("kafka-timestamp", std::to_string(record.timestamp));
    if (record.key && record.key->size() <= limits.max_header_bytes && is_text(*record.key))
        headers.add("kafka-key", *record.key);
    if (!record.value) headers.add("kafka-tombstone", "true");
    return headers;
}

std::string id_of(const Record& record) {
    return std::string(record.topic) + "-" + std::to_string(record.partition) + "-" +
           std::to_string(record.offset);
}

}  // namespace stentor::kafka
