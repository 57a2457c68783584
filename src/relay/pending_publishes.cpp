#include "relay/pending_publishes.hpp"

#include <utility>

namespace stentor::relay {

bool PendingPublishes::has_room(std::size_t messages, std::size_t bytes) const {
    const std::size_t taken = entries_.size();
    return taken < limits_.max_messages && messages <= limits_.max_messages - taken &&
           bytes <= limits_.max_bytes - bytes_;
}

void PendingPublishes::add(std::uint64_t number, Entry entry) {
    bytes_ += entry.bytes;
    entries_.emplace(number, std::move(entry));
}

std::optional<PendingPublishes::Entry> PendingPublishes::take(std::uint64_t number) {
    const auto found = entries_.find(number);
    if (found == entries_.end()) return std::nullopt;
    Entry entry = std::move(found->second);
    bytes_ -= entry.bytes;
    entries_.erase(found);
    return entry;
}

std::map<std::uint64_t, PendingPublishes::Entry> PendingPublishes::take_all() {
    bytes_ = 0;
    return std::exchange(entries_, {});
}

std::optional<std::string> PendingPublishes::only_destination() const {
    std::optional<std::string> only;
    for (const auto& [number, entry] : entries_) {
        const std::uint64_t transaction = entries_.begin()->second.transaction;
        if (entries_.size() > 1 && (transaction == 0 || entry.transaction != transaction))
            return std::nullopt;
        if (entry.destination.empty()) continue;
        if (only && *only != entry.destination) return std::nullopt;
        only = entry.destination;
    }
    return only;
}

}  // namespace stentor::relay
