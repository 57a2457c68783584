#pragma once

#include "broker/subscription.hpp"
#include "hub/client.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::session {

/// SUBSCRIBE's header `ack` (STOMP 1.2, "SUBSCRIBE ack Header").
enum class AckMode : std::uint8_t {
    automatic,
    client,  ///< an ACK is for all messages up to that one
    client_individual,
};

/// One session's subscriptions, by id. STOMP 1.0 lets a client leave the id out: such a subscription goes by
/// its destination, under a name that no client can write. Shard-local.
class Subscriptions {
public:
    struct Entry {
        broker::Subscription subscription;
        hub::Ticket ticket;  ///< of its SUBSCRIBE frame
        std::string header;  ///< `subscription` of its MESSAGE frames; empty: they have none
        AckMode ack_mode = AckMode::automatic;
    };

    Entry& add(broker::Subscriber& subscriber, std::string_view id, std::string_view destination,
               hub::Ticket ticket) {
        all_.push_back(std::make_unique<Entry>(Entry{
            {subscriber, name_of(id, destination), std::string(destination)}, ticket, std::string(id)}));
        return *all_.back();
    }
    void remove(const Entry& entry) {
        std::erase_if(all_, [&](const auto& own) { return own.get() == &entry; });
    }
    [[nodiscard]] Entry* find(std::string_view id) const {
        for (const auto& own : all_)
            if (own->subscription.id == id) return own.get();
        return nullptr;
    }
    /// `id` may be empty, then it is the one without id on that destination.
    [[nodiscard]] Entry* find(std::string_view id, std::string_view destination) const {
        return find(name_of(id, destination));
    }
    [[nodiscard]] Entry* find(const broker::Subscription& subscription) const {
        for (const auto& own : all_)
            if (&own->subscription == &subscription) return own.get();
        return nullptr;
    }
    [[nodiscard]] std::size_t size() const { return all_.size(); }
    [[nodiscard]] auto begin() const { return all_.begin(); }
    [[nodiscard]] auto end() const { return all_.end(); }
    void clear() { all_.clear(); }

private:
    /// STOMP 1.0 has no way to write a line feed in a header.
    static std::string name_of(std::string_view id, std::string_view destination) {
        return id.empty() ? '\n' + std::string(destination) : std::string(id);
    }

    std::vector<std::unique_ptr<Entry>> all_;
};

}  // namespace stentor::session
