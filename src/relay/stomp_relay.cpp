#include "relay/stomp_relay.hpp"

#include "base/log.hpp"
#include "broker/dead_letter.hpp"
#include "broker/gather.hpp"
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
      upstreams_(settings.upstreams),
      rests_(timers, [this](const broker::Rests::Where& where, base::TimePoint now) { wake(where, now); }),
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

/// While the broker is away only its shape is known to be right.
Result<std::string> StompRelay::name_of_pattern(const std::string& pattern) const {
    if (refused_.contains(pattern, timers_.now())) return refused_by_broker();
    const Dialect dialect = link_.is_up() ? link_.dialect() : Dialect::rabbitmq;
    auto name = settings_.mapping.pattern_to_broker(pattern, dialect);
    if (name.has_value() && StompNodeChannel::is_reserved(*name)) return refused_by_broker();
    return name;
}

/// Of a message to a pattern, if it is for it: the broker's pattern may stand for more than the client's.
std::optional<std::string> StompRelay::destination_of(const Upstream& pattern,
                                                      const stomp::Frame& message) const {
    const std::string_view name = message.header("destination").value_or("");
    auto destination = settings_.mapping.to_client(name, link_.dialect());
    if (!destination || !pattern.pattern->matches(*destination) || is_queue(*destination)) return {};
    if (StompNodeChannel::is_reserved(settings_.mapping.to_broker(*destination).value())) return {};
    return destination;
}

broker::NodeChannel* StompRelay::node_channel(const std::string& group) {
    return nodes_ ? &*nodes_ : &nodes_.emplace(*this, group);
}

bool StompRelay::is_queue(std::string_view destination) const {
    return below_any(settings_.queue_prefixes, destination);
}

void StompRelay::subscribe(broker::Subscription& subscription, Done done) {
    subscription.key = 0;
    const bool is_pattern = messaging::DestinationPattern::has_wildcard(subscription.destination);
    const bool queue = is_queue(subscription.destination);
    if (queue && is_pattern)
        return done(Error{Errc::unsupported, "A queue subscription cannot have wildcards"});
    if (queue && subscription.selector)  // what nobody selects would wait for ever
        return done(Error{Errc::unsupported, "A queue subscription cannot have a selector"});
    const auto name =
        is_pattern ? name_of_pattern(subscription.destination) : name_of(subscription.destination);
    if (name.has_error()) return done(name.error());
    Upstream& upstream = upstreams_.join(subscription, *name, queue);
    const std::uint64_t number = upstream.number;
    if (upstream.state == Upstream::State::active) {
        done({});
        return upstreams_.deliver_waiting(number);
    }
    upstream.waiting.insert(subscription.key);
    waiting_.emplace(subscription.key, std::move(done));
    const bool is_first = upstream.waiting.size() == 1 && upstream.state != Upstream::State::asked;
    if (upstream.state == Upstream::State::refused) upstream.state = Upstream::State::idle;
    if (!link_.is_up() || !is_first) return;
    to_ask_.push_back(number);
    ask_next();
}

void StompRelay::unsubscribe(broker::Subscription& subscription) {
    waiting_.erase(subscription.key);
    const Upstreams::Left left = upstreams_.leave(subscription);
    for (const Answer& answer : left.answers) tell(answer);
    if (left.unused != nullptr) release(*left.unused);
}

/// RabbitMQ keeps what was not settled with the connection, whatever becomes of the subscription; the others
/// take it back with the UNSUBSCRIBE.
void StompRelay::release(Upstream& unused) {
    const std::uint64_t number = unused.number;
    const std::string destination = unused.destination;
    const bool is_known = unused.state == Upstream::State::asked || unused.state == Upstream::State::active;
    const bool is_queue = unused.queue != nullptr;
    std::vector<std::string> unsettled = upstreams_.forget(unused);
    if (!link_.is_up() || !is_known) return;
    if (!is_queue || link_.dialect() != Dialect::rabbitmq) return link_.write(unsubscribe_frame(number));
    link_.write(silence_frames(number, "/topic/stentor-silence." + id_prefix_));
    leaving_.start(number, destination, std::move(unsettled));
    if (leaving_.is_full()) link_.lose("the broker does not answer UNSUBSCRIBE");
}

/// Who wants the queue again meanwhile asks only when it is all back: what goes back is older.
void StompRelay::on_unsubscribed(std::uint64_t number) {
    if (leaving_.end(number)) return link_.write(empty_transaction_frames(number));
    const auto left = leaving_.finish(number);
    if (!left) return;
    link_.write(give_back_frames(number, left->acks));
    const Upstream* const again = upstreams_.find(left->destination);
    if (again == nullptr || again->state != Upstream::State::idle) return;
    to_ask_.push_back(again->number);
    ask_next();
}

