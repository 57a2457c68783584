#include "relay/upstreams.hpp"

#include <cassert>
#include <utility>

namespace stentor::relay {
namespace {

void take_out(std::vector<broker::Subscription*>& consumers, const broker::Subscription& one) {
    assert(one.place < consumers.size() && consumers[one.place] == &one);
    consumers[one.place] = consumers.back();
    consumers[one.place]->place = one.place;
    consumers.pop_back();
}

}  // namespace

Upstream& Upstreams::join(broker::Subscription& subscription, const std::string& name, bool is_queue) {
    const auto [known, is_new] = numbers_.try_emplace(subscription.destination, last_number_ + 1);
    if (is_new) {
        ++last_number_;
        upstreams_.emplace(last_number_, Upstream{last_number_, subscription.destination, name, is_queue});
    }
    Upstream& upstream = upstreams_.at(known->second);
    if (is_queue) {
        subscription.place = upstream.consumers.size();
        upstream.consumers.push_back(&subscription);
    } else {
        topics_.add(subscription);
    }
    subscription.key = ++last_key_;
    ++upstream.subscribers;
    ++subscriptions_;
    return upstream;
}

Upstream* Upstreams::leave(broker::Subscription& subscription) {
    const std::uint64_t key = std::exchange(subscription.key, 0);
    if (key == 0) return nullptr;
    Upstream* const upstream = find(subscription.destination);
    assert(upstream != nullptr);
    upstream->waiting.erase(key);
    if (upstream->is_queue) take_out(upstream->consumers, subscription);
    else topics_.remove(subscription);
    --subscriptions_;
    return --upstream->subscribers == 0 ? upstream : nullptr;
}

void Upstreams::forget(Upstream& upstream) {
    numbers_.erase(upstream.destination);
    upstreams_.erase(upstream.number);
}

Upstream* Upstreams::find(std::uint64_t number) {
    const auto found = upstreams_.find(number);
    return found == upstreams_.end() ? nullptr : &found->second;
}

Upstream* Upstreams::find(const std::string& destination) {
    const auto found = numbers_.find(destination);
    return found == numbers_.end() ? nullptr : find(found->second);
}

void Upstreams::deliver(Upstream& upstream, const MessagePtr& message) {
    if (!upstream.is_queue) {
        topics_.deliver({&message, 1});
        return;
    }
    if (upstream.consumers.empty()) return;
    upstream.turn = (upstream.turn + 1) % upstream.consumers.size();
    broker::Subscription& next = *upstream.consumers[upstream.turn];
    next.subscriber.deliver(next, {message});
}

}  // namespace stentor::relay
