#pragma once

#include "stentor/message.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace stentor::broker {

/// One topic's messages that came in one turn, for its subscribers to get them at the turn's end: so each is
/// visited once. What comes for another topic first sends these on their way: the order of all stays.
/// Shard-local.
class TurnRun {
public:
    /// To all who subscribed, and says how many these are.
    using Deliver = std::function<std::size_t(std::span<const MessagePtr>)>;

    explicit TurnRun(Deliver deliver) : deliver_(std::move(deliver)) {}

    void add(MessagePtr message);
    /// What a message for that destination would first send on its way goes now.
    void make_way_for(const std::string& destination) {
        if (!messages_.empty() && messages_.back()->destination != destination) flush();
    }
    /// How many got them; 0 when nothing waits.
    std::size_t flush();
    [[nodiscard]] bool empty() const { return messages_.empty(); }

private:
    Deliver deliver_;
    std::vector<MessagePtr> messages_;
    std::vector<MessagePtr> going_;  ///< those that are being delivered
    std::size_t bytes_ = 0;
};

}  // namespace stentor::broker
