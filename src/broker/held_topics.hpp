#pragma once

#include "base/timer_queue.hpp"
#include "messaging/destination_pattern.hpp"
#include "stentor/message.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace stentor::broker {

/// Messages of busy destinations wait, so that several of them go out to each subscriber in one write.
struct HoldRule {
    messaging::DestinationPattern destinations;
    base::Duration hold = std::chrono::milliseconds(1);  ///< from one delivery to the next
    std::size_t max_messages = 1'000;                    ///< of one destination that wait
    std::size_t max_bytes = 256 * 1024;                  ///< of all that wait by this rule
};

/// Where a topic's messages wait. Adaptive: a message is delivered at once unless the last delivery of its
/// destination is less than the hold ago; then it waits until that is over, with those that come meanwhile.
/// What comes in the very turn of a delivery goes with it: it costs no other write. Of one destination the
/// order stays; between destinations it does not. Shard-local.
class HeldTopics {
public:
    /// To all who subscribed, and says how many these are.
    using Deliver = std::function<std::size_t(std::span<const MessagePtr>)>;

    /// The rules must outlive it. Of several that match, the first one counts.
    HeldTopics(const std::vector<HoldRule>& rules, base::TimerQueue& timers, Deliver deliver);

    /// No rules: everything goes out at once.
    [[nodiscard]] bool off() const { return held_.empty(); }
    /// Now or later.
    void deliver(const MessagePtr& message);
    /// Delivers what waits and that destination, or pattern, stands for. Call before its subscriptions
    /// change.
    void flush(std::string_view destination);
    /// Messages that wait.
    [[nodiscard]] std::size_t waiting() const;
    /// All that is remembered takes.
    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = 0;
        for (const Held& held : held_) sum += held.bytes;
        return sum;
    }
    /// Destinations that are remembered.
    [[nodiscard]] std::size_t size() const { return busy_.size(); }

private:
    /// A destination that was delivered to less than the hold ago.
    struct Busy {
        std::string destination;
        base::TimePoint delivered;
        std::vector<MessagePtr> messages = {};  ///< that wait
        std::size_t bytes = 0;                  ///< of those
    };
    using Place = std::list<Busy>::iterator;
    struct Held {
        const HoldRule* rule;
        std::list<Busy> all = {};  ///< the one that was delivered to longest ago first
        std::size_t bytes = 0;     ///< all they take
    };
    struct Found {
        Held* held;
        Place busy;
    };

    void arrive(const Found& found, const MessagePtr& message);
    void remember(const std::string& destination);
    void flush(Held& held, Place busy);
    void flush_all(Held& held);
    void forget(Held& held, Place busy);
    void on_time(base::TimePoint now);
    void rearm();

    base::TimerQueue& timers_;
    Deliver deliver_;
    std::vector<Held> held_;                            ///< by rule
    std::unordered_map<std::string_view, Found> busy_;  ///< by destination
    std::vector<MessagePtr> run_;                       ///< what is being delivered
    base::Timer timer_;
};

}  // namespace stentor::broker
