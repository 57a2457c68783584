#include "broker/simple_broker.hpp"

#include "base/log.hpp"
#include "broker/dead_letter.hpp"
#include "broker/home.hpp"
#include "messaging/destination.hpp"
#include "messaging/destination_pattern.hpp"

#include <algorithm>

namespace stentor::broker {
namespace {

bool below_any(const std::vector<std::string>& prefixes, std::string_view destination) {
    return std::ranges::any_of(prefixes,
                               [&](const std::string& p) { return messaging::has_prefix(destination, p); });
}

Error too_many_queues() { return {Errc::too_large, "There are too many queues"}; }

Result<void> to_result(const std::optional<Error>& error) {
    return error ? Result<void>(*error) : Result<void>();
}

/// One that unsubscribed meanwhile is told as well: its SUBSCRIBE did happen.
void finish(std::unordered_map<std::uint64_t, SimpleBroker::Done>& waiting, std::uint64_t number,
            const Result<void>& result) {
    const auto found = waiting.find(number);
    if (found == waiting.end()) return;
    const SimpleBroker::Done done = std::move(found->second);
    waiting.erase(found);
    done(result);
}

void log_dropped(const Message& letter, std::string_view reason) {
    log::warning("dead_letter_dropped",
                 {{"destination", letter.destination}, {"message", letter.id}, {"reason", reason}});
}

}  // namespace

SimpleBroker::SimpleBroker(const Settings& settings, Peers& peers, base::TimerQueue& timers)
    : settings_(settings),
      peers_(peers),
      interests_(peers),
      timers_(timers),
      history_(settings.histories, timers),
      backlogs_(settings.max_topic_backlogs_bytes),
      rests_(timers, [this](const Rests::Where& where, base::TimePoint now) { wake(where, now); }),
      held_(settings.holds, timers,
            [this](std::span<const MessagePtr> messages) {
                for (const MessagePtr& message : messages) run_.add(message);
                return run_.flush();
            }),
      run_([this](std::span<const MessagePtr> messages) { return index_.deliver(messages); }),
      lossy_topics_{settings.slow_rules, slow_consumers_} {}

bool SimpleBroker::handles(std::string_view destination) const {
    return below_any(settings_.destination_prefixes, destination);
}

bool SimpleBroker::is_queue(std::string_view destination) const {
    return below_any(settings_.queue_prefixes, destination);
}

unsigned SimpleBroker::home_of(std::string_view destination) const {
    return home_shard(destination, peers_.count());
}

void SimpleBroker::send(unsigned shard, Mail mail) {
    if (shard == peers_.self()) receive(shard, std::move(mail));
    else peers_.send(shard, std::move(mail));
}

void SimpleBroker::subscribe(Subscription& subscription, Done done) {
    subscription.key = 0;  // it has none here unless it needs one
    if (!is_queue(subscription.destination)) return subscribe_to_topic(subscription, std::move(done));
    if (messaging::DestinationPattern::has_wildcard(subscription.destination))
        return done(Error{Errc::unsupported, "A queue subscription cannot have wildcards"});
    if (subscription.selector)  // what nobody selects would wait for ever
        return done(Error{Errc::unsupported, "A queue subscription cannot have a selector"});
    subscription.key = ++last_number_;
    consumers_.emplace(subscription.key, &subscription);
    joining_.emplace(subscription.key, std::move(done));
    send(home_of(subscription.destination),
         QueueJoin{
             subscription.destination, subscription.key, {subscription.window, subscription.acknowledges}});
}

/// Nobody gets what was published before he came, or loses what was published before he left.
void SimpleBroker::subscribe_to_topic(Subscription& subscription, Done done) {
    flush();
    held_.flush(subscription.destination);
    const std::vector<unsigned> homes = homes_of(subscription);
    Subscription* listed = &subscription;
    if (subscription.acknowledges || subscription.selector || !homes.empty()) {
        std::optional<TopicConsumer::Awaited> awaited;
        if (!homes.empty()) awaited.emplace(history_, peers_.count(), homes, replay_limits());
        subscription.key = ++last_number_;
        const auto consumer = topic_consumers_.emplace(
            subscription.key, std::make_unique<TopicConsumer>(subscription, settings_.topic_backlog,
                                                              backlogs_, lossy_topics_, std::move(awaited)));
        listed = &consumer.first->second->listed();
    }
    Topic& topic = index_.add(*listed);
    if (topic.subscriptions.size() == 1) interests_.announce(topic, subscription.destination);
    if (homes.empty()) interests_.when_known(topic, std::move(done));
    else ask_for_history(topic, subscription, homes, std::move(done));
}

/// The shards that may keep something of what it subscribes to.
std::vector<unsigned> SimpleBroker::homes_of(const Subscription& subscription) const {
    std::vector<unsigned> homes;
    if (history_.off() || subscription.history == 0 || !history_.concerns(subscription.destination))
        return homes;
    if (!messaging::DestinationPattern::has_wildcard(subscription.destination))
        return {home_of(subscription.destination)};
    for (unsigned shard = 0; shard < peers_.count(); ++shard) homes.push_back(shard);
    return homes;
}

/// What is kept has room where what is live has.
ReplayLimits SimpleBroker::replay_limits() const {
    return {std::min(settings_.replay.messages, settings_.topic_backlog.max_messages),
            std::min(settings_.replay.bytes, settings_.topic_backlog.max_bytes)};
}

/// After the interest was announced: a home sends on what it does not give.
void SimpleBroker::ask_for_history(const Topic& topic, const Subscription& subscription,
                                   const std::vector<unsigned>& homes, Done done) {
    const std::uint64_t key = subscription.key;
    const HistoryQuery query{subscription.destination, subscription.history, subscription.selector};
    activating_.emplace(key, Activation{homes.size() + 1, std::move(done)});
    interests_.when_known(topic, [this, key](const Result<void>&) { one_known(key); });
    for (const unsigned home : homes) send(home, HistoryRequest{query, key});
}

void SimpleBroker::one_known(std::uint64_t key) {
    const auto found = activating_.find(key);
    if (--found->second.missing != 0) return;
    const Done done = std::move(found->second.done);
    activating_.erase(found);
    done({});
}

void SimpleBroker::unsubscribe(Subscription& subscription) {
    if (is_queue(subscription.destination)) {
        if (consumers_.erase(subscription.key) != 0)
            send(home_of(subscription.destination), QueueLeave{subscription.destination, subscription.key});
        return;
    }
    flush();
    held_.flush(subscription.destination);
    const auto consumer = topic_consumers_.find(subscription.key);
    const bool is_listed = consumer == topic_consumers_.end();
    if (index_.remove(is_listed ? subscription : consumer->second->listed()))
        interests_.withdraw(subscription.destination);
    if (!is_listed) topic_consumers_.erase(consumer);
}

void SimpleBroker::publish(MessagePtr message, Done done) {
    ++counts_.published;
    if (is_queue(message->destination)) {
        const unsigned home = home_of(message->destination);
        publishing_.emplace(++last_number_, std::move(done));
        return send(home, QueuePublish{std::move(message), last_number_});
    }
    if (!history_.off() && history_.keeps(message->destination))
        return publish_kept(std::move(message), std::move(done));
    publish_to_topics(message);
    done({});
}

void SimpleBroker::publish_kept(MessagePtr message, Done done) {
    const unsigned home = home_of(message->destination);
    if (home != peers_.self()) {
        publishing_.emplace(++last_number_, std::move(done));
        return peers_.send(home, HistoryPublish{std::move(message), last_number_});
    }
    history_.add(message);
    publish_to_topics(message);
    done({});
}

/// Once to each of the other shards that want it, by whatever topics, and to each subscription of this one.
void SimpleBroker::publish_to_topics(const MessagePtr& message) {
    run_.make_way_for(message->destination);  // while the index knows by heart who wants those
    const std::vector<const Topic*>& topics = index_.find(message->destination);
    interested_.clear();
    for (const Topic* const topic : topics) {
        ++topic->published;
        interested_.insert(interested_.end(), topic->shards.begin(), topic->shards.end());
    }
    if (topics.size() > 1) {
        std::ranges::sort(interested_);
        const auto repeated = std::ranges::unique(interested_);
        interested_.erase(repeated.begin(), repeated.end());
    }
    for (const unsigned shard : interested_) peers_.send(shard, TopicMessage{message});
    if (!held_.off() || settings_.in_runs) return to_all(message);
    for (const Topic* const topic : topics) topic->deliver({&message, 1});
}

void SimpleBroker::to_all(const MessagePtr& message) {
    if (held_.off() && settings_.in_runs) run_.add(message);
    else held_.deliver(message);
}

/// Of a subscription that has left nothing is under way: its key is known no more.
void SimpleBroker::settle(Subscription& subscription, std::uint64_t delivery, Settlement settlement) {
    if (consumers_.contains(subscription.key)) {
        send(home_of(subscription.destination),
             QueueSettle{subscription.destination, subscription.key, delivery, settlement});
    } else if (const auto found = topic_consumers_.find(subscription.key); found != topic_consumers_.end()) {
        const MessagePtr dead = found->second->settle(delivery, settlement, timers_.now());
        if (found->second->next_wake() != base::never)
            rests_.add(found->second->next_wake(), {{}, subscription.key});
        list_itself_if_it_may(subscription.key);
        if (dead) bury(dead);
    }
}

/// What is kept was all written, and nothing else is special about it.
void SimpleBroker::list_itself_if_it_may(std::uint64_t key) {
    const auto found = topic_consumers_.find(key);
    TopicConsumer& consumer = *found->second;
    if (consumer.is_needed()) return;
    SubscriptionIndex::replace(consumer.listed(), consumer.wanted());
    consumer.wanted().key = 0;
    topic_consumers_.erase(found);
}

void SimpleBroker::receive(unsigned from, Mail mail) {
    std::visit([&](auto& m) { handle(from, m); }, mail);
}

void SimpleBroker::handle(unsigned from, TopicMessage& mail) {
    const std::string& destination = mail.message->destination;
    const auto is_known = [&](const Topic* topic) { return interests_.is_known(*topic, from); };
    if (interests_.all_known() || std::ranges::all_of(index_.find(destination), is_known))
        return to_all(mail.message);
    flush();
    held_.flush(destination);
    for (const Topic* const topic : index_.find(destination))
        if (is_known(topic)) topic->deliver({&mail.message, 1});
}

void SimpleBroker::handle(unsigned from, Interest& mail) {
    index_.add_shard(mail.topic, from);
    send(from, InterestKnown{mail.announcement});
}

void SimpleBroker::handle(unsigned from, InterestKnown& mail) {
    interests_.acknowledged(mail.announcement, from);
}

void SimpleBroker::handle(unsigned from, InterestGone& mail) { index_.remove_shard(mail.topic, from); }

Queue* SimpleBroker::find_or_make(const std::string& destination) {
    if (const auto found = queues_.find(destination); found != queues_.end()) return &found->second;
    return queues_.size() < settings_.max_queues
               ? &queues_.try_emplace(destination, settings_.queue).first->second
               : nullptr;
}

void SimpleBroker::handle(unsigned from, QueueJoin& mail) {
    Queue* const queue = find_or_make(mail.destination);
    if (queue == nullptr) return send(from, QueueJoined{mail.consumer, too_many_queues()});
    queue->join({mail.consumer, from}, mail.terms);
    send(from, QueueJoined{mail.consumer, std::nullopt});
    drain(mail.destination);
}

void SimpleBroker::handle(unsigned, QueueJoined& mail) {
    finish(joining_, mail.consumer, to_result(mail.error));
}

void SimpleBroker::handle(unsigned from, QueueLeave& mail) {
    const auto found = queues_.find(mail.destination);
    if (found == queues_.end()) return;
    const std::size_t before = found->second.bytes();
    const std::vector<MessagePtr> dead = found->second.leave({mail.consumer, from});
    waiting_bytes_ -= before - found->second.bytes();
    drain(mail.destination);
    for (const MessagePtr& letter : dead) bury(letter);
}

std::optional<Error> SimpleBroker::take(Queue* queue, MessagePtr message) {
    if (queue == nullptr) return too_many_queues();
    if (is_full_) return Error{Errc::unavailable, "The server has no memory left for messages that wait"};
    const std::size_t before = queue->bytes();
    if (waiting_bytes_ >= settings_.max_waiting_bytes || !queue->push(std::move(message)))
        return Error{Errc::too_large, "The queue is full"};
    waiting_bytes_ += queue->bytes() - before;
    return std::nullopt;
}

void SimpleBroker::handle(unsigned from, QueuePublish& mail) {
    const std::string destination = mail.message->destination;
    send(from, PublishAnswer{mail.request, take(find_or_make(destination), std::move(mail.message))});
    drain(destination);
}

void SimpleBroker::handle(unsigned, PublishAnswer& mail) {
    finish(publishing_, mail.request, to_result(mail.error));
}

void SimpleBroker::handle(unsigned, QueueDelivery& mail) {
    const auto found = consumers_.find(mail.consumer);
    if (found == consumers_.end()) return;  // its QueueLeave is under way and brings the message back
    flush();
    found->second->subscriber.deliver(*found->second, {mail.message, mail.number, mail.redelivered});
}

void SimpleBroker::handle(unsigned from, QueueSettle& mail) {
    const auto found = queues_.find(mail.destination);
    if (found == queues_.end()) return;
    const std::size_t before = found->second.bytes();
    const MessagePtr dead =
        found->second.settle({mail.consumer, from}, mail.number, mail.settlement, timers_.now());
    waiting_bytes_ -= before - found->second.bytes();
    if (found->second.next_wake() != base::never) rests_.add(found->second.next_wake(), {mail.destination});
    drain(mail.destination);
    if (dead) bury(dead);
}

void SimpleBroker::handle(unsigned from, HistoryPublish& mail) {
    history_.add(mail.message);
    publish_to_topics(mail.message);
    send(from, PublishAnswer{mail.request, std::nullopt});
}

void SimpleBroker::handle(unsigned from, HistoryRequest& mail) {
    send(from, HistoryReplay{mail.consumer, history_.find(mail.query, replay_limits())});
}

/// What came before it waits for others only.
void SimpleBroker::handle(unsigned from, HistoryReplay& mail) {
    if (const auto found = topic_consumers_.find(mail.consumer); found != topic_consumers_.end()) {
        flush();
        held_.flush(found->second->wanted().destination);
        found->second->replay(from, mail.messages);
        list_itself_if_it_may(mail.consumer);
    }
    one_known(mail.consumer);
}

void SimpleBroker::drain(const std::string& destination) {
    const auto found = queues_.find(destination);
    if (found == queues_.end()) return;
    while (auto turn = found->second.next()) {
        ++counts_.delivered;
        send(turn->consumer.shard,
             QueueDelivery{std::move(turn->message), turn->consumer.number, turn->number, turn->redelivered});
    }
    if (found->second.unused()) queues_.erase(found);
}

/// What rests longer is looked at later.
void SimpleBroker::wake(const Rests::Where& where, base::TimePoint now) {
    base::TimePoint next = base::never;
    if (const auto queue = queues_.find(where.queue); queue != queues_.end()) {
        queue->second.wake(now);
        next = queue->second.next_wake();
        drain(where.queue);
    } else if (const auto consumer = topic_consumers_.find(where.consumer);
               consumer != topic_consumers_.end()) {
        flush();
        consumer->second->wake(now);
        next = consumer->second->next_wake();
    }
    if (next != base::never) rests_.add(next, where);
}

/// Nobody waits for a dead letter's publish: what becomes of one that is not taken is a log line.
void SimpleBroker::bury(const MessagePtr& dead) {
    ++counts_.dead_letters;
    const std::string& destination = settings_.dead_letter_destination;
    if (destination.empty()) return log_dropped(*dead, "there is no dead-letter destination");
    if (dead->destination == destination) return log_dropped(*dead, "it came back from there too");
    if (!handles(destination)) return log_dropped(*dead, "the broker does not serve " + destination);
    publish(std::make_shared<const Message>(dead_letter(*dead, destination)),
            [dead](const Result<void>& result) {
                if (result.has_error()) log_dropped(*dead, result.error().message);
            });
}

}  // namespace stentor::broker
