#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stentor {

/// Header entries in order. Names are case sensitive; where a name is repeated the first entry is the one
/// that counts (STOMP 1.2, "Repeated Header Entries"). All of them are in one piece of memory, so a copy
/// costs no more than a string's. A value: copied and compared.
class Headers {
public:
    /// Name and value: views, which die when the headers change.
    using Entry = std::pair<std::string_view, std::string_view>;
    class Iterator;

    Headers() = default;
    Headers(std::initializer_list<Entry> entries) {
        for (const auto& [name, value] : entries) add(name, value);
    }

    /// The first value of `name`; empty when there is none.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] bool contains(std::string_view name) const { return find(name).has_value(); }
    /// Appends, keeping what is there.
    void add(std::string_view name, std::string_view value);
    /// Replaces every entry of `name` by one.
    void set(std::string_view name, std::string_view value);
    void erase(std::string_view name);
    /// Makes room for that many entries more, whose names and values have so many bytes together.
    void reserve(std::size_t entries, std::size_t bytes) {
        text_.reserve(text_.size() + entries * sizeof(Sizes) + bytes);
    }

    [[nodiscard]] bool empty() const { return text_.empty(); }
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] Iterator begin() const;
    [[nodiscard]] Iterator end() const;
    friend bool operator==(const Headers&, const Headers&) = default;

private:
    struct Sizes {
        std::uint32_t name;
        std::uint32_t value;
    };
    std::string text_;  ///< for each entry its sizes, its name and its value
};

/// Goes from entry to entry.
class Headers::Iterator {
public:
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    using reference = Entry;
    using pointer = void;
    using iterator_category = std::input_iterator_tag;  // its entries are made as they are asked for
    using iterator_concept = std::forward_iterator_tag;

    Iterator() = default;

    Entry operator*() const {
        const Sizes own = sizes();
        const char* const name = at_ + sizeof own;
        return {{name, own.name}, {name + own.name, own.value}};
    }
    Iterator& operator++() {
        const Sizes own = sizes();
        at_ += sizeof own + own.name + own.value;
        return *this;
    }
    Iterator operator++(int) {
        const Iterator before = *this;
        ++*this;
        return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

private:
    friend class Headers;
    explicit Iterator(const char* at) : at_(at) {}
    [[nodiscard]] Sizes sizes() const {
        Sizes own;
        std::memcpy(&own, at_, sizeof own);
        return own;
    }

    const char* at_ = nullptr;
};

inline Headers::Iterator Headers::begin() const { return Iterator(text_.data()); }
inline Headers::Iterator Headers::end() const { return Iterator(text_.data() + text_.size()); }

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
