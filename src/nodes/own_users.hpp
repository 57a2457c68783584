#pragma once

#include "nodes/letter.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stentor::nodes {

/// Who has sessions at this server, and what of it was told to the others. Shard-local.
class OwnUsers {
public:
    /// One shard's first session of that user begins, or its last ends. The others hear of it by
    /// take_changes().
    void arrived(const std::string& user);
    void left(const std::string& user);

    /// Everybody is told, and begins to count anew: what a list or a beat says from now on is the whole
    /// truth.
    void restart();
    [[nodiscard]] bool has_changes() const { return !changed_.empty(); }
    [[nodiscard]] std::size_t changes() const { return changed_.size(); }
    /// The next of what changed, no more than that many and about so many bytes; they count as told. Who came
    /// and went meanwhile is not among them, and so the list may be empty.
    Changes take_changes(std::size_t max, std::size_t max_bytes);
    /// The number of the last change that was told.
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

    /// The list as told, in pieces of so many bytes: users behind `after`, which is moved on; nothing for the
    /// first.
    Piece piece(std::optional<std::string>& after, std::size_t max_bytes) const;

    [[nodiscard]] std::size_t size() const { return present_; }
    [[nodiscard]] bool has(const std::string& user) const;
    [[nodiscard]] std::vector<std::string> all() const;

private:
    struct Presence {
        std::size_t shards = 0;
        bool told = false;
        bool listed = false;  ///< in changed_
    };
    void note(const std::string& user, Presence& presence);

    std::map<std::string, Presence> users_;
    std::deque<std::string> changed_;
    std::uint64_t sequence_ = 0;
    std::size_t present_ = 0;
};

}  // namespace stentor::nodes