void StompRelay::publish(MessagePtr message, Done done) {
    if (!available_) return done(away());
    const auto name = name_of(message->destination);
    if (name.has_error()) return done(name.error());
    std::string frame =
        send_frame(last_publish_ + 1, *name, *message, {.is_persistent = is_queue(message->destination)});
    if (frame.size() > settings_.pending.max_bytes)
        return done(Error{Errc::too_large, "The message is too large for the broker"});
    if (!pending_.has_room(1, frame.size()))
        return done(Error{Errc::unavailable, "The broker does not keep up"});
    pending_.add(++last_publish_, {std::move(done), message->destination, frame.size()});
    link_.write(std::move(frame));
}

/// Some brokers confirm each message when they get it and others all at COMMIT: the answer needs all
/// receipts.
void StompRelay::publish_all(std::vector<MessagePtr> messages, Done done) {
    if (messages.size() == 1) return publish(std::move(messages.front()), std::move(done));
    if (!available_) return done(away());
    const std::string transaction = "t" + std::to_string(++last_transaction_);
    std::string frames = begin_frame(transaction);
    std::vector<std::size_t> sizes;
    std::uint64_t number = last_publish_;
    for (const MessagePtr& message : messages) {
        const auto name = name_of(message->destination);
        if (name.has_error()) return done(name.error());
        const std::size_t before = frames.size();
        frames += send_frame(++number, *name, *message, {is_queue(message->destination), transaction});
        sizes.push_back(frames.size() - before);
    }
    if (messages.size() > settings_.pending.max_messages || frames.size() > settings_.pending.max_bytes)
        return done(Error{Errc::too_large, "The transaction is too large for the broker"});
    if (!pending_.has_room(messages.size(), frames.size()))
        return done(Error{Errc::unavailable, "The broker does not keep up"});
    frames += commit_frame(transaction, ++number);
    const auto all = std::make_shared<broker::Gather>(messages.size() + 1, std::move(done));
    const auto one = [all](const Result<void>& result) { all->one(result); };
    for (std::size_t i = 0; i < messages.size(); ++i)
        pending_.add(++last_publish_, {one, messages[i]->destination, sizes[i], last_transaction_});
    pending_.add(++last_publish_, {one, {}, 0, last_transaction_});
    link_.write(std::move(frames));
}

/// Only RabbitMQ gives to others what is rejected; ActiveMQ makes it a dead letter at once.
Rejected StompRelay::rejected() const {
    return link_.dialect() == Dialect::rabbitmq ? Rejected::given_back : Rejected::redelivered;
}

void StompRelay::settle(broker::Subscription& subscription, std::uint64_t delivery,
                        broker::Settlement settlement) {
    const std::uint64_t key = subscription.key;
    const auto settled = upstreams_.settle(subscription, delivery, settlement, rejected(), timers_.now());
    if (settled.answer) tell(*settled.answer);
    if (settled.dead) bury(settled.dead, {});
    if (settled.next_wake != base::never)
        rests_.add(settled.next_wake, is_queue(subscription.destination)
                                          ? broker::Rests::Where{subscription.destination}
                                          : broker::Rests::Where{{}, key});
}

void StompRelay::wake(const broker::Rests::Where& where, base::TimePoint now) {
    const Upstreams::Woken woken = upstreams_.wake(where.queue, where.consumer, now);
    for (const Answer& answer : woken.answers) tell(answer);
    if (woken.next_wake != base::never) rests_.add(woken.next_wake, where);
}

/// What was rejected too often is RabbitMQ's to give to others, and ActiveMQ's dead letter. What other
/// brokers do with a NACK is not known; they might lose it.
void StompRelay::tell(const Answer& answer) {
    const bool knows_nack = link_.dialect() == Dialect::rabbitmq || link_.dialect() == Dialect::activemq;
    if (answer.dead && !knows_nack) return bury(answer.dead, answer.ack);
    link_.write(settle_frame(answer.ack, answer.how));
}

/// A queue's is acknowledged once it is there; one that is not taken stays unsettled, and so the broker's.
void StompRelay::bury(const MessagePtr& dead, std::string ack) {
    const auto dropped = [dead](std::string_view reason) {
        log::warning("dead_letter_dropped",
                     {{"destination", dead->destination}, {"message", dead->id}, {"reason", reason}});
    };
    const std::string& destination = settings_.dead_letter_destination;
    const std::uint64_t connection = connections_;
    const auto acknowledge = [this, connection, ack] {
        if (!ack.empty() && connection == connections_ && link_.is_up())
            link_.write(settle_frame(ack, broker::Settlement::accepted));
    };
    if (destination.empty() || dead->destination == destination || !handles(destination)) {
        dropped("there is no place for dead letters");
        return acknowledge();
    }
    publish(std::make_shared<const Message>(broker::dead_letter(*dead, destination)),
            [dropped, acknowledge](const Result<void>& result) {
                if (result.has_error()) dropped(result.error().message);
                else acknowledge();
            });
}

