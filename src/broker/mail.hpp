#pragma once

#include "broker/history.hpp"
#include "broker/queue.hpp"
#include "stentor/message.hpp"
#include "stentor/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace stentor::broker {

/// What the shards' brokers tell each other. A topic's message goes to the shards that have told of their
/// interest; one that is kept goes by its home, which keeps it. A queue has a home shard (chosen by its name)
/// that knows all its consumers and holds each message until one of them has accepted it.
struct TopicMessage {
    MessagePtr message;
};
/// To all others: the sending shard has subscriptions to that topic, a destination or a pattern.
struct Interest {
    std::string topic;
    std::uint64_t announcement;
};
/// The answer: what is published on the answering shard from now on reaches them.
struct InterestKnown {
    std::uint64_t announcement;
};
/// To all others: it has none any more.
struct InterestGone {
    std::string topic;
};
/// To the home: a consumer with this number, on the sending shard.
struct QueueJoin {
    std::string destination;
    std::uint64_t consumer;
    ConsumerTerms terms;
};
/// From the home: the consumer is known from now on, or was refused.
struct QueueJoined {
    std::uint64_t consumer;
    std::optional<Error> error;
};
/// To the home: what is under way to the consumer, or on its way there in the mail, is to come back.
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
struct PublishAnswer {
    std::uint64_t request;
    std::optional<Error> error;
};
/// From the home to a consumer's shard. The home keeps the message; one that crosses with QueueLeave is
/// forgotten where it arrives.
struct QueueDelivery {
    MessagePtr message;
    std::uint64_t consumer;
    std::uint64_t number;
    bool redelivered;
};
/// To the home: how a delivery ended.
struct QueueSettle {
    std::string destination;
    std::uint64_t consumer;
    std::uint64_t number;
    Settlement settlement;
};

/// To the home of a topic whose messages are kept: one to keep and to send on to all shards that are
/// interested; `request` comes back in PublishAnswer.
struct HistoryPublish {
    MessagePtr message;
    std::uint64_t request;
};
/// To a home: the subscription with this number, on the sending shard, which has told of its interest, wants
/// what is kept.
struct HistoryRequest {
    HistoryQuery query;
    std::uint64_t consumer;
};
/// From the home: what is kept. What the home sends on after this came later, what it sent on before is among
/// this or no longer kept.
struct HistoryReplay {
    std::uint64_t consumer;
    std::vector<MessagePtr> messages;
};

using Mail = std::variant<TopicMessage, Interest, InterestKnown, InterestGone, QueueJoin, QueueJoined,
                          QueueLeave, QueuePublish, PublishAnswer, QueueDelivery, QueueSettle, HistoryPublish,
                          HistoryRequest, HistoryReplay>;

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
