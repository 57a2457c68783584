#pragma once

#include "messaging/destination_pattern.hpp"
#include "stentor/message.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::broker {

/// What becomes of a topic's messages while a subscriber does not keep up with them.
enum class SlowPolicy : std::uint8_t {
    close,        ///< all wait, up to a limit, past which the subscriber is closed
    drop_oldest,  ///< the newest wait
    conflate,     ///< of each key the newest waits, in the order in which these came
};

/// By which policy, and how much may wait for one subscription.
struct SlowRule {
    messaging::DestinationPattern destinations;
    SlowPolicy policy = SlowPolicy::close;
    std::string key = {};  ///< `conflate`'s: a header
    std::size_t max_messages = 1'000;
    std::size_t max_bytes = 256 * 1024;  ///< the newest message may be in excess
};

/// The rules of an application. Immutable once it runs.
struct SlowRules {
    /// For what no rule is about.
    SlowRules();

    /// The first whose destinations those are; queues lose nothing, whatever the rules say.
    [[nodiscard]] const SlowRule& find(std::string_view destination) const;
    /// Whether messages may be lost by a subscription to that destination or pattern.
    [[nodiscard]] bool concern(std::string_view subscribed) const;

    std::vector<SlowRule> all;
    std::vector<std::string> queue_prefixes;
    SlowRule rest;
};

/// Messages that were passed over between two that a subscriber gets.
struct Gap {
    std::uint32_t skipped = 0;    ///< lost
    std::uint32_t conflated = 0;  ///< a newer one of the same key comes instead

    [[nodiscard]] bool none() const { return skipped == 0 && conflated == 0; }
};

/// What slow consumers have come to, since the start.
struct SlowConsumers {
    std::uint64_t skipped = 0;    ///< messages
    std::uint64_t conflated = 0;  ///< messages
    std::uint64_t closed = 0;     ///< clients

    void count(const Gap& gap) {
        skipped += gap.skipped;
        conflated += gap.conflated;
    }
    SlowConsumers& operator+=(const SlowConsumers& other) {
        skipped += other.skipped;
        conflated += other.conflated;
        closed += other.closed;
        return *this;
    }
    friend bool operator==(const SlowConsumers&, const SlowConsumers&) = default;
};

}  // namespace stentor::broker
