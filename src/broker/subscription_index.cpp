#include "broker/subscription_index.hpp"

#include "messaging/destination.hpp"
#include "messaging/destination_pattern.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace stentor::broker {

struct SubscriptionIndex::Node {
    BySegment<std::unique_ptr<Node>> children;  ///< "*" among them
    Topic here;                                 ///< the pattern that ends here
    Topic rest;                                 ///< the pattern that ends in ** here

    [[nodiscard]] bool empty() const { return children.empty() && here.unused() && rest.unused(); }
};

SubscriptionIndex::SubscriptionIndex() : patterns_(std::make_unique<Node>()) {}
SubscriptionIndex::~SubscriptionIndex() = default;

bool SubscriptionIndex::empty() const { return exact_.empty() && patterns_->empty(); }

Topic& SubscriptionIndex::find_or_make(std::string_view topic) {
    found_for_.clear();
    if (!messaging::DestinationPattern::has_wildcard(topic)) {
        if (const auto found = exact_.find(topic); found != exact_.end()) return found->second;
        return exact_.emplace(topic, Topic{}).first->second;
    }
    Node* node = patterns_.get();
    for (std::string_view rest = topic; !rest.empty();) {
        std::string_view segment = messaging::next_segment(rest);
        if (segment == "**") return node->rest;
        if (segment.starts_with('{')) segment = "*";
        auto child = node->children.find(segment);
        if (child == node->children.end())
            child = node->children.emplace(segment, std::make_unique<Node>()).first;
        node = child->second.get();
    }
    return node->here;
}

Topic& SubscriptionIndex::add(Subscription& subscription) {
    Topic& topic = find_or_make(subscription.destination);
    subscription.topic = &topic;
    subscription.place = static_cast<std::uint32_t>(topic.subscriptions.size());
    topic.subscriptions.push_back({&subscription.subscriber, &subscription});
    ++size_;
    return topic;
}

bool SubscriptionIndex::remove(Subscription& subscription) {
    Topic& topic = *subscription.topic;
    auto& own = topic.subscriptions;
    assert(subscription.place < own.size() && own[subscription.place].subscription == &subscription);
    own[subscription.place] = own.back();
    own[subscription.place].subscription->place = subscription.place;
    own.pop_back();
    subscription.topic = nullptr;
    --size_;
    if (!own.empty()) return false;
    if (topic.unused()) prune(topic, subscription.destination);
    return true;
}

void SubscriptionIndex::replace(Subscription& listed, Subscription& by) {
    by.topic = std::exchange(listed.topic, nullptr);
    by.place = listed.place;
    by.topic->subscriptions[by.place] = {&by.subscriber, &by};
}

void SubscriptionIndex::add_shard(std::string_view topic, unsigned shard) {
    find_or_make(topic).shards.push_back(shard);
}

void SubscriptionIndex::remove_shard(std::string_view topic, unsigned shard) {
    Topic& left = find_or_make(topic);
    std::erase(left.shards, shard);
    if (left.unused()) prune(left, topic);
}

/// Forgets what nobody wants any more: destinations are the clients' choice and must not pile up.
void SubscriptionIndex::prune(Topic& unused, std::string_view topic) {
    found_for_.clear();
    delivered_ += unused.delivered;
    unused = {};  // a pattern's may stay, on the way to others
    if (!messaging::DestinationPattern::has_wildcard(topic)) {
        exact_.erase(exact_.find(topic));
        return;
    }
    std::vector<std::pair<Node*, std::string>> way;
    Node* node = patterns_.get();
    for (std::string_view rest = topic; !rest.empty();) {
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

void SubscriptionIndex::for_each(const Visitor& visitor) const {
    for (const auto& [name, topic] : exact_) visitor(name, topic);
    visit(*patterns_, "", visitor);
}

void SubscriptionIndex::visit(const Node& node, const std::string& name, const Visitor& visitor) {
    if (!node.here.unused()) visitor(name, node.here);
    if (!node.rest.unused()) visitor(name + "/**", node.rest);
    for (const auto& [segment, child] : node.children) visit(*child, name + "/" + segment, visitor);
}

std::uint64_t SubscriptionIndex::delivered() const {
    std::uint64_t sum = delivered_;
    for_each([&](const std::string&, const Topic& topic) { sum += topic.delivered; });
    return sum;
}

void SubscriptionIndex::append_used(const Topic& topic) {
    if (!topic.unused()) found_.push_back(&topic);
}

void SubscriptionIndex::walk(const Node& node, std::string_view rest) {
    append_used(node.rest);
    if (rest.empty()) return append_used(node.here);
    const std::string_view segment = messaging::next_segment(rest);
    if (segment.empty()) return;  // nothing stands for an empty segment but **
    const auto go_on = [&](std::string_view name) {
        if (const auto child = node.children.find(name); child != node.children.end())
            walk(*child->second, rest);
    };
    if (segment != "*") go_on(segment);  // "*" in a destination is a segment like any other: one way, not two
    go_on("*");
}

/// A message is looked up when it is published and once more when it is delivered.
const std::vector<const Topic*>& SubscriptionIndex::find(std::string_view destination) {
    if (destination == found_for_ && !destination.empty()) return found_;
    found_.clear();
    found_for_ = destination;
    if (const auto exact = exact_.find(destination); exact != exact_.end()) found_.push_back(&exact->second);
    if (!patterns_->empty()) walk(*patterns_, destination);
    return found_;
}

std::size_t SubscriptionIndex::deliver(std::span<const MessagePtr> messages) {
    std::size_t reached = 0;
    for (const Topic* const topic : find(messages.front()->destination)) reached += topic->deliver(messages);
    return reached;
}

}  // namespace stentor::broker
