#include "websocket/masking.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::websocket {
namespace {

constexpr MaskingKey key = {'\x37', '\xFA', '\x21', '\x3D'};

TEST(WebSocketRfc6455_5_7, TheExampleIsUnmasked) {
    std::string bytes = "\x7F\x9F\x4D\x51\x58";
    unmask(bytes, key);
    EXPECT_EQ(bytes, "Hello");
}

TEST(WebSocketRfc6455_5_3, EverySizePhaseAndAlignmentIsUnmaskedAsOctetITells) {
    for (std::size_t offset = 0; offset < 8; ++offset) {
        for (std::size_t size = 0; size < 40; ++size) {
            for (std::size_t phase = 0; phase < 9; ++phase) {
                std::string bytes(offset + size + 1, 'x');
                std::string expected = bytes;
                for (std::size_t i = 0; i < size; ++i) {
                    expected[offset + i] = static_cast<char>(expected[offset + i] ^ key[(phase + i) % 4]);
                }
                unmask(std::span(bytes).subspan(offset, size), key, phase);
                EXPECT_EQ(bytes, expected) << offset << ' ' << size << ' ' << phase;
            }
        }
    }
}

}  // namespace
}  // namespace stentor::websocket
