#pragma once

#include "base/timer_queue.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>

namespace stentor::broker {

/// When which queues have to be looked at again, because something has rested in them. Shard-local.
class Rests {
public:
    struct Where {
        std::string queue;           ///< empty: of a subscription to a topic
        std::uint64_t consumer = 0;  ///< that one's number
        friend auto operator<=>(const Where&, const Where&) = default;
    };
    using Wake = std::function<void(const Where&, base::TimePoint now)>;

    Rests(base::TimerQueue& timers, Wake wake)
        : wake_(std::move(wake)), timer_(timers, [this](base::TimePoint now) { on_time(now); }) {}

    /// The place may be gone when its time comes. The same twice counts once.
    void add(base::TimePoint until, Where where);
    [[nodiscard]] std::size_t size() const { return all_.size(); }

private:
    void on_time(base::TimePoint now);

    Wake wake_;
    std::set<std::pair<base::TimePoint, Where>> all_;
    base::Timer timer_;
};

}  // namespace stentor::broker
