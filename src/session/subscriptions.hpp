#pragma once

#include "broker/subscription.hpp"
#include "hub/client.hpp"
#include "session/shared_texts.hpp"

#include <algorithm>
#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>

namespace stentor::session {

/// SUBSCRIBE's header `ack` (STOMP 1.2, "SUBSCRIBE ack Header").
enum class AckMode : std::uint8_t {
    automatic,
    client,  ///< an ACK is for all messages up to that one
    client_individual,
};

/// One session's subscriptions, by id. STOMP 1.0 lets a client leave the id out: such a subscription goes by
/// its destination, under a name that no client can write. Their texts are shared with other sessions' and so
/// have to be removed from there. Shard-local.
class Subscriptions {
public:
    struct Entry {
        broker::Subscription subscription;
        hub::Ticket ticket;  ///< of its SUBSCRIBE frame
        AckMode ack_mode = AckMode::automatic;
        bool has_id = true;      ///< the client's own
        bool is_active = false;  ///< as SessionSubscribed tells, if anybody listens

        /// `subscription` of its MESSAGE frames; empty: they have none.
        [[nodiscard]] std::string_view header() const {
            return has_id ? std::string_view(subscription.id) : std::string_view();
        }
    };

    Entry& add(SharedTexts& texts, broker::Subscriber& subscriber, std::string_view id,
               std::string_view destination, hub::Ticket ticket) {
        all_.push_front(
            {{subscriber, texts.share(name_of(id, destination)), texts.share(destination)}, ticket});
        all_.front().has_id = !id.empty();
        return all_.front();
    }
    void remove(SharedTexts& texts, const Entry& entry) {
        release(texts, entry);
        all_.remove_if([&](const Entry& own) { return &own == &entry; });
    }
    void clear(SharedTexts& texts) {
        for (const Entry& own : all_) release(texts, own);
        all_.clear();
    }
    [[nodiscard]] Entry* find(std::string_view id) {
        for (Entry& own : all_)
            if (own.subscription.id == id) return &own;
        return nullptr;
    }
    /// `id` may be empty, then it is the one without id on that destination.
    [[nodiscard]] Entry* find(std::string_view id, std::string_view destination) {
        return find(name_of(id, destination));
    }
    [[nodiscard]] Entry* find(const broker::Subscription& subscription) {
        for (Entry& own : all_)
            if (&own.subscription == &subscription) return &own;
        return nullptr;
    }
    [[nodiscard]] const Entry* find_by_destination(std::string_view destination) const {
        for (const Entry& own : all_)
            if (own.subscription.destination == destination) return &own;
        return nullptr;
    }
    [[nodiscard]] bool contains(std::string_view id, std::string_view destination) const {
        const auto is_named = [name = name_of(id, destination)](const Entry& own) {
            return own.subscription.id == name;
        };
        return std::ranges::any_of(all_, is_named);
    }
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(std::ranges::distance(all_)); }
    [[nodiscard]] auto begin() { return all_.begin(); }
    [[nodiscard]] auto end() { return all_.end(); }
    [[nodiscard]] auto begin() const { return all_.begin(); }
    [[nodiscard]] auto end() const { return all_.end(); }

private:
    static void release(SharedTexts& texts, const Entry& entry) {
        texts.release(entry.subscription.id);
        texts.release(entry.subscription.destination);
    }
    /// STOMP 1.0 has no way to write a line feed in a header.
    static std::string name_of(std::string_view id, std::string_view destination) {
        return id.empty() ? '\n' + std::string(destination) : std::string(id);
    }

    std::forward_list<Entry> all_;  // a few: many sessions have one
};

}  // namespace stentor::session
