#include "relay/backoff.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace stentor::relay {

base::Duration Backoff::next() {
    std::array<std::byte, 4> bits;
    random_.fill(bits);
    std::uint64_t number = 0;
    for (const std::byte b : bits) number = number << 8 | std::to_integer<std::uint64_t>(b);
    const auto ceiling = std::chrono::duration_cast<std::chrono::milliseconds>(ceiling_).count();
    ceiling_ = std::min(2 * ceiling_, last_ceiling);
    return std::chrono::milliseconds(static_cast<std::uint64_t>(ceiling) * number >> 32);
}

}  // namespace stentor::relay
