#pragma once

#include "broker/subscription.hpp"
#include "stentor/result.hpp"

#include <boost/function.hpp>

#include <string_view>
#include <utility>
#include <vector>

namespace stentor::broker {

/// Who carries messages from publishers to subscribers: the simple broker, or a relay to an external one. One
/// object on each shard. Shard-local.
class Broker {
public:
    /// Called once, when the effect is there for all shards (or was refused); maybe before the call that took
    /// it returns. Unlike std::function it keeps three words in place: no allocation for each publish.
    using Done = boost::function<void(const Result<void>&)>;

    virtual ~Broker() = default;

    /// Whether a destination (or pattern) is this broker's.
    [[nodiscard]] virtual bool handles(std::string_view destination) const = 0;
    /// The subscription must be removed with unsubscribe() before it dies, also when it was refused.
    virtual void subscribe(Subscription& subscription, Done done) = 0;
    /// The same with the SUBSCRIBE's other headers: what it asks of a broker that reads them.
    virtual void subscribe_with(const Headers&, Subscription& subscription, Done done) {
        subscribe(subscription, std::move(done));
    }
    virtual void unsubscribe(Subscription& subscription) = 0;
    virtual void publish(MessagePtr message, Done done) = 0;
    /// The messages of one transaction, in order: done when all are there, or with the first failure. A
    /// broker that can takes all of them or none; this one takes them one by one, up to one that it refuses
    /// at once.
    virtual void publish_all(std::vector<MessagePtr> messages, Done done);
    /// A delivery that had a number is no longer under way: the subscriber is done with it, or it must be
    /// given to somebody again. What is not settled comes back when its subscription is removed.
    virtual void settle(Subscription& subscription, std::uint64_t delivery, Settlement settlement) = 0;
    /// Delivers what waits for the end of the turn: before something else is delivered that came later.
    virtual void flush() {}
};

}  // namespace stentor::broker
