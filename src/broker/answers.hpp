#pragma once

#include "broker/broker.hpp"

#include <cstdint>
#include <unordered_map>
#include <utility>

namespace stentor::broker {

/// Who waits for another shard's answer, by numbers that never come again. Shard-local.
class Answers {
public:
    using Done = Broker::Done;

    /// The number that the answer is to bring.
    std::uint64_t await(Done done) {
        waiting_.emplace(++last_, std::move(done));
        return last_;
    }
    /// Who waited is told, and may do anything.
    void came(std::uint64_t number, const Result<void>& answer) {
        const auto found = waiting_.find(number);
        if (found == waiting_.end()) return;
        const Done done = std::move(found->second);
        waiting_.erase(found);
        done(answer);
    }

private:
    std::unordered_map<std::uint64_t, Done> waiting_;
    std::uint64_t last_ = 0;
};

}  // namespace stentor::broker
