#pragma once

#include "base/clock.hpp"
#include "broker/slow_consumer.hpp"
#include "messaging/destination.hpp"
#include "session/frame_rate.hpp"
#include "session/hooks.hpp"
#include "session/transactions.hpp"
#include "stomp/decoder.hpp"
#include "stomp/negotiation.hpp"

#include <cstddef>
#include <string>

namespace stentor::session {

/// What may be under way to one subscription, delivered and not acknowledged.
struct AckSettings {
    std::size_t prefetch = 100;       ///< messages, unless SUBSCRIBE says otherwise
    std::size_t max_prefetch = 1000;  ///< what it may say
    std::size_t max_bytes = 1024 * 1024;
    base::Duration timeout = std::chrono::minutes(30);  ///< for the oldest of a session
};

/// What clients must show of themselves, where anybody asks.
struct LoginRules {
    bool anonymous = false;  ///< whether who shows nothing is let in as nobody
    std::string renewal_destination = "/stentor/renew";
    std::string csrf_header = "X-CSRF-TOKEN";
};

/// What every STOMP session of an application keeps to.
struct StompSettings {
    stomp::Limits limits;
    messaging::DestinationLimits destinations;
    stomp::HeartBeat heart_beat{std::chrono::seconds(10), std::chrono::seconds(10)};
    base::Duration connect_timeout = std::chrono::seconds(10);
    base::Duration frame_timeout = std::chrono::seconds(30);       ///< from a frame's first byte to its last
    base::Duration disconnect_timeout = std::chrono::seconds(10);  ///< for what DISCONNECT waits for
    std::size_t max_subscriptions = 128;
    std::size_t max_wildcard_subscriptions = 16;
    std::size_t max_temp_queues = 16;
    std::size_t max_id = 128;         ///< bytes of a subscription, receipt or transaction id
    std::size_t max_receipts = 1000;  ///< owed at once
    std::size_t frames_per_turn = 64;
    /// Bytes a client may owe before deliveries that can wait are held back.
    std::size_t hold_back = 256 * 1024;
    broker::SlowRules slow_rules;  ///< what becomes of a topic's messages past that
    RateLimit rate;
    AckSettings acks;
    TransactionLimits transactions;
    bool selectors = false;
    bool tells_denied = false;  ///< on the error destination where it can, instead of ERROR
    std::string server = "stentor";
    Hooks hooks;
    LoginRules logins;
};

}  // namespace stentor::session
