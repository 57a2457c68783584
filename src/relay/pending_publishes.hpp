#pragma once

#include "broker/broker.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace stentor::relay {

struct PendingLimits {
    std::size_t max_messages = 1000;
    std::size_t max_bytes = 1024 * 1024;  ///< of the frames as sent
};

/// What was sent to the broker and not yet answered, within limits: a slow broker is felt by publishers, not
/// by the memory. Shard-local.
class PendingPublishes {
public:
    struct Entry {
        broker::Broker::Done done;
        std::string destination;  ///< empty: of a COMMIT, which has none of its own
        std::size_t bytes;
        std::uint64_t transaction = 0;  ///< 0: none
    };

    explicit PendingPublishes(PendingLimits limits) : limits_(limits) {}

    [[nodiscard]] bool has_room(std::size_t messages, std::size_t bytes) const;
    void add(std::uint64_t number, Entry entry);
    /// Gives one back and forgets it; empty when there is none of that number.
    [[nodiscard]] std::optional<Entry> take(std::uint64_t number);
    /// Gives all back, oldest first, and forgets them.
    [[nodiscard]] std::map<std::uint64_t, Entry> take_all();
    /// The destination of the only one, or of all those of the only transaction; empty when there are others.
    [[nodiscard]] std::optional<std::string> only_destination() const;
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    PendingLimits limits_;
    std::map<std::uint64_t, Entry> entries_;
    std::size_t bytes_ = 0;
};

}  // namespace stentor::relay
