#include "websocket/masking.hpp"

#include <cstdint>
#include <cstring>

namespace stentor::websocket {

void unmask(std::span<char> bytes, const MaskingKey& key, std::size_t phase) {
    std::array<char, 8> pattern;
    for (std::size_t i = 0; i < pattern.size(); ++i) pattern[i] = key[(phase + i) % key.size()];
    std::uint64_t mask;
    std::memcpy(&mask, pattern.data(), sizeof mask);

    std::size_t at = 0;
    for (; bytes.size() - at >= sizeof mask; at += sizeof mask) {
        std::uint64_t word;
        std::memcpy(&word, bytes.data() + at, sizeof word);
        word ^= mask;
        std::memcpy(bytes.data() + at, &word, sizeof word);
    }
    for (; at < bytes.size(); ++at) bytes[at] = static_cast<char>(bytes[at] ^ pattern[at % pattern.size()]);
}

}  // namespace stentor::websocket
