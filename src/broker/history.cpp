#include "broker/history.hpp"

#include "broker/queue.hpp"
#include "messaging/destination.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace stentor::broker {
namespace {

constexpr std::string_view mark = "x-history";
constexpr std::string_view clear_header = "x-history-clear";
/// What a kept message takes besides its weight: its place, and the mark it may get.
constexpr std::size_t beside_message = 128;

bool is_wild(std::string_view segment) { return segment == "*" || segment.starts_with('{'); }

/// Whether some destination may be meant by both, destinations or patterns.
bool overlap(std::string_view a, std::string_view b) {
    while (!a.empty() && !b.empty()) {
        const std::string_view one = messaging::next_segment(a);
        const std::string_view other = messaging::next_segment(b);
        if (one == "**" || other == "**") return true;
        if (one != other && !is_wild(one) && !is_wild(other)) return false;
    }
    const std::string_view rest = a.empty() ? b : a;
    return rest.empty() || rest == "/**";
}

MessagePtr marked(const Message& message) {
    auto copy = std::make_shared<Message>(message);
    copy->headers.set(mark, "true");
    return copy;
}

}  // namespace

/// Collects what a subscription gets, the newest first.
class History::Replay {
public:
    Replay(const HistoryQuery& query, const ReplayLimits& limits)
        : query_(query), left_(limits.messages), bytes_left_(limits.bytes) {}

    [[nodiscard]] bool is_full() const { return left_ == 0; }

    void take(Destination& from, base::TimePoint oldest) {
        std::uint32_t taken = 0;
        for (auto kept = from.messages.rbegin(); kept != from.messages.rend(); ++kept) {
            if (taken == query_.most || left_ == 0 || kept->at < oldest) return;
            --left_;
            if (query_.selector && !query_.selector->matches(kept->message->headers)) continue;
            if (kept->bytes > bytes_left_) {
                left_ = 0;
                return;
            }
            bytes_left_ -= kept->bytes;
            if (!std::exchange(kept->marked, true)) kept->message = marked(*kept->message);
            found_.push_back(kept->message);
            ++taken;
        }
    }
    [[nodiscard]] std::vector<MessagePtr> result() && {
        std::ranges::reverse(found_);
        return std::move(found_);
    }

private:
    const HistoryQuery& query_;
    std::size_t left_;
    std::size_t bytes_left_;
    std::vector<MessagePtr> found_;
};

History::History(const std::vector<HistoryRule>& rules, base::TimerQueue& timers)
    : timers_(timers), timer_(timers, [this](base::TimePoint now) { on_time(now); }) {
    for (const HistoryRule& rule : rules) kept_.push_back({&rule});
}

History::ByRule* History::rule_of(std::string_view destination) {
    const auto by = std::ranges::find_if(
        kept_, [&](const ByRule& each) { return each.rule->destinations.matches(destination); });
    return by == kept_.end() ? nullptr : &*by;
}

bool History::keeps(std::string_view destination) const {
    return std::ranges::any_of(
        kept_, [&](const ByRule& each) { return each.rule->destinations.matches(destination); });
}

bool History::concerns(std::string_view topic) const {
    return std::ranges::any_of(
        kept_, [&](const ByRule& each) { return overlap(topic, each.rule->destinations.text()); });
}

/// One that is too large to be kept takes the others with it: without it they would be stale.
void History::add(const MessagePtr& message) {
    ByRule* const by = rule_of(message->destination);
    if (by == nullptr) return;
    const HistoryRule& rule = *by->rule;
    const std::size_t bytes = beside_message + Queue::weight(*message);
    const bool clears = message->headers.find(clear_header) == "true";
    const bool keeps = bytes <= rule.bytes && !(clears && message->body.empty());
    if (clears || !keeps) forget(message->destination);
    if (!keeps) return;
    Destination& to = find_or_make(*by, message->destination);
    to.messages.push_back({message, timers_.now(), bytes});
    to.bytes += bytes;
    by->bytes += bytes;
    while (to.messages.size() > rule.messages || to.bytes > rule.bytes) drop_oldest(*by, to);
    while (by->bytes > rule.max_total_bytes || by->all.size() > rule.max_destinations)
        forget(*by, by->all.begin());
    if (timer_.deadline() == base::never) rearm();
}

History::Destination& History::find_or_make(ByRule& by, const std::string& name) {
    if (const auto known = by_name_.find(name); known != by_name_.end()) {
        const Place place = known->second.place;
        by.all.splice(by.all.end(), by.all, place);
        return *place;
    }
    by.all.push_back({name});
    const Place made = std::prev(by.all.end());
    by.bytes += overhead(*made);
    by_name_.emplace(made->name, Found{&by, made});
    return *made;
}

void History::drop_oldest(ByRule& by, Destination& from) {
    const std::size_t bytes = from.messages.front().bytes;
    from.messages.pop_front();
    from.bytes -= bytes;
    by.bytes -= bytes;
}

void History::forget(const std::string& name) {
    if (const auto known = by_name_.find(name); known != by_name_.end())
        forget(*known->second.by, known->second.place);
}

void History::forget(ByRule& by, Place place) {
    by.bytes -= place->bytes + overhead(*place);
    by_name_.erase(place->name);
    by.all.erase(place);
}

std::vector<MessagePtr> History::find(const HistoryQuery& query, const ReplayLimits& limits) {
    Replay replay(query, limits);
    if (!messaging::DestinationPattern::has_wildcard(query.topic)) {
        if (const auto known = by_name_.find(query.topic); known != by_name_.end())
            replay.take(*known->second.place, oldest(*known->second.by->rule));
        return std::move(replay).result();
    }
    const auto pattern = messaging::DestinationPattern::parse(query.topic);
    if (pattern.has_error()) return {};
    for (ByRule& by : kept_)
        for (auto own = by.all.rbegin(); own != by.all.rend() && !replay.is_full(); ++own)
            if (pattern->matches(own->name)) replay.take(*own, oldest(*by.rule));
    return std::move(replay).result();
}

std::size_t History::bytes() const {
    std::size_t sum = 0;
    for (const ByRule& by : kept_) sum += by.bytes;
    return sum;
}

/// What came before that is too old.
base::TimePoint History::oldest(const HistoryRule& rule) const {
    return rule.max_age == base::Duration::zero() ? base::TimePoint::min() : timers_.now() - rule.max_age;
}

/// Of a destination that goes on, what is too old stays until it has to go: nobody gets it.
void History::on_time(base::TimePoint) {
    for (ByRule& by : kept_)
        while (!by.all.empty() && by.all.front().messages.back().at < oldest(*by.rule))
            forget(by, by.all.begin());
    rearm();
}

void History::rearm() {
    base::TimePoint next = base::never;
    for (const ByRule& by : kept_)
        if (!by.all.empty() && by.rule->max_age != base::Duration::zero())
            next =
                std::min(next, by.all.front().messages.back().at + by.rule->max_age + base::TimerQueue::tick);
    timer_.set(next);
}

}  // namespace stentor::broker
