#pragma once

#include "broker/queue.hpp"
#include "kafka/settled_offsets.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stentor::kafka {

/// A queue's topic, as far as its partitions are this server's: what came is given to the consumers of all
/// shards, and committed once it is settled, in order.
///
/// What was given and not committed when a server dies comes again elsewhere, and has to say so
/// (`redelivered`). So with each commit stands how far records may have been given, and nothing is given
/// beyond what such a commit has announced. Belongs to one thread.
class QueueHome {
public:
    /// Of one partition: all before `offset` is settled, nothing from `given` on was given to anybody.
    struct Commit {
        std::int32_t partition;
        std::int64_t offset;
        std::int64_t given;
        std::uint64_t assignment;  ///< to which it belongs
    };
    struct Dead {
        std::int32_t partition;
        std::int64_t offset;
        std::uint64_t assignment;
        MessagePtr message;
    };

    explicit QueueHome(const broker::QueueLimits& limits);
    QueueHome(const QueueHome&) = delete;
    QueueHome& operator=(const QueueHome&) = delete;

    void join(broker::Consumer consumer, const broker::ConsumerTerms& terms) { queue_.join(consumer, terms); }
    [[nodiscard]] std::vector<Dead> leave(broker::Consumer consumer);
    [[nodiscard]] std::size_t consumers() const { return queue_.consumers(); }

    /// From now on it has that partition, of which so much was committed; negative: nothing ever was.
    void assign(std::int32_t partition, std::int64_t committed, std::int64_t given);
    /// It is somebody else's. What there is to commit for the last time, with what was given in truth.
    std::optional<Commit> revoke(std::int32_t partition);
    [[nodiscard]] std::vector<std::int32_t> partitions() const;

    /// A record; without a message it is nobody's and settled.
    void take(std::int32_t partition, std::int64_t offset, MessagePtr message);
    [[nodiscard]] std::optional<broker::Queue::Turn> next();
    /// A dead letter is settled when it was buried.
    [[nodiscard]] std::optional<Dead> settle(broker::Consumer consumer, std::uint64_t number,
                                             broker::Settlement settlement, base::TimePoint now);
    void buried(const Dead& dead);
    void wake(base::TimePoint now) { queue_.wake(now); }
    [[nodiscard]] base::TimePoint next_wake() const { return queue_.next_wake(); }

    /// What should be committed; with `all` also what can wait.
    [[nodiscard]] std::vector<Commit> commits(bool all) const;
    void committed(const Commit& commit);

    /// As much waits as may: its partitions should not be read on.
    [[nodiscard]] bool is_full() const;
    [[nodiscard]] bool has_room() const;

private:
    struct Position {
        std::int32_t partition;
        std::int64_t offset;
    };
    struct Part {
        std::uint64_t assignment;
        std::int64_t committed;    ///< negative: nothing
        std::int64_t redelivered;  ///< before it a record may have been given before
        std::int64_t announced;    ///< before it a record may be given
        std::int64_t taken;        ///< the offset after the last that came; negative: none came
        std::int64_t given;        ///< the offset after the last that was given; negative: none was
        std::int64_t first;        ///< that came; negative: none
        SettledOffsets settled = {};
        std::deque<std::pair<std::int64_t, MessagePtr>> held = {};  ///< until they are announced
    };
    [[nodiscard]] static std::int64_t committable(const Part& part);
    void push(std::int32_t partition, Part& part, std::int64_t offset, MessagePtr message);
    [[nodiscard]] std::optional<Dead> dead(const MessagePtr& message);
    void forget(const MessagePtr& message);

    broker::QueueLimits limits_;
    broker::QueueLimits unlimited_;
    broker::Queue queue_;
    std::map<std::int32_t, Part> parts_;
    std::unordered_map<const Message*, Position> positions_;
    std::uint64_t last_assignment_ = 0;
    std::size_t held_ = 0;
};

}  // namespace stentor::kafka
