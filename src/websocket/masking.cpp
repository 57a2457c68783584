#include "websocket/masking.hpp"

#include <cstdint>
#include <cstring>

namespace stentor::websocket {

void unmask(std::span<char> bytes, const MaskingKey& key, std::size_t phase) {
    std::array<char, 8> pattern;
    for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = key[(phase + i) % key.size()];
    std::uint64_t mask;
    std::memcpy(&mask, pattern.data(), sizeof mask);

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
