#include "websocket/masking.hpp"

#include <cstdint>
#include <cstring>

namespace stentor::websocket {

void unmask(std::span<char> bytes, const MaskingKey& key, std::size_t phase) {
    const MaskingKey pattern{key[phase % 4], key[(phase + 1) % 4], key[(phase + 2) % 4],
                             key[(phase + 3) % 4]};
    std::uint32_t half;
    std::memcpy(&half, pattern.data(), sizeof half);
    const std::uint64_t mask = std::uint64_t{half} << 32 | half;

    // Plain enough for a compiler to make it wider.
    char* const begin = bytes.data();
    const std::size_t words = bytes.size() / sizeof mask;
    for (std::size_t i = 0; i < words; ++i) {
        std::uint64_t word;
        std::memcpy(&word, begin + i * sizeof word, sizeof word);
        word ^= mask;
        std::memcpy(begin + i * sizeof word, &word, sizeof word);
    }
    for (std::size_t at = words * sizeof mask; at < bytes.size(); ++at)
        begin[at] = static_cast<char>(begin[at] ^ pattern[at % pattern.size()]);
}

}  // namespace stentor::websocket
