#include "relay/refused_destinations.hpp"

namespace stentor::relay {

void RefusedDestinations::add(const std::string& destination, base::TimePoint now) {
    std::erase_if(until_, [&](const auto& entry) { return entry.second <= now; });
    if (until_.size() < max_size) until_[destination] = now + time;
}

bool RefusedDestinations::contains(const std::string& destination, base::TimePoint now) const {
    const auto found = until_.find(destination);
    return found != until_.end() && found->second > now;
}

}  // namespace stentor::relay
