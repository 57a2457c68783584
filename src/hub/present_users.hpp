#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

namespace stentor::hub {

/// How many sessions each user has on this shard. Shard-local.
class PresentUsers {
public:
    /// `here`: the first session begins; otherwise the last has ended.
    using Listener = std::function<void(const std::string& user, bool here)>;

    explicit PresentUsers(Listener listener) : listener_(std::move(listener)) {}

    void add(const std::string& user) {
        if (sessions_[user]++ == 0) listener_(user, true);
    }
    /// Once for each add().
    void remove(const std::string& user) {
        const auto found = sessions_.find(user);
        if (--found->second != 0) return;
        sessions_.erase(found);
        listener_(user, false);
    }
    [[nodiscard]] std::size_t size() const { return sessions_.size(); }

private:
    Listener listener_;
    std::unordered_map<std::string, std::size_t> sessions_;
};

}  // namespace stentor::hub
