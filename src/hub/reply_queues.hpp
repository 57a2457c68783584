#pragma once

#include "base/random.hpp"
#include "broker/broker.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace stentor::hub {

/// Whether a client's own name for a temporary queue: "/temp-queue/...", as by RabbitMQ and ActiveMQ. The
/// same name in another session is another queue.
bool is_temp_queue(std::string_view destination);
/// Whether a name by which others reach somebody's temporary queue: "/reply-queue/...".
bool is_reply_queue(std::string_view destination);

/// The way to the other shards' reply queues. `app` makes it of mailboxes.
class ReplyPost {
public:
    [[nodiscard]] virtual unsigned self() const = 0;
    [[nodiscard]] virtual unsigned count() const = 0;
    /// Hub::deliver_reply there, and then ReplyQueues::answered here; unless the server stops.
    virtual void send_reply(unsigned shard, const MessagePtr& message, std::uint64_t request) = 0;

protected:
    ~ReplyPost() = default;
};

/// One shard's temporary queues. Each is one subscription and lives as long; what is sent to its unguessable
/// name goes straight to it, whatever shard it comes from, and is nowhere kept. Shard-local.
class ReplyQueues {
public:
    ReplyQueues(base::Random& random, ReplyPost& post) : random_(random), post_(post) {}

    /// `subscription.destination` is a temporary queue's.
    Result<void> open(const broker::Subscription& subscription);
    void close(const broker::Subscription& subscription);
    /// By which others reach it; it must be open.
    [[nodiscard]] const std::string& name_of(const broker::Subscription& subscription) const;

    /// To the queue of the name that is `message->destination`. Done when it is there; not_found when there
    /// is no such queue, or no longer.
    void send(const MessagePtr& message, broker::Broker::Done done);
    /// To a queue of this shard. False: there is no such queue.
    bool deliver(const Message& message) const;
    /// What became of ReplyPost::send_reply.
    void answered(std::uint64_t request, bool delivered);

    [[nodiscard]] std::size_t size() const { return by_name_.size(); }

private:
    [[nodiscard]] std::optional<unsigned> shard_of(std::string_view name) const;

    base::Random& random_;
    ReplyPost& post_;
    std::unordered_map<std::string, const broker::Subscription*> by_name_;
    std::unordered_map<const broker::Subscription*, std::string> names_;
    std::unordered_map<std::uint64_t, broker::Broker::Done> asked_;  ///< of other shards, by request
    std::uint64_t last_request_ = 0;
};

}  // namespace stentor::hub
