#pragma once

#include "broker/broker.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace stentor::broker {

class NodeChannel;

/// A broker that is another program, shared with other servers, as one shard sees it. It may be away, also at
/// the start. Shard-local, but for the constructor.
class ExternalBroker : public Broker {
public:
    /// Called whenever that changes, with the reason for it.
    using Availability = std::function<void(bool available, const std::string& reason)>;
    virtual void on_availability(Availability listener) = 0;
    [[nodiscard]] virtual bool is_available() const = 0;
    /// Of several addresses the one that is used, or was last, for events; empty where there is but one.
    [[nodiscard]] virtual std::string address() const { return {}; }
    /// Of messages that wait on this shard for clients, also under way.
    [[nodiscard]] virtual std::size_t held_bytes() const { return 0; }
    /// Takes leave of the broker; everything is refused from now on.
    virtual void shut_down() = 0;
    /// By which the servers of that group talk. Null where they have no way to one another by this broker.
    [[nodiscard]] virtual NodeChannel* node_channel(const std::string& group) {
        static_cast<void>(group);
        return nullptr;
    }
};

}  // namespace stentor::broker
