#include "stomp/input_buffer.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace stentor::stomp {
namespace {

std::string_view content(const InputBuffer& buffer) { return {buffer.data(), buffer.size()}; }

TEST(StompInputBuffer, IsEmptyAndHoldsNoMemoryAtFirst) {
    const InputBuffer buffer;
    EXPECT_TRUE(buffer.empty());
    EXPECT_EQ(buffer.size(), 0u);
    EXPECT_EQ(buffer.capacity(), 0u);
}

TEST(StompInputBuffer, AnEmptyAppendAsksForNoMemory) {
    InputBuffer buffer;
    buffer.append({});
    EXPECT_EQ(buffer.capacity(), 0u);
}

TEST(StompInputBuffer, GivesBytesInTheirOrder) {
    InputBuffer buffer;
    buffer.append("hello ");
    buffer.append("world");
    buffer.consume(6);
    EXPECT_EQ(content(buffer), "world");
}

TEST(StompInputBuffer, KeepsSmallMemoryWhenEmpty) {
    InputBuffer buffer;
    buffer.append("hello");
    const std::size_t capacity = buffer.capacity();
    const char* const place = buffer.data();
    for (int i = 0; i < 1000; ++i) {
        buffer.consume(buffer.size());
        buffer.append("hello");
    }
    EXPECT_EQ(buffer.capacity(), capacity);
    EXPECT_EQ(buffer.data(), place);
}

TEST(StompInputBuffer, GivesLargeMemoryBackWhenEmpty) {
    InputBuffer buffer;
    buffer.append(std::string(InputBuffer::kept_when_empty + 1, 'x'));
    buffer.consume(buffer.size());
    EXPECT_EQ(buffer.capacity(), 0u);
}

TEST(StompInputBuffer, AWindowThatSlidesDoesNotGrow) {
    InputBuffer buffer;
    buffer.append(std::string(100, 'x'));
    for (int i = 0; i < 100'000; ++i) {
        buffer.append("0123456789");
        buffer.consume(10);
    }
    EXPECT_LE(buffer.capacity(), 1024u);
    EXPECT_EQ(buffer.size(), 100u);
}

TEST(StompInputBuffer, EqualsAStringWhateverIsAppendedAndConsumed) {
    std::mt19937 random(7);
    InputBuffer buffer;
    std::string expected;
    for (int i = 0; i < 20'000; ++i) {
        const std::string bytes(random() % 300, static_cast<char>(i));
        buffer.append(bytes);
        expected += bytes;
        const std::size_t gone = random() % (expected.size() + 1);
        buffer.consume(gone);
        expected.erase(0, gone);
        ASSERT_EQ(content(buffer), expected) << "step " << i;
        ASSERT_LE(buffer.capacity(), 2 * (expected.size() + 300) + 8192) << "step " << i;
    }
}

}  // namespace
}  // namespace stentor::stomp
