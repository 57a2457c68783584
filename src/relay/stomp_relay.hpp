#pragma once

#include "broker/external_broker.hpp"
#include "relay/broker_link.hpp"
#include "relay/destination_mapping.hpp"
#include "relay/pending_publishes.hpp"
#include "relay/refused_destinations.hpp"
#include "relay/stomp_node_channel.hpp"
#include "relay/upstreams.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
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
};

/// A STOMP broker (RabbitMQ, ActiveMQ, ...) in place of the built-in one. All sessions of a shard share one
/// connection to it and one subscription a destination; they outlive its absence: what they are subscribed to
/// is subscribed again when it is back, what they publish meanwhile is refused. Shard-local, but for the
/// constructor.
class StompRelay final : public broker::ExternalBroker, private LinkUser {
public:
    StompRelay(const RelaySettings& settings, Dialer dialer, base::TimerQueue& timers, base::Random& random);

    [[nodiscard]] bool handles(std::string_view destination) const override;
    /// Done when the broker has the subscription; while it is away that waits.
    void subscribe(broker::Subscription& subscription, Done done) override;
    void unsubscribe(broker::Subscription& subscription) override;
    /// Done when the broker has the message.
    void publish(MessagePtr message, Done done) override;
    /// Every subscription has ack mode auto towards the broker: there is nothing to settle.
    void settle(broker::Subscription&, std::uint64_t, broker::Settlement) override {}

    void shut_down() override { link_.shut_down(); }
    [[nodiscard]] bool is_available() const override { return available_; }
    [[nodiscard]] std::string address() const override { return link_.address(); }
    void on_availability(Availability listener) override { tell_ = std::move(listener); }
    [[nodiscard]] broker::NodeChannel* node_channel(const std::string& group) override;
    [[nodiscard]] std::size_t subscriptions() const { return upstreams_.subscriptions(); }
    [[nodiscard]] std::size_t pending() const { return pending_.size(); }

private:
    void link_up() override;
    void link_down() override;
    void on_frame(const stomp::Frame& frame) override;

    void on_message(const stomp::Frame& frame);
    void on_receipt(const stomp::Frame& frame);
    void on_error(const stomp::Frame& frame);
    void give_back(const std::string& destination, MessagePtr message);

    [[nodiscard]] Result<std::string> name_of(std::string_view destination) const;
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

    Upstreams upstreams_;
    std::unordered_map<std::uint64_t, Done> waiting_;  ///< of subscriptions, by their keys
    std::deque<std::uint64_t> to_ask_;                 ///< upstreams whose SUBSCRIBE is still to be sent
    std::set<std::uint64_t> asked_;                    ///< those whose RECEIPT is awaited
    std::map<std::uint64_t, std::string> leaving_;     ///< queues whose UNSUBSCRIBE is under way
    PendingPublishes pending_;
    RefusedDestinations refused_;
    std::uint64_t restored_at_ = 0;  ///< the last upstream of before this connection
    bool available_ = false;         ///< the link is up, and what was subscribed is again
    bool careful_ = false;           ///< the last connection ended by ERROR: one request at a time
    Availability tell_ = [](bool, const std::string&) {};
    std::optional<StompNodeChannel> nodes_;  ///< where the server is one of several
    BrokerLink link_;
};

}  // namespace stentor::relay
