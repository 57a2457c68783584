#pragma once

#include "hub/client.hpp"
#include "session/transactions.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace stentor::session {

/// The COMMITs whose effects are under way. The effects have the tickets that follow their COMMIT's.
/// What they acknowledge waits for them: a client that failed to pass on what it got has not consumed it.
/// Shard-local.
class Commits {
public:
    using Acknowledgements = std::vector<Transactions::Acknowledgement>;

    /// At least one effect.
    void start(hub::Ticket commit, std::size_t effects, Acknowledgements acknowledgements) {
        under_way_.emplace(commit, Commit{effects, effects, std::move(acknowledgements)});
    }
    /// The COMMIT to which a ticket's effect belongs, if it belongs to one.
    [[nodiscard]] std::optional<hub::Ticket> of(hub::Ticket effect) const {
        auto next = under_way_.lower_bound(effect);
        if (next == under_way_.begin()) return std::nullopt;
        const auto& [commit, state] = *--next;
        return effect - commit <= state.effects ? std::optional(commit) : std::nullopt;
    }
    /// One of its effects is there: what it acknowledges when it was the last, and then the COMMIT is
    /// forgotten.
    [[nodiscard]] std::optional<Acknowledgements> one_done(hub::Ticket commit) {
        const auto found = under_way_.find(commit);
        if (--found->second.left != 0) return std::nullopt;
        return std::move(under_way_.extract(found).mapped().acknowledgements);
    }

    [[nodiscard]] bool empty() const { return under_way_.empty(); }

private:
    struct Commit {
        std::size_t effects;
        std::size_t left;
        Acknowledgements acknowledgements;
    };
    std::map<hub::Ticket, Commit> under_way_;
};

}  // namespace stentor::session
