// Tests: tests/unit/relay/stomp_node_channel_test.cpp
#include "relay/stomp_node_channel.hpp"

#include "base/log.hpp"

#include <memory>
#include <utility>

namespace stentor::relay {
namespace {

constexpr std::size_t topics = 2;
constexpr std::string_view first_segment = "/topic/";
constexpr std::string_view reserved = "stentor-nodes";

}  // namespace

StompNodeChannel::StompNodeChannel(broker::Broker& relay, const std::string& group)
    : relay_(relay), all_(std::string(mark) + group) {}

std::string StompNodeChannel::name_of(std::string_view destination) {
    return std::string(first_segment).append(reserved).append(".").append(destination.substr(mark.size()));
}

/// Wherever it stands: brokers have several names for one topic ("/exchange/amq.topic/...").
bool StompNodeChannel::is_reserved(std::string_view name) { return name.find(reserved) != name.npos; }

void StompNodeChannel::listen(const std::string& node, Listener& listener) {
    listener_ = &listener;
    own_ = all_ + "." + node;
    broker::Subscriber& self = *this;
    to_all_.emplace(self, id_, all_);
    to_own_.emplace(self, id_, own_);
    for (broker::Subscription* const subscription : {&*to_all_, &*to_own_})
        relay_.subscribe(*subscription, [this](const Result<void>& result) {
            if (result.has_error())
                return log::error("nodes_cannot_talk", {{"reason", result.error().message}});
            ++subscribed_;
            tell();
        });
}

void StompNodeChannel::send(std::string_view node, std::string body, broker::Broker::Done done) {
    auto message = std::make_shared<Message>();
    message->destination = all_;
    if (!node.empty()) message->destination.append(".").append(node);
    message->body = std::move(body);
    relay_.publish(std::move(message), std::move(done));
}

void StompNodeChannel::deliver(const broker::Subscription&, const broker::Delivery& delivery) {
    if (told_) listener_->on_node_message(delivery.message->body);
}

void StompNodeChannel::set_available(bool available) {
    available_ = available;
    tell();
}

/// The relay is available only with all subscriptions in force that were so once.
void StompNodeChannel::tell() {
    const bool open = available_ && subscribed_ == topics;
    if (std::exchange(told_, open) != open) listener_->on_node_channel(open);
}

}  // namespace stentor::relay
