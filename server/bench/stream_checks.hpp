#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace stentor::bench {

/// What was wrong with deliveries, with the first few described.
struct Violations {
    std::uint64_t lost = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t reordered = 0;
    std::uint64_t foreign = 0;  ///< not what was sent, or not to this receiver
    std::vector<std::string> described = {};

    [[nodiscard]] std::uint64_t total() const { return lost + duplicated + reordered + foreign; }
    void describe(std::string what);
    void add(const Violations& more);
};

/// Whether each stream (one publisher's messages at one receiver) came whole, once and in order. Shard-local.
class StreamChecks {
public:
    explicit StreamChecks(std::size_t streams) : expected_(streams, 0) {}

    /// False when it is to be left out of the count: it came before.
    bool arrived(std::size_t stream, std::uint64_t sequence) {
        if (sequence != expected_[stream]) return out_of_order(stream, sequence);
        ++expected_[stream];
        return true;
    }

    /// The stream ends before `sequence`, or rests there: what has not come by now is lost.
    void ended(std::size_t stream, std::uint64_t sequence);

    [[nodiscard]] std::uint64_t next(std::size_t stream) const { return expected_[stream]; }
    [[nodiscard]] Violations& violations() { return violations_; }

private:
    bool out_of_order(std::size_t stream, std::uint64_t sequence);

    std::vector<std::uint64_t> expected_;
    std::unordered_map<std::size_t, std::set<std::uint64_t>> missing_;  // below the expected ones
    Violations violations_;
};

}  // namespace stentor::bench
