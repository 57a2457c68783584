#pragma once

#include "stentor/message.hpp"
#include "stentor/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace stentor::broker {

/// What the shards' brokers tell each other. A topic's message goes to every shard. A queue has a home shard
/// (chosen by its name) that knows all its consumers and holds what waits.
struct TopicMessage {
    MessagePtr message;
};
/// To the home: a consumer with this number, on the sending shard.
struct QueueJoin {
    std::string destination;
    std::uint64_t consumer;
};
/// From the home: the consumer is known from now on, or was refused.
struct QueueJoined {
    std::uint64_t consumer;
    std::optional<Error> error;
};
struct QueueLeave {
    std::string destination;
    std::uint64_t consumer;
};
/// To the home: a message; `request` comes back in QueueAnswer.
struct QueuePublish {
    MessagePtr message;
    std::uint64_t request;
};
/// From the home: taken or refused. Taken when `error` is empty.
struct QueueAnswer {
    std::uint64_t request;
    std::optional<Error> error;
};
/// From the home to a consumer's shard. `place` is where the message stood, for when it comes back.
struct QueueDelivery {
    MessagePtr message;
    std::uint64_t consumer;
    std::uint64_t place;
};
/// To the home: the consumer had left; the message goes to another.
struct QueueReturn {
    MessagePtr message;
    std::uint64_t place;
};

using Mail = std::variant<TopicMessage, QueueJoin, QueueJoined, QueueLeave, QueuePublish, QueueAnswer,
                          QueueDelivery, QueueReturn>;

/// The way to the other shards' brokers, in order between any two. `app` makes it of mailboxes.
class Peers {
public:
    [[nodiscard]] virtual unsigned self() const = 0;
    [[nodiscard]] virtual unsigned count() const = 0;
    virtual void send(unsigned shard, Mail mail) = 0;

protected:
    ~Peers() = default;
};

}  // namespace stentor::broker
