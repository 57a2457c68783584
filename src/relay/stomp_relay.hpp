#pragma once

#include "broker/external_broker.hpp"
#include "broker/rests.hpp"
#include "relay/broker_link.hpp"
#include "relay/destination_mapping.hpp"
#include "relay/leaving_queues.hpp"
#include "relay/pending_publishes.hpp"
#include "relay/refused_destinations.hpp"
#include "relay/stomp_node_channel.hpp"
#include "relay/upstreams.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace stentor::relay {

struct RelaySettings {
    LinkSettings link;
    std::vector<std::string> destination_prefixes{"/topic", "/queue"};
    /// Of destinations below these a message goes to exactly one subscriber; the others are topics.
    std::vector<std::string> queue_prefixes{"/queue"};
    DestinationMapping mapping;
    PendingLimits pending;
    UpstreamSettings upstreams;
    /// Messages of one queue that the broker may give before it is told how they ended.
    std::uint32_t prefetch = 100;
    /// Where messages go whose deliveries came back too often and whose broker has no place for them; empty:
    /// nowhere.
    std::string dead_letter_destination = "/queue/dead-letters";
};

/// A STOMP broker (RabbitMQ, ActiveMQ, ...) in place of the built-in one. All sessions of a shard share one
/// connection to it and one subscription a destination; they outlive its absence: what they are subscribed to
/// is subscribed again when it is back, what they publish meanwhile is refused. A queue's message stays the
/// broker's until a subscriber has settled it. Shard-local, but for the constructor.
class StompRelay final : public broker::ExternalBroker, private LinkUser {
public:
    StompRelay(const RelaySettings& settings, Dialer dialer, base::TimerQueue& timers, base::Random& random);

    [[nodiscard]] bool handles(std::string_view destination) const override;
    /// Done when the broker has the subscription; while it is away that waits.
    void subscribe(broker::Subscription& subscription, Done done) override;
    void unsubscribe(broker::Subscription& subscription) override;
    /// Done when the broker has the message.
    void publish(MessagePtr message, Done done) override;
    /// In a transaction of the broker's: it has all of them then, or none.
    void publish_all(std::vector<MessagePtr> messages, Done done) override;
    void settle(broker::Subscription& subscription, std::uint64_t delivery,
                broker::Settlement settlement) override;

    void shut_down() override { link_.shut_down(); }
    [[nodiscard]] bool is_available() const override { return available_; }
    [[nodiscard]] std::string address() const override { return link_.address(); }
    void on_availability(Availability listener) override { tell_ = std::move(listener); }
    [[nodiscard]] broker::NodeChannel* node_channel(const std::string& group) override;
    [[nodiscard]] std::size_t held_bytes() const override { return upstreams_.held_bytes(); }
    [[nodiscard]] std::size_t subscriptions() const { return upstreams_.subscriptions(); }
    [[nodiscard]] std::size_t pending() const { return pending_.size(); }

private:
    void link_up() override;
    void link_down() override;
    void on_frame(const stomp::Frame& frame) override;

    void on_message(const stomp::Frame& frame);
    void on_receipt(const stomp::Frame& frame);
    void on_error(const stomp::Frame& frame);
    void on_unsubscribed(std::uint64_t number);
    [[nodiscard]] bool is_late_message(const stomp::Frame& error) const;

    [[nodiscard]] bool is_queue(std::string_view destination) const;
    [[nodiscard]] Rejected rejected() const;
    void tell(const Answer& answer);
    void bury(const MessagePtr& dead, std::string ack);
    void rest(base::TimePoint until, broker::Rests::Where where);
    void wake(const broker::Rests::Where& where, base::TimePoint now);
    void release(Upstream& unused);

    [[nodiscard]] Result<std::string> name_of(std::string_view destination) const;
    [[nodiscard]] Result<std::string> name_of_pattern(const std::string& pattern) const;
    [[nodiscard]] std::optional<std::string> destination_of(const Upstream& pattern,
                                                            const stomp::Frame& message) const;
    void ask(Upstream& upstream);
    void ask_next();
    void check_restored();
    void answer(Upstream& upstream, const Result<void>& result);
    void refuse(Upstream& upstream);
    [[nodiscard]] std::optional<std::string> culprit(const stomp::Frame& error);

    const RelaySettings& settings_;
    base::TimerQueue& timers_;
    std::string id_prefix_;
    std::uint64_t last_id_ = 0;
    std::uint64_t last_publish_ = 0;
    std::uint64_t last_transaction_ = 0;

    Upstreams upstreams_;
    std::unordered_map<std::uint64_t, Done> waiting_;  ///< of subscriptions, by their keys
    std::deque<std::uint64_t> to_ask_;                 ///< upstreams whose SUBSCRIBE is still to be sent
    std::set<std::uint64_t> asked_;                    ///< those whose RECEIPT is awaited
    LeavingQueues leaving_;
    broker::Rests rests_;
    PendingPublishes pending_;
    RefusedDestinations refused_;
    std::uint64_t connections_ = 0;  ///< there were so many
    std::uint64_t restored_at_ = 0;  ///< the last upstream of before this connection
    bool available_ = false;         ///< the link is up, and what was subscribed is again
    bool careful_ = false;           ///< the last connection ended by ERROR: one request at a time
    Availability tell_ = [](bool, const std::string&) {};
    std::optional<StompNodeChannel> nodes_;  ///< where the server is one of several
    BrokerLink link_;
};

}  // namespace stentor::relay
