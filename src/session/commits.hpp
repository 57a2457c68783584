#pragma once

#include "hub/client.hpp"

#include <cstddef>
#include <map>
#include <optional>

namespace stentor::session {

/// The COMMITs whose effects are under way. The effects have the tickets that follow their COMMIT's.
/// Shard-local.
class Commits {
public:
    /// At least one effect.
    void start(hub::Ticket commit, std::size_t effects) {
        under_way_.emplace(commit, Commit{effects, effects});
    }
    /// The COMMIT to which a ticket's effect belongs, if it belongs to one.
    [[nodiscard]] std::optional<hub::Ticket> of(hub::Ticket effect) const {
        auto next = under_way_.lower_bound(effect);
        if (next == under_way_.begin()) return std::nullopt;
        const auto& [commit, state] = *--next;
        return effect - commit <= state.effects ? std::optional(commit) : std::nullopt;
    }
    /// One of its effects is there: true when it was the last, and then the COMMIT is forgotten.
    [[nodiscard]] bool one_done(hub::Ticket commit) {
        const auto found = under_way_.find(commit);
        if (--found->second.left != 0) return false;
        under_way_.erase(found);
        return true;
    }

    [[nodiscard]] bool empty() const { return under_way_.empty(); }

private:
    struct Commit {
        std::size_t effects;
        std::size_t left;
    };
    std::map<hub::Ticket, Commit> under_way_;
};

}  // namespace stentor::session
