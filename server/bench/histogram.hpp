#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace stentor::bench {

/// Counts of values by size in fixed memory: exact below 256, else within 1/128; the largest is exact.
/// Shard-local.
class Histogram {
public:
    void record(std::uint64_t value) {
        ++counts_[index(value)];
        ++total_;
        largest_ = std::max(largest_, value);
    }

    /// The least value that `share` (0 to 1) of all values do not exceed, rounded up within a bucket. 0 when
    /// empty.
    [[nodiscard]] std::uint64_t percentile(double share) const;

    [[nodiscard]] std::uint64_t total() const { return total_; }
    [[nodiscard]] std::uint64_t largest() const { return largest_; }

private:
    static constexpr unsigned precision = 7;  // bits behind a value's first one
    static constexpr std::size_t buckets = (65 - precision) << precision;

    static std::size_t index(std::uint64_t value) {
        const int width = std::bit_width(value | 1);
        const unsigned shift = width > int{precision} + 1 ? static_cast<unsigned>(width) - precision - 1 : 0;
        return (std::size_t{shift} << precision) + static_cast<std::size_t>(value >> shift);
    }
    static std::uint64_t upper_end(std::size_t index);

    std::array<std::uint64_t, buckets> counts_{};
    std::uint64_t total_ = 0;
    std::uint64_t largest_ = 0;
};

}  // namespace stentor::bench
