#pragma once

#include "nodes/letter.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace stentor::nodes {

/// What is known of another server's users. Its letters come in the order it sent them, but some may be lost
/// or come again: numbers tell. What is known while the list is not complete may be wrong, and is mended by
/// the next whole list. Shard-local.
class Peer {
public:
    /// `max_users`: that are remembered; of a server that has more it is known that it has more.
    explicit Peer(std::size_t max_users) : max_users_(max_users) {}

    /// Whether a letter of that epoch still counts; a later one makes the list incomplete.
    bool enter(std::uint64_t epoch);
    void beat(const Beat& beat);
    void changes(Changes changes);
    void piece(Piece piece);
    /// What was sent meanwhile was not received.
    void missed() { state_ = State::incomplete; }

    /// Whether its whole list is known, as of its last letter; otherwise it has to be asked for.
    [[nodiscard]] bool is_complete() const { return state_ == State::complete; }
    /// Whether the user has a session there, or may have.
    [[nodiscard]] bool may_have(const std::string& user) const {
        return !is_complete() || has_more_ || users_.contains(user);
    }
    [[nodiscard]] bool has(const std::string& user) const { return users_.contains(user); }
    /// How many are remembered.
    [[nodiscard]] std::size_t size() const { return users_.size(); }
    template <class F>
    void for_each(F visitor) const {
        for (const auto& [user, list] : users_) visitor(user);
    }

private:
    enum class State : std::uint8_t { incomplete, arriving, complete };
    void begin(const Piece& piece);
    void set(std::string user);
    void apply(Change change);

    std::size_t max_users_;
    std::unordered_map<std::string, std::uint32_t> users_;  ///< with the list by which they are known
    State state_ = State::incomplete;
    bool has_more_ = false;
    std::uint64_t epoch_ = 0;
    std::uint64_t sequence_ = 0;    ///< of the last change taken; while incomplete of no worth
    std::uint64_t run_ = 0;         ///< of pieces, the last that began
    std::uint64_t next_piece_ = 0;  ///< of it
    std::uint32_t list_ = 0;        ///< how many runs began ever
};

}  // namespace stentor::nodes
