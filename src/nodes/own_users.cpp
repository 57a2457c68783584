// Tests: tests/unit/nodes/own_users_test.cpp
#include "nodes/own_users.hpp"

#include <utility>

namespace stentor::nodes {

void OwnUsers::note(const std::string& user, Presence& presence) {
    if (std::exchange(presence.listed, true)) return;
    changed_.push_back(user);
}

void OwnUsers::arrived(const std::string& user) {
    Presence& presence = users_[user];
    if (presence.shards++ != 0) return;
    ++present_;
    note(user, presence);
}

void OwnUsers::left(const std::string& user) {
    const auto found = users_.find(user);
    if (found == users_.end() || found->second.shards == 0 || --found->second.shards != 0) return;
    --present_;
    note(user, found->second);
}

void OwnUsers::restart() {
    changed_.clear();
    sequence_ = 0;
    std::erase_if(users_, [](const auto& entry) { return entry.second.shards == 0; });
    for (auto& [user, presence] : users_) presence = {presence.shards, true, false};
}

Changes OwnUsers::take_changes(std::size_t max, std::size_t max_bytes) {
    Changes taken{sequence_ + 1, {}};
    std::size_t bytes = 0;
    while (!changed_.empty() && taken.list.size() < max && bytes < max_bytes) {
        const auto found = users_.find(changed_.front());
        changed_.pop_front();
        Presence& presence = found->second;
        presence.listed = false;
        const bool here = presence.shards != 0;
        if (here != presence.told) {
            bytes += found->first.size();
            taken.list.push_back({found->first, here});
            presence.told = here;
        }
        if (!here) users_.erase(found);
    }
    sequence_ += taken.list.size();
    return taken;
}

Piece OwnUsers::piece(std::optional<std::string>& after, std::size_t max_bytes) const {
    Piece made;
    made.sequence = sequence_;
    std::size_t bytes = 0;
    auto next = after ? users_.upper_bound(*after) : users_.begin();
    for (; next != users_.end() && bytes < max_bytes; ++next) {
        after = next->first;
        if (!next->second.told) continue;
        made.users.push_back(next->first);
        bytes += next->first.size() + 2;
    }
    made.last = next == users_.end();
    return made;
}

bool OwnUsers::has(const std::string& user) const {
    const auto found = users_.find(user);
    return found != users_.end() && found->second.shards != 0;
}

std::vector<std::string> OwnUsers::all() const {
    std::vector<std::string> names;
    for (const auto& [user, presence] : users_)
        if (presence.shards != 0) names.push_back(user);
    return names;
}

}  // namespace stentor::nodes
