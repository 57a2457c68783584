// Tests: tests/unit/broker/slow_consumer_test.cpp
#include "broker/slow_consumer.hpp"

#include "messaging/destination.hpp"

#include <algorithm>

namespace stentor::broker {

SlowRules::SlowRules() : rest{messaging::DestinationPattern::parse("**").value()} {}

const SlowRule& SlowRules::find(std::string_view destination) const {
    const auto is_queue_of = [&](const std::string& prefix) {
        return messaging::has_prefix(destination, prefix);
    };
    if (std::ranges::any_of(queue_prefixes, is_queue_of)) return rest;
    const auto found = std::ranges::find_if(
        all, [&](const SlowRule& rule) { return rule.destinations.matches(destination); });
    return found == all.end() ? rest : *found;
}

/// A pattern's messages are looked at one by one, once the subscriber is slow.
bool SlowRules::concern(std::string_view subscribed) const {
    const auto loses = [](const SlowRule& rule) { return rule.policy != SlowPolicy::close; };
    if (messaging::DestinationPattern::has_wildcard(subscribed)) return std::ranges::any_of(all, loses);
    return loses(find(subscribed));
}

}  // namespace stentor::broker
