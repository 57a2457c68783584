// Tests: tests/unit/broker/kept_messages_test.cpp
#include "broker/kept_messages.hpp"

#include "broker/queue.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace stentor::broker {

std::size_t KeptMessages::Hash::operator()(const Key& key) const {
    const std::hash<std::string_view> hash;
    return hash(key.destination) * 31 + hash(key.value);
}

KeptMessages::ByRule& KeptMessages::of(const SlowRule& rule) {
    const auto found = std::ranges::find_if(rules_, [&](const ByRule& each) { return &each.rule == &rule; });
    return found == rules_.end() ? rules_.emplace_back(rule) : *found;
}

std::optional<Gap> KeptMessages::add(const SlowRule& rule, MessagePtr message) {
    ByRule& own = of(rule);
    const std::size_t bytes = Queue::weight(*message);
    const bool has_room = own.entries.size() < rule.max_messages && own.bytes + bytes <= rule.max_bytes;
    if (rule.policy == SlowPolicy::close && !has_room) return std::nullopt;

    Gap gap;
    std::optional<Key> key;
    if (rule.policy == SlowPolicy::conflate)
        if (const auto value = message->headers.find(rule.key)) key = Key{message->destination, *value};
    if (key) {
        if (const auto older = own.by_key.find(*key); older != own.by_key.end()) {
            take_out(own, older->second);
            ++gap.conflated;
        }
    }
    own.entries.push_back({std::move(message), ++last_place_, bytes, key});
    if (key) own.by_key.emplace(*key, std::prev(own.entries.end()));
    ++size_;
    own.bytes += bytes;
    bytes_ += bytes;
    total_ += bytes;
    for (; own.is_over() && own.entries.size() > 1; ++gap.skipped) take_out(own, own.entries.begin());
    own.gap.skipped += gap.skipped;
    own.gap.conflated += gap.conflated;
    return gap;
}

/// Its key is a view of its message, and so is forgotten first.
KeptMessages::Entry KeptMessages::take_out(ByRule& from, std::list<Entry>::iterator entry) {
    if (entry->key) from.by_key.erase(*entry->key);
    Entry taken = std::move(*entry);
    from.entries.erase(entry);
    --size_;
    from.bytes -= taken.bytes;
    bytes_ -= taken.bytes;
    total_ -= taken.bytes;
    return taken;
}

KeptMessages::Taken KeptMessages::take() {
    assert(!empty());
    ByRule* next = nullptr;
    for (ByRule& each : rules_)
        if (!each.entries.empty() &&
            (next == nullptr || each.entries.front().place < next->entries.front().place))
            next = &each;
    Entry entry = take_out(*next, next->entries.begin());
    return {std::move(entry.message), std::exchange(next->gap, {})};
}

}  // namespace stentor::broker
