#include "relay/stomp_relay.hpp"

#include "base/log.hpp"
#include "messaging/destination.hpp"
#include "messaging/destination_pattern.hpp"
#include "relay/forwarded_headers.hpp"
#include "relay/relay_frames.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace stentor::relay {
namespace {

using stomp::Command;

/// SUBSCRIBEs under way at once: enough to fill the line, too few to fill its buffers.
constexpr std::size_t window = 64;

bool below_any(const std::vector<std::string>& prefixes, std::string_view destination) {
    return std::ranges::any_of(prefixes,
                               [&](const std::string& p) { return messaging::has_prefix(destination, p); });
}

Error away() { return {Errc::unavailable, "The broker is not available"}; }
Error refused_by_broker() { return {Errc::forbidden, "The broker refused the destination"}; }

}  // namespace

StompRelay::StompRelay(const RelaySettings& settings, Dialer dialer, base::TimerQueue& timers,
                       base::Random& random)
    : settings_(settings),
      timers_(timers),
      id_prefix_(base::random_id(random).substr(0, 8) + "-"),
      pending_(settings.pending),
      link_(settings.link, std::move(dialer), timers, random, *this) {}

bool StompRelay::handles(std::string_view destination) const {
    return below_any(settings_.destination_prefixes, destination);
}

Result<std::string> StompRelay::name_of(std::string_view destination) const {
    if (refused_.contains(std::string(destination), timers_.now())) return refused_by_broker();
    if (StompNodeChannel::owns(destination)) return StompNodeChannel::name_of(destination);
    auto name = settings_.mapping.to_broker(destination);
    if (name.has_value() && StompNodeChannel::is_reserved(*name)) return refused_by_broker();
    return name;
}

broker::NodeChannel* StompRelay::node_channel(const std::string& group) {
    return nodes_ ? &*nodes_ : &nodes_.emplace(*this, group);
}

void StompRelay::subscribe(broker::Subscription& subscription, Done done) {
    subscription.key = 0;
    if (messaging::DestinationPattern::has_wildcard(subscription.destination))
        return done(Error{Errc::unsupported, "A broker relay has no wildcard subscriptions"});
    if (subscription.acknowledges)
        return done(Error{Errc::unsupported, "A broker relay has ack mode auto only"});
    if (subscription.selector) return done(Error{Errc::unsupported, "A broker relay has no selectors"});
    const auto name = name_of(subscription.destination);
    if (name.has_error()) return done(name.error());
    const bool is_queue = below_any(settings_.queue_prefixes, subscription.destination);
    Upstream& upstream = upstreams_.join(subscription, *name, is_queue);
    if (upstream.state == Upstream::State::active) return done({});
    upstream.waiting.insert(subscription.key);
    waiting_.emplace(subscription.key, std::move(done));
    const bool is_first = upstream.waiting.size() == 1 && upstream.state != Upstream::State::asked;
    if (upstream.state == Upstream::State::refused) upstream.state = Upstream::State::idle;
    if (!link_.is_up() || !is_first) return;
    to_ask_.push_back(upstream.number);
    ask_next();
}

void StompRelay::unsubscribe(broker::Subscription& subscription) {
    waiting_.erase(subscription.key);
    Upstream* const unused = upstreams_.leave(subscription);
    if (unused == nullptr) return;
    const bool is_known = unused->state == Upstream::State::asked || unused->state == Upstream::State::active;
    if (link_.is_up() && is_known) {
        link_.write(unsubscribe_frame(unused->number));
        if (unused->is_queue) leaving_.emplace(unused->number, unused->destination);
    }
    upstreams_.forget(*unused);
}

void StompRelay::publish(MessagePtr message, Done done) {
    if (!available_) return done(away());
    const auto name = name_of(message->destination);
    if (name.has_error()) return done(name.error());
    std::string frame = send_frame(last_publish_ + 1, *name, *message);
    if (frame.size() > settings_.pending.max_bytes)
        return done(Error{Errc::too_large, "The message is too large for the broker"});
    if (!pending_.has_room(frame.size()))
        return done(Error{Errc::unavailable, "The broker does not keep up"});
    pending_.add(++last_publish_, {std::move(done), message->destination, frame.size()});
    link_.write(std::move(frame));
}

void StompRelay::link_up() {
    restored_at_ = 0;
    for (auto& [number, upstream] : upstreams_.all()) {
        if (refused_.contains(upstream.destination, timers_.now())) continue;
        upstream.state = Upstream::State::idle;
        to_ask_.push_back(number);
        restored_at_ = number;
    }
    ask_next();
    check_restored();
}

void StompRelay::link_down() {
    if (std::exchange(available_, false)) tell_(false, link_.lost_because());
    to_ask_.clear();
    asked_.clear();
    leaving_.clear();
    for (auto& [number, upstream] : upstreams_.all())
        if (upstream.state != Upstream::State::refused) upstream.state = Upstream::State::idle;
    if (nodes_) nodes_->set_available(false);
    for (auto& [number, entry] : pending_.take_all()) entry.done(away());
}

