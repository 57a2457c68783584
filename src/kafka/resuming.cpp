#include "kafka/resuming.hpp"

#include <algorithm>

namespace stentor::kafka {
namespace {

constexpr broker::Consumer only{1, 0};
constexpr std::size_t ahead = 256 * 1024;  // bytes that the reader brings before they are wanted

}  // namespace

Resuming::Resuming(broker::Subscription& wanted, const broker::QueueLimits& limits)
    : wanted_(wanted), queue_(limits) {
    if (messaging::DestinationPattern::has_wildcard(wanted.destination))
        pattern_ = messaging::DestinationPattern::parse(wanted.destination).value();
    queue_.join(only, {wanted.window, wanted.acknowledges});
}

void Resuming::begin(const std::map<std::int32_t, std::int64_t>& first, const Positions& live) {
    begun_ = true;
    for (std::size_t p = 0; p < live.size(); ++p) {
        Place& place = places_[static_cast<std::int32_t>(p)];
        place.next = place.live = live[p];
    }
    for (const auto& [partition, offset] : first) {
        Place& place = places_[partition];
        place.next = offset;
        place.joined = false;
        ++behind_;
        join_if_there(place);
    }
}

/// All that the live stream brought so far the reader has brought too, or it was before the beginning.
void Resuming::join_if_there(Place& place) {
    if (place.joined || place.next < place.live) return;
    place.joined = true;
    --behind_;
}

void Resuming::on_live(std::span<const Arrival> records) {
    if (!begun_) return;
    for (const Arrival& record : records) {
        Place& place = places_[record.partition];
        place.live = record.offset + 1;
        if (!place.joined || record.offset < place.next) continue;
        place.next = place.live;
        take(record.message);
    }
    drain();
}

void Resuming::on_read(std::span<const Arrival> records, std::size_t bytes) {
    allowed_ -= std::min(allowed_, bytes);
    for (const Arrival& record : records) {
        Place& place = places_[record.partition];
        if (place.joined || record.offset < place.next) continue;
        place.next = record.offset + 1;
        take(record.message);
        join_if_there(place);
    }
    drain();
}

void Resuming::take(const MessagePtr& message) {
    if (message == nullptr || overflowed_) return;
    const bool is_meant =
        pattern_ ? pattern_->matches(message->destination) : message->destination == wanted_.destination;
    if (!is_meant || (wanted_.selector && !wanted_.selector->matches(message->headers))) return;
    if (queue_.push(message)) return;
    overflowed_ = true;
    wanted_.subscriber.overflowed(wanted_);
}

void Resuming::drain() {
    while (!overflowed_) {
        const auto turn = queue_.next();
        if (!turn) return;
        wanted_.subscriber.deliver(wanted_, {turn->message, turn->number, turn->redelivered});
    }
}

void Resuming::settle(std::uint64_t number, broker::Settlement settlement) {
    (void)queue_.settle(only, number, settlement);
    drain();
}

std::size_t Resuming::allowance() {
    if (!begun_ || behind_ == 0 || overflowed_) return 0;
    const std::size_t used = queue_.bytes() + allowed_;
    if (used > ahead / 2) return 0;
    allowed_ += ahead - used;
    return ahead - used;
}

bool Resuming::is_live() const {
    return begun_ && behind_ == 0 && queue_.bytes() == 0 && !overflowed_ &&
           std::ranges::all_of(places_,
                               [](const auto& each) { return each.second.live >= each.second.next; });
}

}  // namespace stentor::kafka
