#pragma once

#include "hub/client.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stentor::hub {

/// Who waits for an answer, by small numbers: a callback that has no more to remember than one needs no
/// memory of its own. Shard-local.
class Askers {
public:
    struct Asker {
        std::uint64_t client;  ///< its key: it may be gone when the answer comes
        Ticket ticket;
    };

    std::size_t add(Asker asker) {
        if (free_.empty()) {
            all_.push_back(asker);
            return all_.size() - 1;
        }
        const std::size_t place = free_.back();
        free_.pop_back();
        all_[place] = asker;
        return place;
    }
    /// Once for each add().
    Asker take(std::size_t place) {
        free_.push_back(place);
        return all_[place];
    }

private:
    std::vector<Asker> all_;
    std::vector<std::size_t> free_;  ///< places in all_
};

}  // namespace stentor::hub
