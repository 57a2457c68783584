#pragma once

#include "base/clock.hpp"
#include "broker/subscription.hpp"
#include "stentor/message.hpp"

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace stentor::broker {

struct QueueLimits {
    std::size_t max_messages = 100'000;         ///< waiting for a consumer
    std::size_t max_bytes = 256 * 1024 * 1024;  ///< of those and of what is under way
    std::size_t delivery_limit = 20;            ///< deliveries of one message that come back
    /// How long a message rests that was rejected a second time, twice that after the third, and so on.
    base::Duration redelivery_delay = base::Duration::zero();
    base::Duration max_redelivery_delay = std::chrono::seconds(1);
};

/// A consumer of a queue, seen from the queue's home shard.
struct Consumer {
    std::uint64_t number;
    unsigned shard;
    friend auto operator<=>(const Consumer&, const Consumer&) = default;
};

/// Of one queue, since it is there.
struct QueueCounts {
    std::uint64_t published = 0;
    std::uint64_t delivered = 0;  ///< also what came back, again
    std::uint64_t dead_letters = 0;
};

/// What a consumer asked for when it joined.
struct ConsumerTerms {
    Window window = {};
    bool acknowledges = false;  ///< what it leaves without a word counts as a delivery that came back
};

/// Point to point: each message goes to one consumer at a time, in turn among those whose windows have room,
/// and stays the queue's until it is settled; without any consumer it waits, within limits. What comes back
/// has its old place again, before all that came later; what is rejected again and again rests first, so that
/// it does not go round and round with a consumer that rejects at once. A message whose deliveries came back
/// too often is given up: it is handed out as a dead letter. Shard-local.
class Queue {
public:
    struct Turn {
        Consumer consumer;
        std::uint64_t number;  ///< the delivery's: unique in this queue, never 0
        MessagePtr message;
        bool redelivered;
    };

    /// The limits must outlive the queue.
    explicit Queue(const QueueLimits& limits) : limits_(limits) {}
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    void join(Consumer consumer, const ConsumerTerms& terms);
    /// What was under way to it comes back. The dead letters among that, in order.
    [[nodiscard]] std::vector<MessagePtr> leave(Consumer consumer);

    /// False when it is full: the message was not taken. `redelivered`: it may have been under way before it
    /// came here.
    [[nodiscard]] bool push(MessagePtr message, bool redelivered = false);
    /// The messages that are meant are no longer this queue's, whether they wait or are under way: what is
    /// said of them later is ignored.
    void drop(const std::function<bool(const Message&)>& is_meant);
    /// The next message with the consumer whose turn it is, from now on under way; empty when there is no
    /// message or nobody with room for it.
    [[nodiscard]] std::optional<Turn> next();
    /// What is under way to that consumer by that number; null: nothing is.
    [[nodiscard]] MessagePtr given(Consumer consumer, std::uint64_t number) const;
    /// How a delivery ended; ignored when it is not under way to that consumer. The message if it is a dead
    /// letter now, else null.
    [[nodiscard]] MessagePtr settle(Consumer consumer, std::uint64_t number, Settlement settlement,
                                    base::TimePoint now = {});
    /// Forgets all messages, also those under way. The consumers stay, and the numbers go on.
    void clear();
    /// What has rested until now can be given again.
    void wake(base::TimePoint now);
    /// When the first has rested enough; never: none rests.
    [[nodiscard]] base::TimePoint next_wake() const {
        return resting_.empty() ? base::never : resting_.begin()->first;
    }

    /// Whether a consumer could be given a message now.
    [[nodiscard]] bool has_room() const { return !ready_.empty(); }
    [[nodiscard]] bool unused() const { return members_.empty() && depth() == 0; }
    /// Messages that wait.
    [[nodiscard]] std::size_t depth() const { return returned_.size() + arrived_.size() + resting_.size(); }
    /// Of the messages that wait and those under way.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    [[nodiscard]] std::size_t consumers() const { return members_.size(); }
    /// Delivered and not settled.
    [[nodiscard]] std::size_t under_way() const;
    [[nodiscard]] QueueCounts counts() const { return {last_place_, last_delivery_, dead_letters_}; }

    /// What a message takes of the limits.
    static std::size_t weight(const Message& message);

private:
    struct Held {
        MessagePtr message;
        std::uint64_t place;      ///< in the order of arrival
        std::size_t returns = 0;  ///< those that count against the delivery limit
        bool redelivered = false;
    };
    struct Member {
        ConsumerTerms terms;
        std::map<std::uint64_t, Held> under_way = {};  ///< by delivery number
        std::size_t bytes = 0;                         ///< of those

        [[nodiscard]] bool has_room() const {
            return under_way.size() < terms.window.messages && bytes < terms.window.bytes;
        }
    };

    Held take_first();
    /// To its old place, from now on or after a rest, or out of the queue as a dead letter.
    [[nodiscard]] MessagePtr come_back(Held held, bool counts, base::TimePoint from = {});
    [[nodiscard]] base::Duration rest_of(const Held& held) const;

    const QueueLimits& limits_;
    std::map<Consumer, Member> members_;
    std::set<Consumer> ready_;                ///< those with room: a full one costs nothing
    Consumer last_{0, 0};                     ///< whose turn was the last
    std::map<std::uint64_t, Held> returned_;  ///< by place; all older than those in arrived_
    std::deque<Held> arrived_;
    std::multimap<base::TimePoint, Held> resting_;  ///< by when they may be given again
    std::size_t bytes_ = 0;
    std::uint64_t last_place_ = 0;
    std::uint64_t last_delivery_ = 0;
    std::uint64_t dead_letters_ = 0;
};

}  // namespace stentor::broker
