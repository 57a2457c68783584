#pragma once

#include "broker/queue.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace stentor::relay {

/// How a message ended that the broker gave by that `ack`.
struct Answer {
    std::string ack;
    broker::Settlement how;
    /// The message of one that was rejected too often; else null.
    MessagePtr dead = nullptr;
};

/// What a rejected message becomes.
enum class Rejected : std::uint8_t {
    redelivered,  ///< to consumers here, until it has come back too often
    given_back,   ///< to the broker, which gives it to any server; after a rest when that did not help before
};

/// What the broker sent of one queue and was not told how it ended, divided among this shard's consumers.
/// What there is to tell it comes back as answers. Shard-local.
class UpstreamQueue {
public:
    /// The limits must outlive it.
    explicit UpstreamQueue(const broker::QueueLimits& limits) : limits_(limits), queue_(limits) {}

    /// By its `key`.
    void join(broker::Subscription& consumer);
    /// What it had is for the others.
    [[nodiscard]] std::vector<Answer> leave(const broker::Subscription& consumer);
    /// False when there are too many.
    [[nodiscard]] bool push(MessagePtr message, std::string ack, bool redelivered);
    /// To the consumers whose turn it is, as far as their windows have room.
    void deliver();
    /// Nothing to tell when that is not under way, or no more: it was the previous connection's.
    [[nodiscard]] std::optional<Answer> settle(const broker::Subscription& consumer, std::uint64_t number,
                                               broker::Settlement how, Rejected rejected,
                                               base::TimePoint now);
    /// What has rested until now can be given again.
    [[nodiscard]] std::vector<Answer> wake(base::TimePoint now);
    [[nodiscard]] base::TimePoint next_wake() const;

    /// By which the broker gave what has not ended, oldest first; forgets all of it.
    [[nodiscard]] std::vector<std::string> take_all();

    [[nodiscard]] const std::map<std::uint64_t, broker::Subscription*>& consumers() const {
        return consumers_;
    }
    /// Of the messages here.
    [[nodiscard]] std::size_t bytes() const { return queue_.bytes(); }
    /// What the broker waits to be told of.
    [[nodiscard]] std::size_t unsettled() const { return unsettled_.size() + resting_.size(); }

private:
    struct Unsettled {
        std::uint64_t place;  ///< in the order of arrival
        std::string ack;
        bool redelivered;
    };
    [[nodiscard]] Unsettled take(const Message& message);

    const broker::QueueLimits& limits_;
    broker::Queue queue_;
    std::map<std::uint64_t, broker::Subscription*> consumers_;  ///< by their keys
    std::unordered_map<const Message*, Unsettled> unsettled_;   ///< what queue_ has
    std::multimap<base::TimePoint, Unsettled> resting_;         ///< before it is given back
    std::uint64_t last_place_ = 0;
};

}  // namespace stentor::relay
