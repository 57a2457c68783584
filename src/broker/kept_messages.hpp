#pragma once

#include "broker/slow_consumer.hpp"

#include <list>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace stentor::broker {

/// What waits for one subscription while its subscriber is slow: no more than its rules allow. What was
/// passed over is told with the next message of the same rule. Shard-local.
class KeptMessages {
public:
    struct Taken {
        MessagePtr message;
        Gap before;  ///< what was passed over since the one before
    };

    /// The bytes that wait are counted in `total` too, as all of a shard's.
    explicit KeptMessages(std::size_t& total) : total_(total) {}
    KeptMessages(const KeptMessages&) = delete;
    KeptMessages& operator=(const KeptMessages&) = delete;
    ~KeptMessages() { total_ -= bytes_; }

    /// What is passed over for it. Nothing when there is no room and the rule passes nothing over: then it
    /// was not taken. The rule must outlive this.
    std::optional<Gap> add(const SlowRule& rule, MessagePtr message);
    /// The oldest, or of a key the one that was updated longest ago. There must be one.
    Taken take();

    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    /// By which a message takes another's place: destinations have keys of their own. Views of the message.
    struct Key {
        std::string_view destination;
        std::string_view value;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };
    struct Entry {
        MessagePtr message;
        std::uint64_t place;  ///< in the order of arrival
        std::size_t bytes;
        std::optional<Key> key;
    };
    struct ByRule {
        explicit ByRule(const SlowRule& r) : rule(r) {}
        [[nodiscard]] bool is_over() const {
            return entries.size() > rule.max_messages || bytes > rule.max_bytes;
        }

        const SlowRule& rule;
        std::list<Entry> entries;
        std::unordered_map<Key, std::list<Entry>::iterator, Hash> by_key;
        std::size_t bytes = 0;
        Gap gap;
    };

    ByRule& of(const SlowRule& rule);
    Entry take_out(ByRule& from, std::list<Entry>::iterator entry);

    std::size_t& total_;
    std::list<ByRule> rules_;  ///< one, but of a subscription with wildcards
    std::size_t size_ = 0;
    std::size_t bytes_ = 0;
    std::uint64_t last_place_ = 0;
};

}  // namespace stentor::broker
