#pragma once

#include "base/timer_queue.hpp"
#include "messaging/destination_pattern.hpp"
#include "messaging/selector.hpp"
#include "stentor/message.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace stentor::broker {

/// Which topics' messages are kept for those who subscribe later: with one message, the last value.
struct HistoryRule {
    messaging::DestinationPattern destinations;
    std::size_t messages = 1;                         ///< the newest of each destination
    std::size_t bytes = 256 * 1024;                   ///< of those
    base::Duration max_age = base::Duration::zero();  ///< zero: for ever
    std::size_t max_destinations = 10'000;            ///< on a shard, by this rule
    std::size_t max_total_bytes = 64 * 1024 * 1024;   ///< on a shard, by this rule
};

/// What a subscription asks for.
struct HistoryQuery {
    std::string topic;   ///< a destination or a pattern
    std::uint32_t most;  ///< of each destination
    std::shared_ptr<const messaging::Selector> selector = {};
};

/// How much one subscription gets of what is kept.
struct ReplayLimits {
    std::size_t messages = 5'000;  ///< that are looked at, whether a selector takes them or not
    std::size_t bytes = 4 * 1024 * 1024;
};

/// A shard's kept messages: those of the destinations that are at home there. Each destination's are the last
/// ones that were published, without a gap. Where a rule keeps too much, the destination that was published
/// to longest ago loses all it has. Shard-local.
class History {
public:
    /// The rules must outlive it. Of several that match, the first one counts.
    History(const std::vector<HistoryRule>& rules, base::TimerQueue& timers);

    [[nodiscard]] bool off() const { return kept_.empty(); }
    /// Whether that destination's messages are kept, at its home.
    [[nodiscard]] bool keeps(std::string_view destination) const;
    /// Whether messages are kept of anything that the topic, a destination or a pattern, stands for.
    [[nodiscard]] bool concerns(std::string_view topic) const;

    /// One that was published to a destination whose home is here. With the header `x-history-clear:true` it
    /// takes the place of all that is kept; an empty body then leaves nothing.
    void add(const MessagePtr& message);
    /// What is kept, marked by the header `x-history:true`: each destination's in order, and of a pattern's
    /// the destination that was published to last at the end. Past the limits the newest count.
    [[nodiscard]] std::vector<MessagePtr> find(const HistoryQuery& query, const ReplayLimits& limits);

    [[nodiscard]] std::size_t destinations() const { return by_name_.size(); }
    [[nodiscard]] std::size_t bytes() const;

private:
    struct Kept {
        MessagePtr message;
        base::TimePoint at;
        std::size_t bytes;
        bool marked = false;  ///< the message says that it is kept
    };
    /// With at least one message.
    struct Destination {
        std::string name;
        std::list<Kept> messages = {};  ///< the oldest first
        std::size_t bytes = 0;          ///< of those
    };
    using Place = std::list<Destination>::iterator;
    struct ByRule {
        const HistoryRule* rule;
        std::list<Destination> all = {};  ///< the one that was published to longest ago first
        std::size_t bytes = 0;            ///< all they take
    };
    struct Found {
        ByRule* by;
        Place place;
    };
    class Replay;

    static std::size_t overhead(const Destination& own) { return sizeof own + 2 * own.name.size(); }
    [[nodiscard]] ByRule* rule_of(std::string_view destination);
    Destination& find_or_make(ByRule& by, const std::string& name);
    static void drop_oldest(ByRule& by, Destination& from);
    void forget(const std::string& name);
    void forget(ByRule& by, Place place);
    [[nodiscard]] base::TimePoint oldest(const HistoryRule& rule) const;
    void on_time(base::TimePoint now);
    void rearm();

    base::TimerQueue& timers_;
    std::vector<ByRule> kept_;
    std::unordered_map<std::string_view, Found> by_name_;
    base::Timer timer_;
};

}  // namespace stentor::broker
