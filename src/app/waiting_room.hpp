#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace stentor::app {

/// Counts those who wait for an answer from elsewhere. Any thread.
class WaitingRoom {
public:
    explicit WaitingRoom(std::size_t seats) : seats_(seats) {}

    /// A place that is given back when it is let go of, by whichever thread; null when there is none left.
    [[nodiscard]] std::shared_ptr<void> enter() const {
        if (taken_->fetch_add(1) >= seats_) {
            taken_->fetch_sub(1);
            return nullptr;
        }
        return {taken_.get(), [taken = taken_](void*) { taken->fetch_sub(1); }};
    }

private:
    std::size_t seats_;
    std::shared_ptr<std::atomic<std::size_t>> taken_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace stentor::app
