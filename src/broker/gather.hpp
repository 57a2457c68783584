#pragma once

#include "broker/broker.hpp"

#include <cstddef>
#include <utility>

namespace stentor::broker {

/// Several effects as one: `done` is called with the first failure, at once, or when the last effect is
/// there. Shard-local.
class Gather {
public:
    /// At least one effect.
    Gather(std::size_t count, Broker::Done done) : left_(count), done_(std::move(done)) {}

    void one(const Result<void>& result) {
        if (left_ == 0) return;
        left_ = result.has_error() ? 0 : left_ - 1;
        if (left_ != 0) return;
        const Broker::Done done = std::move(done_);
        done(result);
    }
    [[nodiscard]] bool is_done() const { return left_ == 0; }

private:
    std::size_t left_;
    Broker::Done done_;
};

}  // namespace stentor::broker
