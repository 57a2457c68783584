#include "histogram.hpp"

#include <cmath>

namespace stentor::bench {

std::uint64_t Histogram::upper_end(std::size_t index) {
    if (index < (std::size_t{2} << precision)) return index;
    const std::size_t shift = (index >> precision) - 1;
    const std::uint64_t first = (index & ((1U << precision) - 1)) | 1U << precision;
    return ((first + 1) << shift) - 1;
}

std::uint64_t Histogram::percentile(double share) const {
    const auto wanted = std::max<std::uint64_t>(
        1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(total_))));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets; ++i) {
        seen += counts_[i];
        if (seen >= wanted) return std::min(upper_end(i), largest_);
    }
    return largest_;
}

}  // namespace stentor::bench