void StompRelay::link_up() {
    ++connections_;
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
    upstreams_.forget_unsettled();
    for (auto& [number, upstream] : upstreams_.all())
        if (upstream.state != Upstream::State::refused) upstream.state = Upstream::State::idle;
    if (nodes_) nodes_->set_available(false);
    for (auto& [number, entry] : pending_.take_all()) entry.done(away());
}

void StompRelay::ask(Upstream& upstream) {
    if (upstream.pattern) {
        const auto name = name_of_pattern(upstream.destination);
        if (name.has_error()) {
            log::warning("broker_has_no_such_pattern", {{"destination", upstream.destination}});
            upstream.state = Upstream::State::refused;
            return answer(upstream, name.error());
        }
        upstream.name = *name;
    }
    upstream.state = Upstream::State::asked;
    asked_.insert(upstream.number);
    link_.write(upstream.queue ? subscribe_to_queue_frame(upstream.number, upstream.name, link_.dialect(),
                                                          settings_.prefetch)
                               : subscribe_frame(upstream.number, upstream.name));
}

void StompRelay::ask_next() {
    while (!to_ask_.empty() && asked_.size() < (careful_ ? 1 : window)) {
        Upstream* const upstream = upstreams_.find(to_ask_.front());
        to_ask_.pop_front();
        if (upstream == nullptr || upstream->state != Upstream::State::idle) continue;
        if (!leaving_.has(upstream->destination)) ask(*upstream);  // else on_unsubscribed() does
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

/// The destination is the one that was subscribed to, whatever the broker says, but for patterns.
void StompRelay::on_message(const stomp::Frame& frame) {
    const auto number = parse_number(frame.header("subscription").value_or(""));
    if (!number) return;
    const std::string_view ack = frame.header("ack").value_or("");
    Upstream* const upstream = upstreams_.find(*number);
    if (upstream == nullptr) {  // on its way while the last one unsubscribed
        if (leaving_.add(*number, ack) && leaving_.is_full())
            link_.lose("the broker does not end UNSUBSCRIBE");
        return;
    }
    auto destination =
        upstream->pattern ? destination_of(*upstream, frame) : std::optional(upstream->destination);
    if (!destination) return;
    auto message = std::make_shared<const Message>(
        Message{std::move(*destination), users_headers(frame.headers), std::string(frame.body),
                id_prefix_ + std::to_string(++last_id_)});
    if (!upstream->queue) return upstreams_.deliver(*upstream, message);
    if (ack.empty()) return link_.lose("a queue's MESSAGE has no header 'ack'");
    upstreams_.deliver(*upstream, std::move(message), std::string(ack),
                       frame.header("redelivered") == "true");
}

void StompRelay::on_receipt(const stomp::Frame& frame) {
    const auto id = parse_receipt_id(frame.header("receipt-id").value_or(""));
    if (!id) return;
    switch (id->what) {
        case Asked::publish:
            if (const auto entry = pending_.take(id->number)) entry->done({});
            return;
        case Asked::unsubscribe: return on_unsubscribed(id->number);
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
        if (entry->destination.empty()) return std::nullopt;
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

/// RabbitMQ says of what it gives that the subscription has ended meanwhile, and goes on. A topic's message
/// is of no use to anybody then; a queue's would stay with the connection.
bool StompRelay::is_late_message(const stomp::Frame& error) const {
    if (link_.dialect() != Dialect::rabbitmq || error.header("message") != "Subscription not found")
        return false;
    const std::size_t tag = error.body.find("'T_");
    if (tag == error.body.npos) return false;
    const std::string_view rest = error.body.substr(tag + 3);
    const auto number = parse_number(rest.substr(0, rest.find('\'')));
    return number && !leaving_.has(*number) && !upstreams_.has(*number);
}

/// The broker ends the connection after ERROR (STOMP 1.2, "ERROR"), so nothing else on it counts any more.
void StompRelay::on_error(const stomp::Frame& frame) {
    if (is_late_message(frame)) return;
    link_.log_error(frame);
    if (const auto destination = culprit(frame)) {
        log::warning("broker_refused_destination", {{"destination", *destination}});
        refused_.add(*destination, timers_.now());
    }
    careful_ = true;
    link_.lose("the broker answered ERROR");
}

}  // namespace stentor::relay
