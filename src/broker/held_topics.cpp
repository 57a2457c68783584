#include "broker/held_topics.hpp"

#include "broker/queue.hpp"

#include <algorithm>
#include <utility>

namespace stentor::broker {

HeldTopics::HeldTopics(const std::vector<HoldRule>& rules, base::TimerQueue& timers, Deliver deliver)
    : timers_(timers),
      deliver_(std::move(deliver)),
      timer_(timers, [this](base::TimePoint now) { on_time(now); }) {
    for (const HoldRule& rule : rules) held_.push_back({&rule});
}

void HeldTopics::deliver(const MessagePtr& message) {
    if (held_.empty()) {
        deliver_({&message, 1});
        return;
    }
    const std::string& destination = message->destination;
    if (const auto found = busy_.find(destination); found != busy_.end())
        return arrive(found->second, message);
    if (deliver_({&message, 1}) != 0) remember(destination);
}

void HeldTopics::arrive(const Found& found, const MessagePtr& message) {
    const auto& [held, busy] = found;
    if (busy->delivered == timers_.now() && busy->messages.empty()) {
        deliver_({&message, 1});
        return;
    }
    const std::size_t bytes = Queue::weight(*message);
    busy->messages.push_back(message);
    busy->bytes += bytes;
    held->bytes += bytes;
    if (held->bytes > held->rule->max_bytes) return flush_all(*held);
    const bool due = timers_.now() >= busy->delivered + held->rule->hold;  // the timer has not come yet
    if (due || busy->messages.size() >= held->rule->max_messages) flush(*held, busy);
}

void HeldTopics::remember(const std::string& destination) {
    const auto held = std::ranges::find_if(
        held_, [&](const Held& each) { return each.rule->destinations.matches(destination); });
    if (held == held_.end()) return;
    held->bytes += sizeof(Busy) + destination.size();
    if (held->bytes > held->rule->max_bytes) flush_all(*held);
    held->all.push_back({destination, timers_.now()});
    const Place busy = std::prev(held->all.end());
    busy_.emplace(busy->destination, Found{&*held, busy});
    if (held->all.size() == 1) rearm();
}

/// What nobody has subscribed to any more need not be remembered.
void HeldTopics::flush(Held& held, Place busy) {
    busy->delivered = timers_.now();
    held.all.splice(held.all.end(), held.all, busy);
    held.bytes -= std::exchange(busy->bytes, 0);
    run_.swap(busy->messages);
    const std::size_t reached = deliver_(run_);
    run_.clear();
    if (reached == 0) forget(held, busy);
}

/// What waits by this rule takes too much: nothing of it stays.
void HeldTopics::flush_all(Held& held) {
    while (!held.all.empty()) {
        const Place busy = held.all.begin();
        if (!busy->messages.empty()) deliver_(busy->messages);
        forget(held, busy);
    }
}

void HeldTopics::forget(Held& held, Place busy) {
    held.bytes -= busy->bytes + sizeof(Busy) + busy->destination.size();
    busy_.erase(busy->destination);
    held.all.erase(busy);
}

void HeldTopics::flush(std::string_view destination) {
    if (busy_.empty()) return;
    if (!messaging::DestinationPattern::has_wildcard(destination)) {
        const auto found = busy_.find(destination);
        if (found != busy_.end() && !found->second.busy->messages.empty())
            flush(*found->second.held, found->second.busy);
        return;
    }
    const auto pattern = messaging::DestinationPattern::parse(destination);
    if (pattern.has_error()) return;
    std::vector<Found> meant;
    for (const auto& [name, found] : busy_)
        if (!found.busy->messages.empty() && pattern->matches(name)) meant.push_back(found);
    for (const Found& found : meant) flush(*found.held, found.busy);
}

std::size_t HeldTopics::waiting() const {
    std::size_t sum = 0;
    for (const auto& [destination, found] : busy_) sum += found.busy->messages.size();
    return sum;
}

void HeldTopics::on_time(base::TimePoint now) {
    for (Held& held : held_)
        while (!held.all.empty() && held.all.front().delivered + held.rule->hold <= now) {
            const Place busy = held.all.begin();
            if (busy->messages.empty()) forget(held, busy);
            else flush(held, busy);
        }
    rearm();
}

void HeldTopics::rearm() {
    base::TimePoint next = base::never;
    for (const Held& held : held_)
        if (!held.all.empty()) next = std::min(next, held.all.front().delivered + held.rule->hold);
    timer_.set(next);
}

}  // namespace stentor::broker