void StompRelay::ask(Upstream& upstream) {
    upstream.state = Upstream::State::asked;
    asked_.insert(upstream.number);
    link_.write(subscribe_frame(upstream.number, upstream.name));
}

void StompRelay::ask_next() {
    while (!to_ask_.empty() && asked_.size() < (careful_ ? 1 : window)) {
        Upstream* const upstream = upstreams_.find(to_ask_.front());
        to_ask_.pop_front();
        if (upstream != nullptr && upstream->state == Upstream::State::idle) ask(*upstream);
    }
}

/// Only then may be published again: whoever publishes to what it is subscribed to must get it.
void StompRelay::check_restored() {
    if (available_ || !link_.is_up()) return;
    if (!to_ask_.empty() && to_ask_.front() <= restored_at_) return;
    if (!asked_.empty() && *asked_.begin() <= restored_at_) return;
    available_ = true;
    careful_ = false;
    log::info("broker_available", {{"broker", link_.address()}, {"destinations", upstreams_.all().size()}});
    if (nodes_) nodes_->set_available(true);
    tell_(true, {});
    ask_next();
}

void StompRelay::on_frame(const stomp::Frame& frame) {
    if (frame.command == Command::message) on_message(frame);
    if (frame.command == Command::receipt) on_receipt(frame);
    if (frame.command == Command::error) on_error(frame);
}

/// The destination is the one that was subscribed to, whatever the broker says.
void StompRelay::on_message(const stomp::Frame& frame) {
    const auto number = parse_number(frame.header("subscription").value_or(""));
    Upstream* upstream = number ? upstreams_.find(*number) : nullptr;
    const auto left = number && upstream == nullptr ? leaving_.find(*number) : leaving_.end();
    if (upstream == nullptr && left == leaving_.end()) return;  // on its way while the last one unsubscribed
    const std::string& destination = upstream != nullptr ? upstream->destination : left->second;
    auto message = std::make_shared<const Message>(Message{destination, users_headers(frame.headers),
                                                           std::string(frame.body),
                                                           id_prefix_ + std::to_string(++last_id_)});
    if (upstream == nullptr) return give_back(destination, std::move(message));
    upstreams_.deliver(*upstream, message);
}

/// A queue's message that nobody here waits for any more: another server's client may.
void StompRelay::give_back(const std::string& destination, MessagePtr message) {
    if (Upstream* const again = upstreams_.find(destination)) return upstreams_.deliver(*again, message);
    publish(std::move(message), [this, destination](const Result<void>& result) {
        if (result.has_error())
            log::warning("message_dropped",
                         {{"destination", destination}, {"reason", result.error().message}});
    });
}

void StompRelay::on_receipt(const stomp::Frame& frame) {
    const auto id = parse_receipt_id(frame.header("receipt-id").value_or(""));
    if (!id) return;
    switch (id->what) {
        case Asked::publish:
            if (const auto entry = pending_.take(id->number)) entry->done({});
            return;
        case Asked::unsubscribe: leaving_.erase(id->number); return;
        case Asked::subscribe: break;
    }
    if (asked_.erase(id->number) == 0) return;
    if (Upstream* const upstream = upstreams_.find(id->number)) {
        upstream->state = Upstream::State::active;
        answer(*upstream, {});
    }
    ask_next();
    check_restored();
}

/// Each answer may end a session, and with it other subscriptions, and this upstream.
void StompRelay::answer(Upstream& upstream, const Result<void>& result) {
    for (const std::uint64_t key : std::exchange(upstream.waiting, {})) {
        auto waiting = waiting_.extract(key);
        if (!waiting.empty()) waiting.mapped()(result);
    }
}

/// What the broker refused, if that can be told: it said so, or only one request was under way.
std::optional<std::string> StompRelay::culprit(const stomp::Frame& error) {
    const auto id = parse_receipt_id(error.header("receipt-id").value_or(""));
    if (id && id->what == Asked::publish) {
        auto entry = pending_.take(id->number);
        if (!entry) return std::nullopt;
        entry->done(refused_by_broker());
        return entry->destination;
    }
    std::uint64_t number = 0;
    if (id && id->what == Asked::subscribe && asked_.contains(id->number)) number = id->number;
    if (!id && asked_.size() == 1 && pending_.size() == 0) number = *asked_.begin();
    if (Upstream* const upstream = upstreams_.find(number)) {
        std::string destination = upstream->destination;
        refuse(*upstream);
        return destination;
    }
    if (!id && asked_.empty()) return pending_.only_destination();
    return std::nullopt;
}

void StompRelay::refuse(Upstream& upstream) {
    upstream.state = Upstream::State::refused;
    answer(upstream, refused_by_broker());
}

/// The broker ends the connection after ERROR (STOMP 1.2, "ERROR"), so nothing else on it counts any more.
void StompRelay::on_error(const stomp::Frame& frame) {
    if (const auto destination = culprit(frame)) {
        log::warning("broker_refused_destination", {{"destination", *destination}});
        refused_.add(*destination, timers_.now());
    }
    careful_ = true;
    link_.lose("the broker answered ERROR");
}

}  // namespace stentor::relay
