#include "websocket/frame.hpp"

#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace stentor::websocket {
namespace {

using namespace std::literals;

std::string header(Opcode opcode, std::uint64_t size) {
    std::string out;
    append_frame_header(out, opcode, size);
    return out;
}

std::string close_frame(std::uint16_t code, std::string_view reason) {
    std::string out;
    append_close_frame(out, code, reason);
    return out;
}

TEST(WebSocketRfc6455_5_7, AServersFrameIsFinalAndUnmasked) {
    std::string out = "before";
    append_frame(out, Opcode::text, "Hello");
    EXPECT_EQ(out, "before\x81\x05Hello");
}

TEST(WebSocketRfc6455_5_2, TheLengthIsInItsShortestForm) {
    EXPECT_EQ(header(Opcode::binary, 0), "\x82\x00"s);
    EXPECT_EQ(header(Opcode::binary, 125), "\x82\x7D"s);
    EXPECT_EQ(header(Opcode::binary, 126), "\x82\x7E\x00\x7E"s);
    EXPECT_EQ(header(Opcode::text, 65535), "\x81\x7E\xFF\xFF"s);
    EXPECT_EQ(header(Opcode::text, 65536), "\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00"s);
    EXPECT_EQ(header(Opcode::text, 0x0102030405060708), "\x81\x7F\x01\x02\x03\x04\x05\x06\x07\x08"s);
}

TEST(WebSocketRfc7692_6, ACompressedMessagesHeaderHasRsv1) {
    std::string out;
    append_compressed_frame_header(out, Opcode::text, 7);
    append_compressed_frame_header(out, Opcode::binary, 300);
    EXPECT_EQ(out, "\xC1\x07\xC2\x7E\x01\x2C"s);
}

TEST(WebSocketFrame, APlainFrameIsTakenApartAgain) {
    for (std::size_t size : {0u, 1u, 125u, 126u, 65535u, 65536u}) {
        const std::string payload(size, '\x81');
        std::string frame;
        append_frame(frame, Opcode::binary, payload);
        EXPECT_EQ(read_plain_frame(frame).opcode, Opcode::binary);
        EXPECT_EQ(read_plain_frame(frame).payload, payload);
    }
}

TEST(WebSocketRfc6455_5_5_1, ACloseFrameHoldsCodeAndReason) {
    EXPECT_EQ(close_frame(1000, "bye"), "\x88\x05\x03\xE8"s + "bye");
    EXPECT_EQ(close_frame(3000, ""), "\x88\x02\x0B\xB8"s);
}

TEST(WebSocketRfc6455_7_4_1, ACodeThatMayNotBeSentMakesAnEmptyFrame) {
    for (std::uint16_t code : {0, 999, 1005, 1006, 1015, 5000})
        EXPECT_EQ(close_frame(code, "x"), "\x88\x00"s) << code;
}

TEST(WebSocketRfc6455_5_5, AReasonIsCutTo123BytesAtACharactersBoundary) {
    EXPECT_EQ(close_frame(1000, std::string(123, 'x')).size(), 2u + 125u);
    EXPECT_EQ(close_frame(1000, std::string(124, 'x')), close_frame(1000, std::string(123, 'x')));
    const std::string smile = "\xF0\x9F\x98\x80";
    for (std::size_t before = 116; before <= 124; ++before) {
        const std::string frame = close_frame(1000, std::string(before, 'x') + smile + "tail");
        EXPECT_LE(frame.size(), 127u);
        EXPECT_EQ(static_cast<unsigned char>(frame[1]), frame.size() - 2);
        EXPECT_TRUE(base::is_utf8(std::string_view(frame).substr(4))) << before;
    }
}

TEST(WebSocketRfc6455_5_5_1, AReasonThatIsNoTextIsMadeOne) {
    EXPECT_EQ(close_frame(1000, "a\xFFz"), "\x88\x07\x03\xE8"s + "a\xEF\xBF\xBDz");
}

TEST(WebSocketFrame, AHeaderIsWrittenIntoRoomOfItsSize) {
    for (const std::uint64_t size : {0U, 125U, 126U, 0xFFFFU, 0x10000U}) {
        std::string appended;
        append_frame_header(appended, Opcode::binary, size);
        std::string written(frame_header_size(size), '?');
        EXPECT_EQ(write_frame_header(written.data(), Opcode::binary, size), written.data() + written.size());
        EXPECT_EQ(written, appended) << size;
    }
}

}  // namespace
}  // namespace stentor::websocket
