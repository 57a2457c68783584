#include "kafka/queue_home.hpp"

#include <algorithm>
#include <limits>

namespace stentor::kafka {
namespace {

constexpr std::int64_t ahead = 256;  // records that are announced before they come

/// What is there is taken: it is not read on where that is too much.
broker::QueueLimits without_size(broker::QueueLimits limits) {
    limits.max_messages = limits.max_bytes = std::numeric_limits<std::size_t>::max();
    return limits;
}

}  // namespace

QueueHome::QueueHome(const broker::QueueLimits& limits)
    : limits_(limits), unlimited_(without_size(limits)), queue_(unlimited_) {}

void QueueHome::assign(std::int32_t partition, std::int64_t committed, std::int64_t given) {
    static_cast<void>(revoke(partition));
    parts_.emplace(partition, Part{.assignment = ++last_assignment_,
                                   .committed = committed,
                                   .redelivered = given,
                                   .announced = given,
                                   .taken = -1,
                                   .given = -1,
                                   .first = -1});
}

std::optional<QueueHome::Commit> QueueHome::revoke(std::int32_t partition) {
    const auto found = parts_.find(partition);
    if (found == parts_.end()) return std::nullopt;
    const Part& part = found->second;
    const std::int64_t offset = committable(part);
    std::optional<Commit> last;
    if (offset >= 0)
        last = {partition, offset, std::max({offset, part.given, part.redelivered}), part.assignment};
    held_ -= part.held.size();
    queue_.drop([&](const Message& message) {
        const auto position = positions_.find(&message);
        return position != positions_.end() && position->second.partition == partition;
    });
    std::erase_if(positions_, [&](const auto& each) { return each.second.partition == partition; });
    parts_.erase(found);
    return last;
}

std::vector<std::int32_t> QueueHome::partitions() const {
    std::vector<std::int32_t> all;
    for (const auto& [partition, part] : parts_) all.push_back(partition);
    return all;
}

/// Before anything of it was settled, where it began.
std::int64_t QueueHome::committable(const Part& part) {
    if (part.settled.committable() >= 0) return part.settled.committable();
    return part.committed >= 0 ? part.committed : part.first;
}

void QueueHome::take(std::int32_t partition, std::int64_t offset, MessagePtr message) {
    const auto found = parts_.find(partition);
    if (found == parts_.end()) return;  // it came late
    Part& part = found->second;
    if (offset < part.taken) return;
    if (part.first < 0) part.first = offset;
    part.taken = offset + 1;
    part.settled.take(offset);
    if (message == nullptr) {
        part.settled.settle(offset);
        return;
    }
    if (offset < part.announced) return push(partition, part, offset, std::move(message));
    part.held.emplace_back(offset, std::move(message));
    ++held_;
}

void QueueHome::push(std::int32_t partition, Part& part, std::int64_t offset, MessagePtr message) {
    positions_.emplace(message.get(), Position{partition, offset});
    static_cast<void>(queue_.push(std::move(message), offset < part.redelivered));
}

std::optional<broker::Queue::Turn> QueueHome::next() {
    auto turn = queue_.next();
    if (!turn) return turn;
    const Position position = positions_.at(turn->message.get());
    std::int64_t& given = parts_.at(position.partition).given;
    given = std::max(given, position.offset + 1);
    return turn;
}

std::optional<QueueHome::Dead> QueueHome::dead(const MessagePtr& message) {
    const auto position = positions_.extract(message.get());
    if (position.empty()) return std::nullopt;
    const auto [partition, offset] = position.mapped();
    return Dead{partition, offset, parts_.at(partition).assignment, message};
}

std::vector<QueueHome::Dead> QueueHome::leave(broker::Consumer consumer) {
    std::vector<Dead> letters;
    for (const MessagePtr& message : queue_.leave(consumer))
        if (auto letter = dead(message)) letters.push_back(std::move(*letter));
    return letters;
}

std::optional<QueueHome::Dead> QueueHome::settle(broker::Consumer consumer, std::uint64_t number,
                                                 broker::Settlement settlement, base::TimePoint now) {
    const MessagePtr message = queue_.given(consumer, number);
    if (message == nullptr) return std::nullopt;
    const MessagePtr letter = queue_.settle(consumer, number, settlement, now);
    if (letter != nullptr) return dead(letter);
    if (settlement == broker::Settlement::accepted) forget(message);
    return std::nullopt;
}

void QueueHome::forget(const MessagePtr& message) {
    const auto position = positions_.extract(message.get());
    if (position.empty()) return;
    parts_.at(position.mapped().partition).settled.settle(position.mapped().offset);
}

void QueueHome::buried(const Dead& letter) {
    const auto found = parts_.find(letter.partition);
    if (found != parts_.end() && found->second.assignment == letter.assignment)
        found->second.settled.settle(letter.offset);
}

std::vector<QueueHome::Commit> QueueHome::commits(bool all) const {
    std::vector<Commit> wanted;
    for (const auto& [partition, part] : parts_) {
        const std::int64_t offset = committable(part);
        if (offset < 0) continue;
        const std::int64_t come = std::max(part.taken, offset);
        const bool is_settled = offset > part.committed;
        const bool is_short = part.announced - come < ahead / 2;
        if (part.held.empty() && !(all && (is_settled || is_short))) continue;
        wanted.push_back({partition, offset, std::max(come + ahead, part.announced), part.assignment});
    }
    return wanted;
}

void QueueHome::committed(const Commit& commit) {
    const auto found = parts_.find(commit.partition);
    if (found == parts_.end() || found->second.assignment != commit.assignment) return;
    Part& part = found->second;
    part.committed = std::max(part.committed, commit.offset);
    part.announced = std::max(part.announced, commit.given);
    while (!part.held.empty() && part.held.front().first < part.announced) {
        push(commit.partition, part, part.held.front().first, std::move(part.held.front().second));
        part.held.pop_front();
        --held_;
    }
}

bool QueueHome::is_full() const {
    return queue_.depth() + held_ >= limits_.max_messages || queue_.bytes() >= limits_.max_bytes;
}

bool QueueHome::has_room() const {
    return queue_.depth() + held_ <= limits_.max_messages / 2 && queue_.bytes() <= limits_.max_bytes / 2;
}

}  // namespace stentor::kafka
