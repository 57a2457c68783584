#include "base/eight_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::base::eight_bytes {
namespace {

/// For each byte at each place of texts of up to three words: whether it is found, alone among others.
template <class Marks, class Is>
void finds_exactly(Marks marks, Is is) {
    for (std::size_t size = 0; size <= 24; ++size) {
        EXPECT_EQ(marks_of(std::string(size, '~'), marks), 0u) << size;
        for (std::size_t at = 0; at < size; ++at)
            for (int byte = 0; byte < 256; ++byte) {
                std::string text(size, '~');
                text[at] = static_cast<char>(byte);
                EXPECT_EQ(marks_of(text, marks) != 0, is(byte)) << size << ", " << at << ", " << byte;
            }
    }
}

TEST(EightBytes, Below) {
    finds_exactly([](Word word) { return below(word, 0x20); }, [](int byte) { return byte < 0x20; });
}

TEST(EightBytes, Equal) {
    finds_exactly([](Word word) { return equal(word, ':'); }, [](int byte) { return byte == ':'; });
    finds_exactly([](Word word) { return equal(word, 0x7f); }, [](int byte) { return byte == 0x7f; });
}

TEST(EightBytes, NotAscii) {
    finds_exactly([](Word word) { return not_ascii(word); }, [](int byte) { return byte >= 0x80; });
}

TEST(EightBytes, IsAscii) {
    for (std::size_t size = 0; size <= 80; ++size) {
        EXPECT_TRUE(is_ascii(std::string(size, '\x7f'))) << size;
        for (std::size_t at = 0; at < size; ++at) {
            std::string text(size, '~');
            text[at] = '\x80';
            EXPECT_FALSE(is_ascii(text)) << size << ", " << at;
        }
    }
}

}  // namespace
}  // namespace stentor::base::eight_bytes
