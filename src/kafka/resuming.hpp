#pragma once

#include "broker/queue.hpp"
#include "broker/subscription.hpp"
#include "kafka/engine.hpp"
#include "messaging/destination_pattern.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>

namespace stentor::kafka {

/// A subscription that begins somewhere else than now: a reader of its own reads from there until it is where
/// the shard's live stream of the topic is, partition by partition; from then on the live stream counts. So
/// every record comes once, in its partition's order. The subscriber is given no more than it has room for
/// (Subscription::window), and the reader reads no more than that needs. Shard-local.
class Resuming {
public:
    /// Both must outlive it.
    Resuming(broker::Subscription& wanted, const broker::QueueLimits& limits);

    [[nodiscard]] broker::Subscription& wanted() { return wanted_; }

    /// The reader begins there; the live stream goes on at `live`. What is live counts for it from now on.
    void begin(const std::map<std::int32_t, std::int64_t>& first, const Positions& live);
    void on_live(std::span<const Arrival> records);
    /// By which the reader used up so many bytes of what it was allowed.
    void on_read(std::span<const Arrival> records, std::size_t bytes);
    void settle(std::uint64_t number, broker::Settlement settlement);

    /// What the reader may be allowed now.
    [[nodiscard]] std::size_t allowance();
    [[nodiscard]] bool needs_reader() const { return behind_ > 0; }
    /// From now on it may stand among the others.
    [[nodiscard]] bool is_live() const;

private:
    struct Place {
        std::int64_t next = 0;  ///< the offset that it needs next
        std::int64_t live = 0;  ///< the offset that the live stream brings next
        bool joined = true;     ///< it has all that the live stream brought
    };
    void take(const MessagePtr& message);
    void join_if_there(Place& place);
    void drain();

    broker::Subscription& wanted_;
    std::optional<messaging::DestinationPattern> pattern_;
    broker::Queue queue_;
    std::map<std::int32_t, Place> places_;
    std::size_t behind_ = 0;   ///< partitions in which it has not joined
    std::size_t allowed_ = 0;  ///< bytes that the reader may still bring
    bool begun_ = false;
    bool overflowed_ = false;
};

}  // namespace stentor::kafka
