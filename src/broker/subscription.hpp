#pragma once

#include "broker/slow_consumer.hpp"
#include "messaging/selector.hpp"
#include "stentor/message.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>

namespace stentor::broker {

class Subscriber;
struct Topic;

/// How a delivery ended: STOMP's ACK or NACK.
enum class Settlement : std::uint8_t { accepted, rejected };

/// A message on its way to one subscription.
struct Delivery {
    const MessagePtr& message;
    /// By which the broker is told how it ended (Broker::settle), unique in its subscription; 0: the broker
    /// need not know.
    std::uint64_t number = 0;
    bool redelivered = false;  ///< it was under way before and came back
    Gap before = {};           ///< what was passed over before it
};

/// How much may be under way to one subscription, delivered and not settled. Of the bytes, the last message
/// may be in excess.
struct Window {
    std::uint32_t messages = 100;
    std::uint32_t bytes = 1024 * 1024;
};

/// One SUBSCRIBE in force. Owned by its session, which removes it from the broker before it dies.
/// Shard-local.
struct Subscription {
    /// The texts, which are many subscriptions' own, must outlive it.
    Subscription(Subscriber& s, const std::string& i, const std::string& d)
        : subscriber(s), id(i), destination(d) {}
    Subscription(Subscriber&, const std::string&&, const std::string&) = delete;
    Subscription(Subscriber&, const std::string&, const std::string&&) = delete;
    Subscription(Subscriber&, const std::string&&, const std::string&&) = delete;

    Subscriber& subscriber;
    const std::string& id;           ///< the client's, unique in its session
    const std::string& destination;  ///< as subscribed, possibly a pattern
    std::uint32_t encoding = 0;  ///< the subscriber's own note: which of its shared encodings this one gets
    std::uint32_t place = 0;     ///< the broker's own note: where it stands among its topic's
    Topic* topic = nullptr;      ///< the broker's own note: what it stands in
    std::uint64_t key = 0;       ///< the broker's or the hub's own note: its number there
    /// The client says of every message how it ended (ack modes client and client-individual); otherwise the
    /// session accepts a message when it is written.
    bool acknowledges = false;
    bool may_lose = false;  ///< rules for slow consumers concern it
    Window window = {};
    /// How many of a destination's kept messages it wants first; of a pattern's, of each.
    std::uint32_t history = all_history;
    static constexpr std::uint32_t all_history = std::numeric_limits<std::uint32_t>::max();
    std::shared_ptr<const messaging::Selector> selector = {};  ///< none: every message
};

/// Who gets messages: one of the two interfaces through which they come up. Neither call may change
/// subscriptions, settle or block; a session that fails in it ends later in the turn.
class Subscriber {
public:
    virtual void deliver(const Subscription& subscription, const Delivery& delivery) = 0;
    /// Messages of one topic in order, none of which has a number.
    virtual void deliver_all(const Subscription& subscription, std::span<const MessagePtr> messages) {
        for (const MessagePtr& message : messages) deliver(subscription, {message});
    }
    /// More waits for this subscription than may: messages are lost to it, and its session has to end.
    virtual void overflowed(const Subscription& subscription) = 0;

protected:
    ~Subscriber() = default;
};

}  // namespace stentor::broker
