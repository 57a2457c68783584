// Tests: tests/unit/nodes/peer_test.cpp
#include "nodes/peer.hpp"

#include <utility>

namespace stentor::nodes {

bool Peer::enter(std::uint64_t epoch) {
    if (epoch < epoch_) return false;
    if (epoch > epoch_) {
        state_ = State::incomplete;
        run_ = 0;
    }
    epoch_ = epoch;
    return true;
}

/// All that it counted must have come by now.
void Peer::beat(const Beat& beat) {
    if (state_ != State::incomplete && beat.sequence != sequence_) state_ = State::incomplete;
}

void Peer::set(std::string user) {
    const auto found = users_.find(user);
    if (found != users_.end()) found->second = list_;
    else if (users_.size() < max_users_) users_.emplace(std::move(user), list_);
    else has_more_ = true;
}

void Peer::apply(Change change) {
    if (change.here) set(std::move(change.user));
    else users_.erase(change.user);
}

void Peer::changes(Changes changes) {
    if (state_ != State::incomplete && changes.first > sequence_ + 1) state_ = State::incomplete;
    std::uint64_t number = changes.first;
    for (Change& change : changes.list) {
        const bool is_known = state_ != State::incomplete && number <= sequence_;
        if (!is_known) {
            apply(std::move(change));
            sequence_ = number;
        }
        ++number;
    }
}

void Peer::begin(const Piece& piece) {
    state_ = State::arriving;
    sequence_ = piece.sequence;
    run_ = piece.run;
    next_piece_ = 0;
    has_more_ = false;
    ++list_;
}

/// At the end of a run, who was in none of its pieces and did not come since it began is not there.
void Peer::piece(Piece piece) {
    if (state_ == State::complete && piece.sequence <= sequence_) return;  // others asked for it
    if (state_ == State::complete) state_ = State::incomplete;
    if (piece.index == 0 && piece.run > run_) begin(piece);
    if (state_ != State::arriving || piece.run != run_ || piece.index < next_piece_) return;
    if (piece.index != next_piece_ || piece.sequence != sequence_) {
        state_ = State::incomplete;
        return;
    }
    ++next_piece_;
    for (std::string& user : piece.users) set(std::move(user));
    if (!piece.last) return;
    std::erase_if(users_, [this](const auto& entry) { return entry.second != list_; });
    state_ = State::complete;
}

}  // namespace stentor::nodes
