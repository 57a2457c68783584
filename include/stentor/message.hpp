#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor {

/// Header entries in order. Names are case sensitive; where a name is repeated the first entry is the one
/// that counts (STOMP 1.2, "Repeated Header Entries"). A value: copied and compared.
class Headers {
public:
    using Entry = std::pair<std::string, std::string>;

    Headers() = default;
    Headers(std::initializer_list<Entry> entries) : entries_(entries) {}

    /// The first value of `name`; empty when there is none.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] bool contains(std::string_view name) const { return find(name).has_value(); }
    /// Appends, keeping what is there.
    void add(std::string_view name, std::string_view value);
    /// Replaces every entry of `name` by one.
    void set(std::string_view name, std::string_view value);
    void erase(std::string_view name);

    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] auto begin() const { return entries_.begin(); }
    [[nodiscard]] auto end() const { return entries_.end(); }
    friend bool operator==(const Headers&, const Headers&) = default;

private:
    std::vector<Entry> entries_;
};

/// What is published: a destination, the publisher's headers and a body of any bytes. Once handed to a broker
/// it is shared and const, and crosses shards. `headers` never holds what the server itself owns
/// (`message-id`, `subscription`, `destination`, `content-length`, ...).
struct Message {
    std::string destination;
    Headers headers;
    std::string body;
    std::string id;  ///< the MESSAGE's `message-id`, the same for every subscriber; given by the broker

    [[nodiscard]] std::string_view content_type() const { return headers.find("content-type").value_or(""); }
    friend bool operator==(const Message&, const Message&) = default;
};

using MessagePtr = std::shared_ptr<const Message>;

}  // namespace stentor
