#pragma once

#include "base/clock.hpp"
#include "nodes/peer.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::nodes {

/// The other servers and who is where. Shard-local.
class Directory {
public:
    struct Limits {
        std::size_t max_nodes = 64;
        std::size_t max_users = 1'000'000;  ///< of one server
        base::Duration silence = std::chrono::seconds(5);
        base::Duration ask_interval = std::chrono::seconds(1);
    };

    explicit Directory(const Limits& limits) : limits_(limits) {}

    /// One of whom a letter came. Null: there are too many, or the letter is of an epoch that is over.
    Peer* hear(const std::string& node, std::uint64_t epoch, base::TimePoint now);
    void forget(const std::string& node);
    /// Those of whom nothing was heard for too long; they are forgotten.
    std::vector<std::string> take_silent(base::TimePoint now);
    /// Whether that one's list is to be asked for now: it is not complete, and was not asked for just before.
    [[nodiscard]] bool must_ask(const std::string& node, base::TimePoint now);
    /// Nothing came for a while, by no fault of theirs.
    void resume(base::TimePoint now);

    /// Those that have sessions of that user, or may have.
    [[nodiscard]] std::vector<std::string> places_of(const std::string& user) const;
    /// Those whose sessions' ids begin so.
    [[nodiscard]] std::vector<std::string> places_of_session(std::string_view session) const;
    [[nodiscard]] bool empty() const { return peers_.empty(); }
    [[nodiscard]] std::size_t size() const { return peers_.size(); }
    [[nodiscard]] const Peer* find(const std::string& node) const;
    template <class F>
    void for_each(F visitor) const {
        for (const auto& [node, entry] : peers_) visitor(node, entry.peer);
    }

private:
    struct Entry {
        Peer peer;
        base::TimePoint heard{};
        base::TimePoint asked = base::TimePoint::min();
    };

    Limits limits_;
    std::map<std::string, Entry> peers_;
};

/// What a server's sessions' ids begin with: the first digits of its name, and '-'. So the id itself says
/// where the session is.
std::string session_prefix(std::string_view node);

}  // namespace stentor::nodes
