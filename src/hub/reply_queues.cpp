// Tests: tests/unit/hub/reply_queues_test.cpp
#include "hub/reply_queues.hpp"

#include "hub/wants.hpp"
#include "messaging/destination_pattern.hpp"

#include <charconv>
#include <memory>
#include <utility>

namespace stentor::hub {
namespace {

constexpr std::string_view temp_queue = "/temp-queue/";
constexpr std::string_view reply_queue = "/reply-queue/";

Result<void> outcome(bool delivered) {
    if (delivered) return {};
    return Error{Errc::not_found, "There is no such reply queue any more"};
}

}  // namespace

bool is_temp_queue(std::string_view destination) { return destination.starts_with(temp_queue); }
bool is_reply_queue(std::string_view destination) { return destination.starts_with(reply_queue); }

/// The shard is no secret; the rest is 128 random bits.
Result<void> ReplyQueues::open(const broker::Subscription& subscription) {
    if (messaging::DestinationPattern::has_wildcard(subscription.destination))
        return Error{Errc::malformed, "A temporary queue has one name, and no wildcards"};
    std::string name(reply_queue);
    name.append(std::to_string(post_.self())).append("-").append(base::random_id(random_));
    by_name_.emplace(name, &subscription);
    names_.emplace(&subscription, std::move(name));
    return {};
}

void ReplyQueues::close(const broker::Subscription& subscription) {
    const auto own = names_.find(&subscription);
    if (own == names_.end()) return;
    by_name_.erase(own->second);
    names_.erase(own);
}

const std::string& ReplyQueues::name_of(const broker::Subscription& subscription) const {
    return names_.at(&subscription);
}

std::optional<unsigned> ReplyQueues::shard_of(std::string_view name) const {
    if (!is_reply_queue(name)) return std::nullopt;
    name.remove_prefix(reply_queue.size());
    unsigned shard = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), shard);
    if (problem != std::errc() || shard >= post_.count()) return std::nullopt;
    return shard;
}

void ReplyQueues::send(const MessagePtr& message, broker::Broker::Done done) {
    const auto shard = shard_of(message->destination);
    if (!shard || *shard == post_.self()) return done(outcome(shard && deliver(*message)));
    asked_.emplace(++last_request_, std::move(done));
    post_.send_reply(*shard, message, last_request_);
}

/// The asking client sees the name it gave.
bool ReplyQueues::deliver(const Message& message) const {
    const auto found = by_name_.find(message.destination);
    if (found == by_name_.end()) return false;
    const broker::Subscription& subscription = *found->second;
    if (!wants(subscription, message)) return true;
    const MessagePtr shown = std::make_shared<const Message>(
        Message{subscription.destination, message.headers, message.body, message.id});
    subscription.subscriber.deliver(subscription, {shown});
    return true;
}

void ReplyQueues::answered(std::uint64_t request, bool delivered) {
    if (auto asked = asked_.extract(request); !asked.empty()) asked.mapped()(outcome(delivered));
}

}  // namespace stentor::hub
