// Tests: tests/unit/hub/user_directory_test.cpp
#include "hub/user_directory.hpp"

#include "hub/wants.hpp"

#include <utility>

namespace stentor::hub {

UserDirectory::UserDirectory(std::string prefix) : prefix_(std::move(prefix)) {
    if (prefix_.ends_with('/')) prefix_.pop_back();
}

const std::string& UserDirectory::user_of(const Client& client) {
    const SessionState& state = *client.state();
    return state.principal ? state.principal->name : state.id;
}

void UserDirectory::attach(Client& client) {
    client.key = ++last_key_;
    clients_.emplace(client.key, Entry{&client, {}});
    by_user_[user_of(client)].insert(client.key);
}

void UserDirectory::detach(Client& client) {
    if (clients_.erase(client.key) == 0) return;
    const auto user = by_user_.find(user_of(client));
    user->second.erase(client.key);
    if (user->second.empty()) by_user_.erase(user);
}

Client* UserDirectory::find(std::uint64_t key) const {
    const auto found = clients_.find(key);
    return found == clients_.end() ? nullptr : found->second.client;
}

void UserDirectory::subscribe(Client& client, broker::Subscription& subscription) {
    clients_.at(client.key).subscriptions.push_back(&subscription);
}

void UserDirectory::unsubscribe(Client& client, broker::Subscription& subscription) {
    const auto found = clients_.find(client.key);
    if (found != clients_.end()) std::erase(found->second.subscriptions, &subscription);
}

std::size_t UserDirectory::send_to(const std::vector<broker::Subscription*>& subscriptions,
                                   std::string_view destination, const Message& message) const {
    const std::string shown = prefix_ + std::string(destination);
    MessagePtr copy;
    std::size_t reached = 0;
    for (const broker::Subscription* subscription : subscriptions) {
        if (subscription->destination != shown || !wants(*subscription, message)) continue;
        if (!copy)
            copy = std::make_shared<const Message>(Message{shown, message.headers, message.body, message.id});
        subscription->subscriber.deliver(*subscription, {copy});
        ++reached;
    }
    return reached;
}

std::size_t UserDirectory::send_to_user(const std::string& user, std::string_view destination,
                                        const Message& message) const {
    const auto found = by_user_.find(user);
    if (found == by_user_.end()) return 0;
    std::size_t reached = 0;
    for (const std::uint64_t key : found->second)
        reached += send_to(clients_.at(key).subscriptions, destination, message);
    return reached;
}

std::size_t UserDirectory::send_to_session(const Client& client, std::string_view destination,
                                           const Message& message) const {
    const auto found = clients_.find(client.key);
    return found == clients_.end() ? 0 : send_to(found->second.subscriptions, destination, message);
}

}  // namespace stentor::hub
