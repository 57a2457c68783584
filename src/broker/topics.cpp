#include "broker/topics.hpp"

#include "broker/home.hpp"
#include "messaging/destination_pattern.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace stentor::broker {

Topics::Topics(const Settings& settings, Peers& everyone, base::TimerQueue& timers, Rests& rests,
               Answers& published, DeadLetters& dead_letters)
    : settings_(settings),
      peers_(everyone),
      timers_(timers),
      rests_(rests),
      published_(published),
      dead_letters_(dead_letters),
      interests_(everyone),
      history_(settings.histories, timers),
      backlogs_(settings.max_topic_backlogs_bytes),
      held_(settings.holds, timers,
            [this](std::span<const MessagePtr> messages) {
                for (const MessagePtr& message : messages) run_.add(message);
                return run_.flush();
            }),
      run_([this](std::span<const MessagePtr> messages) { return index_.deliver(messages); }),
      lossy_topics_{settings.slow_rules, slow_consumers_} {}

unsigned Topics::home_of(const std::string& destination) const {
    return home_shard(destination, peers_.count());
}

/// Nobody gets what was published before he came, or loses what was published before he left.
void Topics::subscribe(Subscription& subscription, Done done) {
    flush();
    held_.flush(subscription.destination);
    const std::vector<unsigned> homes = homes_of(subscription);
    Subscription* listed = &subscription;
    if (subscription.acknowledges || subscription.selector || !homes.empty()) {
        std::optional<TopicConsumer::Awaited> awaited;
        if (!homes.empty()) awaited.emplace(history_, peers_.count(), homes, replay_limits());
        subscription.key = ++last_key_;
        const auto consumer = consumers_.emplace(
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
std::vector<unsigned> Topics::homes_of(const Subscription& subscription) const {
    std::vector<unsigned> homes;
    if (history_.off() || subscription.history == 0 || !history_.concerns(subscription.destination))
        return homes;
    if (!messaging::DestinationPattern::has_wildcard(subscription.destination))
        return {home_of(subscription.destination)};
    for (unsigned shard = 0; shard < peers_.count(); ++shard) homes.push_back(shard);
    return homes;
}

/// What is kept has room where what is live has.
ReplayLimits Topics::replay_limits() const {
    return {std::min(settings_.replay.messages, settings_.topic_backlog.max_messages),
            std::min(settings_.replay.bytes, settings_.topic_backlog.max_bytes)};
}

/// After the interest was announced: a home sends on what it does not give.
void Topics::ask_for_history(const Topic& topic, const Subscription& subscription,
                             const std::vector<unsigned>& homes, Done done) {
    const std::uint64_t key = subscription.key;
    const HistoryQuery query{subscription.destination, subscription.history, subscription.selector};
    activating_.emplace(key, Activation{homes.size() + 1, std::move(done)});
    interests_.when_known(topic, [this, key](const Result<void>&) { one_known(key); });
    for (const unsigned home : homes) peers_.send(home, HistoryRequest{query, key});
}

void Topics::one_known(std::uint64_t key) {
    const auto found = activating_.find(key);
    if (--found->second.missing != 0) return;
    const Done done = std::move(found->second.done);
    activating_.erase(found);
    done({});
}

void Topics::unsubscribe(Subscription& subscription) {
    flush();
    held_.flush(subscription.destination);
    const auto consumer = consumers_.find(subscription.key);
    const bool is_listed = consumer == consumers_.end();
    if (index_.remove(is_listed ? subscription : consumer->second->listed()))
        interests_.withdraw(subscription.destination);
    if (!is_listed) consumers_.erase(consumer);
}

void Topics::publish(MessagePtr message, Done done) {
    if (!history_.off() && history_.keeps(message->destination))
        return publish_kept(std::move(message), std::move(done));
    to_those_who_want(message);
    done({});
}

void Topics::publish_kept(MessagePtr message, Done done) {
    const unsigned home = home_of(message->destination);
    if (home != peers_.self()) {
        const std::uint64_t request = published_.await(std::move(done));
        return peers_.send(home, HistoryPublish{std::move(message), request});
    }
    history_.add(message);
    to_those_who_want(message);
    done({});
}

/// Once to each of the other shards that want it, by whatever topics, and to each subscription of this one.
void Topics::to_those_who_want(const MessagePtr& message) {
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

void Topics::to_all(const MessagePtr& message) {
    if (held_.off() && settings_.in_runs) run_.add(message);
    else held_.deliver(message);
}

/// Of a subscription that has left nothing is under way: its key is known no more.
void Topics::settle(Subscription& subscription, std::uint64_t delivery, Settlement settlement) {
    const auto found = consumers_.find(subscription.key);
    if (found == consumers_.end()) return;
    const MessagePtr dead = found->second->settle(delivery, settlement, timers_.now());
    if (found->second->next_wake() != base::never)
        rests_.add(found->second->next_wake(), {{}, subscription.key});
    list_itself_if_it_may(subscription.key);
    if (dead) dead_letters_.bury(dead);
}

/// What is kept was all written, and nothing else is special about it.
void Topics::list_itself_if_it_may(std::uint64_t key) {
    const auto found = consumers_.find(key);
    TopicConsumer& consumer = *found->second;
    if (consumer.is_needed()) return;
    SubscriptionIndex::replace(consumer.listed(), consumer.wanted());
    consumer.wanted().key = 0;
    consumers_.erase(found);
}

base::TimePoint Topics::wake(std::uint64_t key, base::TimePoint now) {
    const auto found = consumers_.find(key);
    if (found == consumers_.end()) return base::never;
    flush();
    found->second->wake(now);
    return found->second->next_wake();
}

void Topics::handle(unsigned from, TopicMessage& mail) {
    const std::string& destination = mail.message->destination;
    const auto is_known = [&](const Topic* topic) { return interests_.is_known(*topic, from); };
    if (interests_.all_known() || std::ranges::all_of(index_.find(destination), is_known))
        return to_all(mail.message);
    flush();
    held_.flush(destination);
    for (const Topic* const topic : index_.find(destination))
        if (is_known(topic)) topic->deliver({&mail.message, 1});
}

void Topics::handle(unsigned from, Interest& mail) {
    index_.add_shard(mail.topic, from);
    peers_.send(from, InterestKnown{mail.announcement});
}

void Topics::handle(unsigned from, InterestKnown& mail) { interests_.acknowledged(mail.announcement, from); }

void Topics::handle(unsigned from, InterestGone& mail) { index_.remove_shard(mail.topic, from); }

void Topics::handle(unsigned from, HistoryPublish& mail) {
    history_.add(mail.message);
    to_those_who_want(mail.message);
    peers_.send(from, PublishAnswer{mail.request, std::nullopt});
}

void Topics::handle(unsigned from, HistoryRequest& mail) {
    peers_.send(from, HistoryReplay{mail.consumer, history_.find(mail.query, replay_limits())});
}

/// What came before it waits for others only.
void Topics::handle(unsigned from, HistoryReplay& mail) {
    if (const auto found = consumers_.find(mail.consumer); found != consumers_.end()) {
        flush();
        held_.flush(found->second->wanted().destination);
        found->second->replay(from, mail.messages);
        list_itself_if_it_may(mail.consumer);
    }
    one_known(mail.consumer);
}

}  // namespace stentor::broker
