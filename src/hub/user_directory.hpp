#pragma once

#include "hub/client.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace stentor::hub {

/// One shard's sessions, by their key, and those of a user by the user's name. `/user/...` subscriptions live
/// here and not in a broker: there is no resolved name that anybody could guess or subscribe to. Shard-local.
class UserDirectory {
public:
    /// `prefix`: what the clients' subscriptions begin with.
    explicit UserDirectory(std::string prefix = "/user");

    void attach(Client& client);
    /// False when it was not attached.
    bool detach(Client& client);
    [[nodiscard]] Client* find(std::uint64_t key) const;
    /// Of those that are logged in.
    [[nodiscard]] Client* find_logged_in(std::string_view session) const;

    /// `subscription.destination` is "/user/...".
    void subscribe(Client& client, broker::Subscription& subscription);
    void unsubscribe(Client& client, broker::Subscription& subscription);

    /// Delivers to the user's sessions on this shard that subscribed to "/user" + destination (a session
    /// without a principal is its own user, named by its session id). How many sessions it reached.
    std::size_t send_to_user(const std::string& user, std::string_view destination,
                             const Message& message) const;
    /// The same for one session only.
    std::size_t send_to_session(const Client& client, std::string_view destination,
                                const Message& message) const;
    std::size_t send_to_session(std::string_view session, std::string_view destination,
                                const Message& message) const;

    [[nodiscard]] std::size_t sessions() const { return places_.size() - free_.size(); }
    template <class F>
    void for_each(F f) const {
        for (const Client* const client : places_)
            if (client != nullptr) f(*client);
    }

private:
    /// A key tells the client's place, in its low bits, and which client of all that ever were it is.
    static constexpr unsigned place_bits = 28;
    static constexpr std::uint64_t place_of(std::uint64_t key) {
        return key & ((std::uint64_t{1} << place_bits) - 1);
    }
    void forget_subscriptions(const Client& client);
    bool send_to(const Client& client, std::string_view destination, const Message& message) const;

    std::string prefix_;
    std::vector<Client*> places_;  ///< null: the place is free
    std::vector<std::uint32_t> free_;
    std::unordered_map<std::string_view, Client*> logged_in_;  ///< by the sessions' own ids
    std::uint64_t attached_ = 0;                               ///< clients that ever were
    // Only of those that have subscriptions here: of the others there is nothing but the place.
    std::unordered_map<const Client*, std::vector<broker::Subscription*>> subscriptions_;
    std::unordered_map<std::string, std::unordered_set<const Client*>> by_user_;  ///< who is logged in
    std::unordered_map<std::string_view, const Client*> by_session_;  ///< views of the sessions' own ids
};

}  // namespace stentor::hub
