#include "broker/interests.hpp"

#include <algorithm>
#include <utility>

namespace stentor::broker {

void Interests::announce(Topic& topic, const std::string& name) {
    if (peers_.count() == 1) return;
    topic.announced = ++last_;
    Announcement& announcement = under_way_[last_];
    for (unsigned shard = 0; shard < peers_.count(); ++shard)
        if (shard != peers_.self()) announcement.missing.push_back(shard);
    send_to_others(Interest{name, last_});
}

void Interests::withdraw(const std::string& name) {
    if (peers_.count() != 1) send_to_others(InterestGone{name});
}

void Interests::when_known(const Topic& topic, Done done) {
    const auto found = under_way_.find(topic.announced);
    if (found == under_way_.end()) return done({});
    found->second.waiting.push_back(std::move(done));
}

void Interests::acknowledged(std::uint64_t announcement, unsigned shard) {
    const auto found = under_way_.find(announcement);
    if (found == under_way_.end()) return;
    std::erase(found->second.missing, shard);
    if (!found->second.missing.empty()) return;
    const std::vector<Done> waiting = std::move(found->second.waiting);
    under_way_.erase(found);
    for (const Done& done : waiting) done({});  // may subscribe and leave
}

bool Interests::is_known(const Topic& topic, unsigned shard) const {
    const auto found = under_way_.find(topic.announced);
    return found == under_way_.end() || std::ranges::count(found->second.missing, shard) == 0;
}

void Interests::send_to_others(const Mail& mail) {
    for (unsigned shard = 0; shard < peers_.count(); ++shard)
        if (shard != peers_.self()) peers_.send(shard, mail);
}

}  // namespace stentor::broker
