#pragma once

#include "base/clock.hpp"
#include "nodes/letter.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace stentor::nodes {

/// What the others answered, and who did not.
struct Replies {
    std::vector<std::pair<std::string, Reply>> from;
    std::vector<std::string> silent;
};

/// Requests that wait for answers. Shard-local.
class Questions {
public:
    using Done = std::function<void(Replies)>;

    explicit Questions(std::size_t max) : max_(max) {}

    [[nodiscard]] bool has_room() const { return open_.size() < max_; }
    /// `done` is called once, later, unless this dies first. Deadlines never go back. There must be room.
    std::uint64_t open(const std::vector<std::string>& nodes, base::TimePoint deadline, Done done);
    /// An answer to what was never asked, or was asked of others, changes nothing.
    void answer(const std::string& node, std::uint64_t number, Reply reply);
    /// Nothing will come from that one.
    void give_up(const std::string& node, std::uint64_t number);
    void give_up(const std::string& node);
    /// Ends those whose time is over.
    void expire(base::TimePoint now);
    [[nodiscard]] base::TimePoint next_deadline() const;
    [[nodiscard]] std::size_t size() const { return open_.size(); }

private:
    struct Open {
        std::set<std::string> waits_for;
        base::TimePoint deadline;
        Replies replies;
        Done done;
    };
    using Iterator = std::map<std::uint64_t, Open>::iterator;
    void end(Iterator question);

    std::size_t max_;
    std::map<std::uint64_t, Open> open_;
    std::uint64_t last_ = 0;
};

}  // namespace stentor::nodes
