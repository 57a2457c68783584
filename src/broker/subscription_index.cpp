#include "broker/subscription_index.hpp"

#include "messaging/destination.hpp"
#include "messaging/destination_pattern.hpp"

#include <cassert>

namespace stentor::broker {

struct SubscriptionIndex::Node {
    BySegment<std::unique_ptr<Node>> children;  ///< "*" among them
    List here;                                  ///< patterns that end here
    List rest;                                  ///< patterns that end in ** here

    [[nodiscard]] bool empty() const { return children.empty() && here.empty() && rest.empty(); }
};

SubscriptionIndex::SubscriptionIndex() : patterns_(std::make_unique<Node>()) {}
SubscriptionIndex::~SubscriptionIndex() = default;

SubscriptionIndex::List& SubscriptionIndex::list_of(const Subscription& subscription) {
    if (!messaging::DestinationPattern::has_wildcard(subscription.destination))
        return exact_[subscription.destination];
    Node* node = patterns_.get();
    for (std::string_view rest = subscription.destination; !rest.empty();) {
        const std::string_view segment = messaging::next_segment(rest);
        if (segment == "**") return node->rest;
        const bool variable = segment.starts_with('{');
        std::unique_ptr<Node>& child = node->children[std::string(variable ? "*" : segment)];
        if (!child) child = std::make_unique<Node>();
        node = child.get();
    }
    return node->here;
}

void SubscriptionIndex::add(Subscription& subscription) {
    List& list = list_of(subscription);
    subscription.place = list.size();
    list.push_back(&subscription);
    ++size_;
}

void SubscriptionIndex::remove(Subscription& subscription) {
    List& list = list_of(subscription);
    assert(subscription.place < list.size() && list[subscription.place] == &subscription);
    list[subscription.place] = list.back();
    list[subscription.place]->place = subscription.place;
    list.pop_back();
    --size_;
    if (list.empty()) prune(subscription.destination);
}

/// Forgets what no subscription needs any more: destinations are the clients' choice and must not pile up.
void SubscriptionIndex::prune(std::string_view destination) {
    if (!messaging::DestinationPattern::has_wildcard(destination)) {
        exact_.erase(exact_.find(destination));
        return;
    }
    std::vector<std::pair<Node*, std::string>> way;
    Node* node = patterns_.get();
    for (std::string_view rest = destination; !rest.empty();) {
        const std::string_view segment = messaging::next_segment(rest);
        if (segment == "**") break;
        way.emplace_back(node, segment.starts_with('{') ? "*" : segment);
        node = node->children.at(way.back().second).get();
    }
    for (; !way.empty(); way.pop_back()) {
        auto& [parent, segment] = way.back();
        const auto child = parent->children.find(segment);
        if (!child->second->empty()) return;
        parent->children.erase(child);
    }
}

std::size_t SubscriptionIndex::deliver_to(const List& list, const MessagePtr& message) {
    for (const Subscription* subscription : list) subscription->subscriber.deliver(*subscription, {message});
    return list.size();
}

std::size_t SubscriptionIndex::walk(const Node& node, std::string_view rest, const MessagePtr& message) {
    std::size_t reached = deliver_to(node.rest, message);
    if (rest.empty()) return reached + deliver_to(node.here, message);
    const std::string_view segment = messaging::next_segment(rest);
    if (segment.empty()) return reached;  // nothing stands for an empty segment but **
    const auto go_on = [&](std::string_view name) {
        if (const auto child = node.children.find(name); child != node.children.end())
            reached += walk(*child->second, rest, message);
    };
    if (segment != "*") go_on(segment);  // "*" in a destination is a segment like any other: one way, not two
    go_on("*");
    return reached;
}

std::size_t SubscriptionIndex::deliver(const MessagePtr& message) const {
    std::size_t reached = 0;
    if (const auto found = exact_.find(message->destination); found != exact_.end())
        reached += deliver_to(found->second, message);
    if (!patterns_->empty()) reached += walk(*patterns_, message->destination, message);
    return reached;
}

}  // namespace stentor::broker
