#pragma once

#include "session/commits.hpp"
#include "session/deliveries.hpp"
#include "session/held_back.hpp"
#include "session/kept_back.hpp"
#include "session/stomp_settings.hpp"
#include "session/transactions.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace stentor::session {

/// What a session has not settled with its client or its hub. Most sessions never have any of it and the
/// others not for long, so a session makes one when it needs it and lets it go when it is unused again.
/// Shard-local.
struct Unsettled {
    Unsettled(hub::Hub& hub, Subscriptions& subscriptions, const StompSettings& settings)
        : deliveries(hub, subscriptions, settings.acks), transactions(settings.transactions) {}

    [[nodiscard]] bool unused() const {
        return deliveries.unused() && !waits() && transactions.size() == 0 && commits.empty() &&
               withdrawn.empty();
    }
    /// Messages wait until the client takes some.
    [[nodiscard]] bool waits() const { return !held_back.empty() || !kept_back.empty(); }
    /// When something of it has taken too long.
    [[nodiscard]] base::TimePoint deadline() const {
        return std::min(deliveries.deadline(), transactions.deadline());
    }

    Deliveries deliveries;
    HeldBack held_back;
    KeptBack kept_back;
    Transactions transactions;
    Commits commits;
    /// Subscriptions that its client thinks it has: it may unsubscribe.
    std::vector<std::string> withdrawn = {};
};

}  // namespace stentor::session
