#pragma once

#include "net/connector.hpp"
#include "net/flusher.hpp"
#include "relay/stomp_relay.hpp"
#include "stentor/config.hpp"

namespace stentor::app {

/// A relay to a STOMP broker, as registered: what each shard needs for its own.
struct RelayPlan {
    /// Throws ConfigError.
    explicit RelayPlan(const StompRelayConfig& config);

    net::Remote remote;
    net::SendLimits send;
    relay::RelaySettings settings;
};

}  // namespace stentor::app
