#pragma once

#include "broker/broker.hpp"

#include <string>
#include <string_view>

namespace stentor::broker {

/// What the servers that share an external broker say to one another by it. No client's destination leads
/// here: what comes was sent by a server that has the broker's login. Shard-local; used by one shard of a
/// server.
class NodeChannel {
public:
    class Listener {
    public:
        /// Each sender's in the order it sent them; also one's own. The view dies with the call.
        virtual void on_node_message(std::string_view body) = 0;
        /// Whether messages go and come. Those of the time between are lost, so what was known of other
        /// servers has to be asked for again.
        virtual void on_node_channel(bool open) = 0;

    protected:
        ~Listener() = default;
    };

    virtual ~NodeChannel() = default;

    /// Once: from now on the listener gets what is sent to `node`, this server's name, or to all.
    virtual void listen(const std::string& node, Listener& listener) = 0;
    /// To the server of that name, or to all, also oneself, when it is empty. Done when the broker has it.
    virtual void send(std::string_view node, std::string body, Broker::Done done) = 0;
};

}  // namespace stentor::broker
