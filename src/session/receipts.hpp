#pragma once

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace stentor::session {

/// The receipts a session owes. Effects may finish in any order; RECEIPT frames leave in the order of the
/// frames that asked. Without memory of its own while it owes none. Shard-local.
class Receipts {
public:
    /// Notes that the frame of this ticket asked for a receipt. Tickets grow.
    void ask(std::uint64_t ticket, std::string id) {
        auto last = owed_.before_begin();
        for (auto next = owed_.begin(); next != owed_.end(); ++next) last = next;
        owed_.insert_after(last, {ticket, std::move(id), false});
    }

    /// The effect is there: the receipts that may leave now, in order.
    std::vector<std::string> done(std::uint64_t ticket) {
        for (Owed& owed : owed_)
            if (owed.ticket == ticket) owed.done = true;
        std::vector<std::string> due;
        while (!owed_.empty() && owed_.front().done) {
            due.push_back(std::move(owed_.front().id));
            owed_.pop_front();
        }
        return due;
    }

    /// The receipt id that frame asked for, if it did and still waits.
    [[nodiscard]] std::optional<std::string> asked(std::uint64_t ticket) const {
        for (const Owed& owed : owed_)
            if (owed.ticket == ticket) return owed.id;
        return std::nullopt;
    }
    [[nodiscard]] bool empty() const { return owed_.empty(); }
    [[nodiscard]] std::size_t size() const {
        return static_cast<std::size_t>(std::distance(owed_.begin(), owed_.end()));
    }

private:
    struct Owed {
        std::uint64_t ticket;
        std::string id;
        bool done;
    };
    std::forward_list<Owed> owed_;  ///< the oldest first
};

}  // namespace stentor::session
