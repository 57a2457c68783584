#pragma once

#include "base/clock.hpp"
#include "broker/subscription.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace stentor::session {

/// What one session was given and has not acknowledged, in the order of delivery, by ids that are unique in
/// the session. Shard-local.
class Acks {
public:
    using Id = std::uint64_t;
    /// A delivery as the broker knows it.
    struct Delivered {
        const broker::Subscription* subscription;
        std::uint64_t number;
    };
    /// Deliveries without a number: no broker holds back more of them.
    struct Unnumbered {
        std::size_t messages = 0;
        std::size_t bytes = 0;
    };

    Id add(const broker::Subscription& subscription, const broker::Delivery& delivery, base::TimePoint now);

    /// The delivery of that id, if it is not acknowledged.
    [[nodiscard]] const broker::Subscription* find(Id id) const;
    /// The same by the message's id (STOMP 1.1), of any subscription when `subscription` is null (STOMP 1.0).
    [[nodiscard]] std::optional<Id> find(std::string_view message_id,
                                         const broker::Subscription* subscription) const;

    /// Takes out that delivery, which must be there.
    Delivered take(Id id);
    /// Takes out that delivery, which must be there, and all before it of the same subscription.
    std::vector<Delivered> take_up_to(Id id);

    /// The subscription ends, and what is unacknowledged goes back. Its client may not have known yet: of the
    /// last of them it is remembered that they were given.
    void forget(const broker::Subscription& subscription);
    [[nodiscard]] bool was_given_back(Id id) const;
    [[nodiscard]] bool was_given_back(std::string_view message_id, std::string_view subscription_id) const;

    [[nodiscard]] Unnumbered unnumbered(const broker::Subscription& subscription) const;
    /// When the oldest was delivered; `never` when there is none.
    [[nodiscard]] base::TimePoint oldest() const;
    [[nodiscard]] std::size_t size() const { return all_.size(); }
    /// Whether it gave no id yet: those that it gave must not come again.
    [[nodiscard]] bool unused() const { return last_id_ == 0; }

private:
    struct Entry {
        const broker::Subscription* subscription;
        std::uint64_t number;
        std::string message_id;
        std::size_t bytes;
        base::TimePoint since;
    };
    struct OfSubscription {
        std::set<Id> ids;
        Unnumbered unnumbered;
    };
    struct GivenBack {
        Id id;
        std::string message_id;
        std::string subscription_id;
    };

    std::map<Id, Entry> all_;
    std::unordered_map<const broker::Subscription*, OfSubscription> by_subscription_;
    std::set<std::pair<std::string_view, Id>> by_message_;  ///< views of all_
    std::list<GivenBack> given_back_;
    Id last_id_ = 0;
};

}  // namespace stentor::session
