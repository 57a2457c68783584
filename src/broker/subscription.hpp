#pragma once

#include "stentor/message.hpp"

#include <cstdint>
#include <string>

namespace stentor::broker {

class Subscriber;

/// One SUBSCRIBE in force. Owned by its session, which removes it from the broker before it dies.
/// Shard-local.
struct Subscription {
    Subscriber& subscriber;
    std::string id;              ///< the client's, unique in its session
    std::string destination;     ///< as subscribed, possibly a pattern
    std::uint32_t encoding = 0;  ///< the subscriber's own note: which of its shared encodings this one gets
    std::size_t place = 0;       ///< the broker's own note: where it stands in its list
    std::uint64_t key = 0;       ///< the broker's or the hub's own note: its number there
};

/// Who gets messages: one of the two interfaces through which they come up. deliver() must not change
/// subscriptions and must not block; a session that fails in it ends later in the turn.
class Subscriber {
public:
    virtual void deliver(const Subscription& subscription, const MessagePtr& message) = 0;

protected:
    ~Subscriber() = default;
};

}  // namespace stentor::broker
