#pragma once

#include "hub/hub.hpp"
#include "session/acks.hpp"
#include "session/stomp_requests.hpp"
#include "session/stomp_settings.hpp"
#include "session/subscriptions.hpp"
#include "session/transactions.hpp"

#include <optional>
#include <vector>

namespace stentor::session {

/// What one session's subscriptions were given, and how each of that ended: by the client's ACK or NACK, or
/// in ack mode auto by being written. What did not end goes back when its subscription is removed at the hub.
/// Shard-local.
class Deliveries {
public:
    Deliveries(hub::Hub& hub, Subscriptions& subscriptions, const AckSettings& settings)
        : hub_(hub), subscriptions_(subscriptions), settings_(settings) {}

    /// One that is about to be written: the id by which the client has to acknowledge it, if it has to.
    std::optional<Acks::Id> note(const broker::Subscription& subscription, const broker::Delivery& delivery,
                                 base::TimePoint now);
    /// More of those that no broker holds back are unacknowledged than may be.
    [[nodiscard]] bool too_many(const broker::Subscription& subscription) const;

    /// One that its subscriber is not to have: it ends as one that was written does.
    void skip(const broker::Subscription& subscription, std::uint64_t number) {
        unwritten_.push_back({&subscription, number});
    }

    /// All that was noted so far has been written.
    void written();

    /// What an ACK or NACK is about; nothing when it is to be ignored.
    [[nodiscard]] Result<std::optional<Acks::Id>> find(const AckRequest& request,
                                                       stomp::Version version) const;
    /// Whether there is still something to acknowledge.
    [[nodiscard]] Result<void> check(const Transactions::Acknowledgement& acknowledgement) const;
    Result<void> settle(const Transactions::Acknowledgement& acknowledgement);

    void forget(const broker::Subscription& subscription);
    /// When the oldest has been unacknowledged for too long.
    [[nodiscard]] base::TimePoint deadline() const;
    /// Whether nothing would be missed: no delivery was noted that did not end, and no id was given.
    [[nodiscard]] bool unused() const { return acks_.unused() && unwritten_.empty(); }

private:
    hub::Hub& hub_;
    Subscriptions& subscriptions_;
    const AckSettings& settings_;
    Acks acks_;
    std::vector<Acks::Delivered> unwritten_;
};

}  // namespace stentor::session
