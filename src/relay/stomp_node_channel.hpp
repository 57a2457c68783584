#pragma once

#include "broker/broker.hpp"
#include "broker/node_channel.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::relay {

/// How servers talk over a STOMP broker: by the topics "/topic/stentor-nodes.<group>", for all, and
/// "/topic/stentor-nodes.<group>.<name>", for one. Its subscriptions and messages are the relay's like
/// others, but go by names no client's destination can have, and no client's destination may lead to these
/// topics. Shard-local.
class StompNodeChannel final : public broker::NodeChannel, private broker::Subscriber {
public:
    /// `relay`: asks name_of() and is_reserved(). `group`: letters, digits, '-' and '_'.
    StompNodeChannel(broker::Broker& relay, const std::string& group);

    /// Whether a destination is one of a channel's, which does not begin with '/' as clients' do.
    static bool owns(std::string_view destination) { return destination.starts_with(mark); }
    /// The broker's name of such a destination.
    static std::string name_of(std::string_view destination);
    /// Whether the broker's name of a client's destination may be a channel's, of any group.
    static bool is_reserved(std::string_view name);

    void listen(const std::string& node, Listener& listener) override;
    void send(std::string_view node, std::string body, broker::Broker::Done done) override;

    /// The relay takes messages, or no longer.
    void set_available(bool available);

private:
    static constexpr std::string_view mark = "nodes:";

    void deliver(const broker::Subscription& subscription, const broker::Delivery& delivery) override;
    void overflowed(const broker::Subscription&) override {}
    void tell();

    broker::Broker& relay_;
    std::string all_;  ///< destinations
    std::string own_;
    std::string id_ = "nodes";
    Listener* listener_ = nullptr;
    std::optional<broker::Subscription> to_all_;
    std::optional<broker::Subscription> to_own_;
    std::size_t subscribed_ = 0;
    bool available_ = false;
    bool told_ = false;
};

}  // namespace stentor::relay
