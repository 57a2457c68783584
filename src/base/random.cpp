#include "base/random.hpp"

#include <array>

namespace stentor::base {

std::string random_id(Random& random) {
    static constexpr char digits[] = "0123456789abcdef";
    std::array<std::byte, 16> bits;
    random.fill(bits);
    std::string id;
    id.reserve(2 * bits.size());
    for (std::byte b : bits) {
        id += digits[std::to_integer<unsigned>(b) >> 4];
        id += digits[std::to_integer<unsigned>(b) & 15];
    }
    return id;
}

}  // namespace stentor::base
