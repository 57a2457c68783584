// Tests: tests/unit/hub/user_directory_test.cpp
#include "hub/user_directory.hpp"

#include "hub/wants.hpp"

#include <algorithm>
#include <utility>

namespace stentor::hub {

UserDirectory::UserDirectory(std::string prefix) : prefix_(std::move(prefix)) {
    if (prefix_.ends_with('/')) prefix_.pop_back();
}

void UserDirectory::attach(Client& client) {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(places_.size()));
        places_.push_back(nullptr);
    }
    const std::uint32_t place = free_.back();
    free_.pop_back();
    places_[place] = &client;
    client.key = ++attached_ << place_bits | place;
    if (client.state()->principal) logged_in_.emplace(client.state()->id, &client);
}

bool UserDirectory::detach(Client& client) {
    if (find(client.key) != &client) return false;
    forget_subscriptions(client);
    logged_in_.erase(client.state()->id);
    const std::uint64_t place = place_of(client.key);
    places_[place] = nullptr;
    free_.push_back(static_cast<std::uint32_t>(place));
    return true;
}

Client* UserDirectory::find(std::uint64_t key) const {
    const std::uint64_t place = place_of(key);
    Client* const client = place < places_.size() ? places_[place] : nullptr;
    return client != nullptr && client->key == key ? client : nullptr;
}

Client* UserDirectory::find_logged_in(std::string_view session) const {
    const auto found = logged_in_.find(session);
    return found == logged_in_.end() ? nullptr : found->second;
}

void UserDirectory::subscribe(Client& client, broker::Subscription& subscription) {
    std::vector<broker::Subscription*>& own = subscriptions_[&client];
    if (own.empty()) {
        const SessionState& state = *client.state();
        by_session_.emplace(state.id, &client);
        if (state.principal) by_user_[state.principal->name].insert(&client);
    }
    own.push_back(&subscription);
}

void UserDirectory::unsubscribe(Client& client, broker::Subscription& subscription) {
    const auto own = subscriptions_.find(&client);
    if (own == subscriptions_.end()) return;
    std::erase(own->second, &subscription);
    if (own->second.empty()) forget_subscriptions(client);
}

void UserDirectory::forget_subscriptions(const Client& client) {
    if (subscriptions_.erase(&client) == 0) return;
    const SessionState& state = *client.state();
    by_session_.erase(state.id);
    if (!state.principal) return;
    const auto user = by_user_.find(state.principal->name);
    user->second.erase(&client);
    if (user->second.empty()) by_user_.erase(user);
}

bool UserDirectory::send_to(const Client& client, std::string_view destination,
                            const Message& message) const {
    const auto own = subscriptions_.find(&client);
    if (own == subscriptions_.end()) return false;
    const std::string shown = prefix_ + std::string(destination);
    MessagePtr copy;
    for (const broker::Subscription* subscription : own->second) {
        if (subscription->destination != shown || !wants(*subscription, message)) continue;
        if (!copy)
            copy = std::make_shared<const Message>(Message{shown, message.headers, message.body, message.id});
        subscription->subscriber.deliver(*subscription, {copy});
    }
    return copy != nullptr;
}

std::size_t UserDirectory::send_to_user(const std::string& user, std::string_view destination,
                                        const Message& message) const {
    std::size_t reached = 0;
    if (const auto found = by_user_.find(user); found != by_user_.end())
        for (const Client* const client : found->second)
            reached += send_to(*client, destination, message) ? 1 : 0;
    const auto session = by_session_.find(user);
    if (session == by_session_.end() || session->second->state()->principal) return reached;
    return reached + (send_to(*session->second, destination, message) ? 1 : 0);
}

std::size_t UserDirectory::send_to_session(const Client& client, std::string_view destination,
                                           const Message& message) const {
    return send_to(client, destination, message) ? 1 : 0;
}

std::size_t UserDirectory::send_to_session(std::string_view session, std::string_view destination,
                                           const Message& message) const {
    const auto found = by_session_.find(session);
    return found == by_session_.end() ? 0 : send_to_session(*found->second, destination, message);
}

}  // namespace stentor::hub
