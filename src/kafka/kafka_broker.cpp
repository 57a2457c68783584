#include "kafka/kafka_broker.hpp"

#include "kafka/record_headers.hpp"

#include <algorithm>
#include <utility>

namespace stentor::kafka {
namespace {

constexpr base::Duration before_retry = std::chrono::milliseconds(500);
constexpr std::size_t max_look_ups = 64;   // of one shard, under way at once, for what is published
constexpr std::size_t max_sought = 1'000;  // with those for subscribers: they are looked up one by one

Error away() { return {Errc::unavailable, "The broker is not available"}; }
Error busy() { return {Errc::unavailable, "The broker does not keep up"}; }

}  // namespace

/// A subscriber in front of the one that is meant: it chooses by the selector, or resumes.
struct KafkaBroker::Special final : broker::Subscriber {
    Special(broker::Subscription& w, std::string t)
        : wanted(w), topic(std::move(t)), listed{*this, w.id, w.destination} {}

    void deliver(const broker::Subscription&, const broker::Delivery& delivery) override {
        if (!wanted.selector || wanted.selector->matches(delivery.message->headers))
            wanted.subscriber.deliver(wanted, delivery);
    }
    void overflowed(const broker::Subscription&) override { wanted.subscriber.overflowed(wanted); }

    broker::Subscription& wanted;
    std::string topic;
    broker::Subscription listed;  ///< in the index, once it is live
    bool is_listed = false;
    StartPosition position;
    std::unique_ptr<Resuming> resuming = nullptr;
    bool has_reader = false;
};

KafkaBroker::KafkaBroker(const BrokerSettings& settings, std::shared_ptr<Engine> engine, unsigned shard,
                         Engine::Post post, base::TimerQueue& timers)
    : settings_(settings),
      engine_(std::move(engine)),
      shard_(shard),
      post_(std::move(post)),
      timers_(timers),
      begin_(timers, [this](base::TimePoint) { begin(); }),
      retry_(timers, [this](base::TimePoint) { look_again(); }),
      nodes_(*this) {
    begin_.set(base::TimePoint{});  // once all shards are there and this one runs
}

KafkaBroker::~KafkaBroker() { shut_down(); }

void KafkaBroker::begin() {
    open_ = true;
    engine_->open(shard_, *this, std::move(post_));
    look_again();
}

void KafkaBroker::shut_down() {
    begin_.cancel();
    retry_.cancel();
    if (std::exchange(open_, false)) engine_->close(shard_);
    if (std::exchange(available_, false)) tell_(false, "the server stops");
    held_.clear();
    pending_bytes_ = 0;
    for (auto& [number, entry] : std::exchange(pending_, {})) entry.done(away());
}

bool KafkaBroker::handles(std::string_view destination) const {
    return settings_.rules->handles(destination);
}

void KafkaBroker::on_availability(bool available, const std::string& reason) {
    if (!open_ || std::exchange(available_, available) == available) return;
    tell_(available, reason);
    const auto nodes = topics_.find(settings_.nodes_topic);
    nodes_.set_open(available && nodes != topics_.end() && nodes->second.state == Topic::State::attached);
    if (available) look_again();
}

/// For all that subscriptions wait for.
void KafkaBroker::look_again() {
    for (const auto& [name, topic] : topics_)
        if (topic.state == Topic::State::looked_for) look_up(name);
    for (const auto& [name, keys] : joining_) look_up(name);
}

/// A group may be named so that its servers' topic has a destination.
Result<Place> KafkaBroker::place_of(std::string_view destination) const {
    auto place = settings_.rules->place_of(destination);
    if (place.has_value() && place->topic == settings_.nodes_topic)
        return Error{Errc::forbidden, "The topic is the servers' own"};
    return place;
}

// --- publishing
// ---------------------------------------------------------------------------------------------

void KafkaBroker::publish(MessagePtr message, Done done) {
    auto place = place_of(message->destination);
    if (place.has_error()) return done(place.error());
    if (const auto key = message->headers.find("kafka-key"); key && !place->key) {
        place->key = std::string(*key);
        place->partition = Partition::by_key;
    }
    if (message->body.size() > settings_.max_body)
        return done(Error{Errc::too_large, "The message is too large for the broker"});
    const std::size_t bytes = broker::Queue::weight(*message);
    produce(std::move(*place), std::move(message), bytes, std::move(done));
}

void KafkaBroker::produce(Place place, MessagePtr message, std::size_t bytes, Done done) {
    if (!available_) return done(away());
    if (pending_.size() >= settings_.max_pending || bytes > settings_.max_pending_bytes - pending_bytes_)
        return done(busy());
    const auto known = known_.find(place.topic);
    const std::uint64_t number = ++last_number_;
    pending_.emplace(number, Unconfirmed{std::move(done), bytes});
    pending_bytes_ += bytes;
    if (known != known_.end() && known->second) return write(number, place, message);
    if (known == known_.end() && held_.size() >= max_look_ups) return finish_publish(number, busy());
    held_[place.topic].push_back({number, place, std::move(message)});
    look_up(place.topic);
}

void KafkaBroker::write(std::uint64_t number, const Place& place, const MessagePtr& message) {
    if (const auto taken = engine_->produce(shard_, number, place, message); taken.has_error())
        finish_publish(number, taken);
}

void KafkaBroker::finish_publish(std::uint64_t number, const Result<void>& result) {
    auto entry = pending_.extract(number);
    if (entry.empty()) return;
    pending_bytes_ -= entry.mapped().bytes;
    entry.mapped().done(result);
}

void KafkaBroker::on_produced(std::span<const Report> reports) {
    for (const Report& report : reports) finish_publish(report.number, report.result);
}

// --- topics
// -------------------------------------------------------------------------------------------------

/// Asks once, until it is answered.
void KafkaBroker::look_up(const std::string& topic) {
    if (!open_ || !known_.try_emplace(topic, false).second) return;
    ++looking_;
    engine_->look_up(shard_, topic);
}

void KafkaBroker::on_topic(const std::string& name, const Result<void>& found) {
    if (!open_) return;
    if (const auto asked = known_.find(name); asked != known_.end() && !asked->second) --looking_;
    if (found.has_value()) known_[name] = true;
    else known_.erase(name);
    if (auto held = held_.extract(name); !held.empty())
        for (const Held& each : held.mapped()) {
            if (found.has_value()) write(each.number, each.place, each.message);
            else finish_publish(each.number, found);
        }
    const bool may_come = found.has_error() && found.error().code == Errc::unavailable;
    if (may_come) return retry_.set(timers_.now() + before_retry);  // who subscribed waits
    if (auto joining = joining_.extract(name); !joining.empty())
        for (const Key key : joining.mapped()) {
            if (found.has_value()) join(key);
            else answer(key, found);
        }
    const auto wanted = topics_.find(name);
    if (wanted == topics_.end() || wanted->second.state != Topic::State::looked_for) return;
    if (found.has_value()) return attach(name, wanted->second);
    wanted->second.state = Topic::State::absent;
    for (const Key key : std::exchange(wanted->second.waiting, {})) answer(key, found);
}

void KafkaBroker::use_topic(const std::string& name) {
    Topic& topic = topics_[name];
    if (++topic.subscribers > 1 && topic.state != Topic::State::absent) return;
    topic.state = Topic::State::looked_for;
    const auto known = known_.find(name);
    if (open_ && known != known_.end() && known->second) attach(name, topic);
    else look_up(name);
}

void KafkaBroker::attach(const std::string& name, Topic& topic) {
    topic.state = Topic::State::asked;
    topic.ticket = ++last_number_;
    engine_->attach(shard_, name, topic.ticket);
}

void KafkaBroker::leave_topic(const std::string& name) {
    const auto found = topics_.find(name);
    if (--found->second.subscribers != 0) return;
    const Topic::State state = found->second.state;
    topics_.erase(found);
    if (open_ && (state == Topic::State::asked || state == Topic::State::attached))
        engine_->detach(shard_, name);
}

void KafkaBroker::on_attached(const std::string& name, std::uint64_t ticket, const Positions& positions) {
    const auto found = topics_.find(name);
    if (!open_ || found == topics_.end() || found->second.ticket != ticket) return;
    Topic& topic = found->second;
    topic.state = Topic::State::attached;
    topic.next = positions;
    if (name == settings_.nodes_topic) nodes_.set_open(available_);
    for (const Key key : std::exchange(topic.waiting, {})) {
        const auto special = specials_.find(key);
        if (special == specials_.end() || !special->second->resuming) answer(key, {});
        else go_on(*special->second);
    }
}

/// An answer may end its session, and with it other subscriptions.
void KafkaBroker::answer(Key key, const Result<void>& result) {
    if (auto waiting = answers_.extract(key); !waiting.empty()) waiting.mapped()(result);
}

void KafkaBroker::on_records(const std::string& name, std::span<const Arrival> records) {
    const auto found = topics_.find(name);
    if (!open_ || found == topics_.end() || found->second.state != Topic::State::attached) return;
    if (name == settings_.nodes_topic) return nodes_.on_records(records);
    Topic& topic = found->second;
    for (const Arrival& record : records) {
        const auto partition = static_cast<std::size_t>(record.partition);
        if (topic.next.size() <= partition) topic.next.resize(partition + 1);  // it is new
        topic.next[partition] = record.offset + 1;
    }
    deliver(records);
    for (const Key key : std::vector<Key>(topic.resuming)) {
        Special& special = *specials_.at(key);
        special.resuming->on_live(records);
        go_on(special);
    }
}

/// What is for the same destination in a row goes as one.
void KafkaBroker::deliver(std::span<const Arrival> records) {
    for (const Arrival& record : records)
        if (record.message) run_.add(record.message);
    run_.flush();
}

// --- subscriptions
// ------------------------------------------------------------------------------------------

void KafkaBroker::subscribe(broker::Subscription& subscription, Done done) {
    subscribe_with(Headers(), subscription, std::move(done));
}

void KafkaBroker::subscribe_with(const Headers& headers, broker::Subscription& subscription, Done done) {
    subscription.key = 0;
    auto place = place_of(subscription.destination);
    if (place.has_error()) return done(place.error());
    const auto position = read_start_position(headers);
    if (position.has_error()) return done(position.error());
    if (open_ && looking_ >= max_sought && !known_.contains(place->topic)) return done(busy());
    const bool resumes = !std::holds_alternative<Latest>(*position);
    if (settings_.rules->is_queue(subscription.destination)) {
        if (subscription.selector || resumes)
            return done(
                Error{Errc::unsupported, "A queue subscription cannot have a selector or a position"});
        return subscribe_to_queue(subscription, std::move(*place), std::move(done));
    }
    subscription.key = ++last_number_;
    const Key key = subscription.key;
    if (subscription.selector || resumes) {
        auto special = std::make_unique<Special>(subscription, place->topic);
        special->position = *position;
        if (resumes) special->resuming = std::make_unique<Resuming>(subscription, settings_.resume_backlog);
        specials_.emplace(key, std::move(special));
    }
    use_topic(place->topic);
    Topic& topic = topics_.at(place->topic);
    answers_.emplace(key, std::move(done));
    const auto special = specials_.find(key);
    if (special == specials_.end()) {
        index_.add(subscription);
    } else if (resumes) {
        topic.resuming.push_back(key);
    } else {
        index_.add(special->second->listed);
        special->second->is_listed = true;
    }
    if (topic.state != Topic::State::attached) return topic.waiting.push_back(key);
    if (resumes) return go_on(*special->second);
    answer(key, {});
}

void KafkaBroker::unsubscribe(broker::Subscription& subscription) {
    const Key key = std::exchange(subscription.key, 0);
    if (key == 0) return;
    answers_.erase(key);
    if (auto consumer = consumers_.extract(key); !consumer.empty()) {
        if (open_ && consumer.mapped().has_joined) engine_->leave_queue(shard_, key, consumer.mapped().place);
        return;
    }
    const auto place = settings_.rules->place_of(subscription.destination);
    Topic& topic = topics_.at(place->topic);
    std::erase(topic.waiting, key);
    std::erase(topic.resuming, key);
    if (auto found = specials_.extract(key); !found.empty()) {
        Special& special = *found.mapped();
        if (special.is_listed) index_.remove(special.listed);
        if (special.has_reader && open_) engine_->stop_reader(shard_, key);
    } else {
        index_.remove(subscription);
    }
    leave_topic(place->topic);
}

void KafkaBroker::settle(broker::Subscription& subscription, std::uint64_t delivery,
                         broker::Settlement settlement) {
    const auto consumer = consumers_.find(subscription.key);
    if (consumer != consumers_.end()) {
        if (open_) engine_->settle(shard_, subscription.key, consumer->second.place, delivery, settlement);
        return;
    }
    const auto special = specials_.find(subscription.key);
    if (special == specials_.end() || !special->second->resuming) return;
    special->second->resuming->settle(delivery, settlement);
    go_on(*special->second);
}

// --- those that resume
// --------------------------------------------------------------------------------------

/// Its next step: a reader, more for the reader, or to its place among the others.
void KafkaBroker::go_on(Special& special) {
    if (!special.resuming || !open_) return;
    const Key key = special.wanted.key;
    if (!special.has_reader && answers_.contains(key)) {
        special.has_reader = true;
        return engine_->start_reader(shard_, key, special.topic, special.position);
    }
    if (special.has_reader && !answers_.contains(key) && !special.resuming->needs_reader()) {
        special.has_reader = false;
        engine_->stop_reader(shard_, key);
    }
    if (special.has_reader)
        if (const std::size_t more = special.resuming->allowance(); more != 0)
            engine_->allow(shard_, key, more);
    if (special.resuming->is_live()) become_live(special);
}

void KafkaBroker::become_live(Special& special) {
    const Key key = special.wanted.key;
    std::erase(topics_.at(special.topic).resuming, key);
    special.resuming.reset();
    if (special.wanted.selector) {
        index_.add(special.listed);
        special.is_listed = true;
        return;
    }
    broker::Subscription& wanted = special.wanted;
    specials_.erase(key);
    index_.add(wanted);
}

void KafkaBroker::on_reader(std::uint64_t reader, const Result<std::map<std::int32_t, std::int64_t>>& first) {
    const auto found = specials_.find(reader);
    if (!open_ || found == specials_.end() || !found->second->resuming) return;
    Special& special = *found->second;
    if (first.has_error()) {
        special.has_reader = false;
        return answer(reader, first.error());
    }
    special.resuming->begin(*first, topics_.at(special.topic).next);
    answer(reader, {});
    if (const auto still = specials_.find(reader); still != specials_.end()) go_on(*still->second);
}

void KafkaBroker::on_reader_records(std::uint64_t reader, std::span<const Arrival> records,
                                    std::size_t bytes) {
    const auto found = specials_.find(reader);
    if (!open_ || found == specials_.end() || !found->second->resuming) return;
    found->second->resuming->on_read(records, bytes);
    go_on(*found->second);
}

// --- queues
// -------------------------------------------------------------------------------------------------

/// Done when its topic is there: a group that reads one that is not would not notice when it is made.
void KafkaBroker::subscribe_to_queue(broker::Subscription& subscription, Place place, Done done) {
    subscription.key = ++last_number_;
    const Key key = subscription.key;
    const std::string topic = place.topic;
    answers_.emplace(key, std::move(done));
    consumers_.emplace(key, Consumer{&subscription, std::move(place)});
    const auto known = known_.find(topic);
    if (open_ && known != known_.end() && known->second) return join(key);
    joining_[topic].push_back(key);
    look_up(topic);
}

void KafkaBroker::join(Key key) {
    const auto found = consumers_.find(key);
    if (found == consumers_.end()) return;  // it has left
    Consumer& consumer = found->second;
    consumer.has_joined = true;
    engine_->join_queue(shard_, key, consumer.place,
                        {consumer.subscription->window, consumer.subscription->acknowledges});
    answer(key, {});
}

void KafkaBroker::on_queue(std::span<const QueueArrival> messages) {
    if (!open_) return;
    for (const QueueArrival& each : messages) {
        const auto found = consumers_.find(each.consumer);
        if (found == consumers_.end()) continue;  // it has left, and what it did not settle goes to others
        broker::Subscription& subscription = *found->second.subscription;
        subscription.subscriber.deliver(subscription, {each.message, each.delivery, each.redelivered});
    }
}

}  // namespace stentor::kafka
