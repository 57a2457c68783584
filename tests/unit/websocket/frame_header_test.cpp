#include "websocket/frame_header.hpp"

#include "support/http_cuts.hpp"

#include <gtest/gtest.h>

namespace stentor::websocket {
namespace {

using namespace std::literals;
using Progress = FrameHeaderReader::Progress;

struct Outcome {
    Progress progress = Progress::needs_more;
    FrameHeader header;
    std::string fault;
    std::size_t unread = 0;
};

Outcome read_pieces(const test::Pieces& pieces, Rsv1 rsv1) {
    FrameHeaderReader reader(rsv1);
    Outcome outcome;
    for (std::string piece : pieces) {
        std::span<char> input(piece);
        if (outcome.progress == Progress::needs_more) outcome.progress = reader.read(input);
        outcome.unread += input.size();
    }
    outcome.header = reader.header();
    outcome.fault = reader.fault();
    return outcome;
}

Outcome read(std::string_view bytes, Rsv1 rsv1 = Rsv1::reserved) {
    const Outcome whole = read_pieces({std::string(bytes)}, rsv1);
    test::for_each_cut(bytes, [&](const test::Pieces& pieces) {
        const Outcome outcome = read_pieces(pieces, rsv1);
        EXPECT_EQ(outcome.progress, whole.progress);
        EXPECT_EQ(outcome.fault, whole.fault);
        if (whole.progress == Progress::whole) {
            EXPECT_EQ(outcome.header.length, whole.header.length);
            EXPECT_EQ(outcome.unread, whole.unread);
        }
    });
    return whole;
}

TEST(WebSocketRfc6455_5_2, AHeaderIsReadAndNothingPastIt) {
    const Outcome outcome = read("\x01\x85\x37\xFA\x21\x3DHello"sv);
    ASSERT_EQ(outcome.progress, Progress::whole);
    EXPECT_FALSE(outcome.header.fin);
    EXPECT_EQ(outcome.header.opcode, Opcode::text);
    EXPECT_EQ(outcome.header.length, 5u);
    EXPECT_EQ(outcome.header.key, (MaskingKey{'\x37', '\xFA', '\x21', '\x3D'}));
    EXPECT_EQ(outcome.unread, 5u);
}

TEST(WebSocketRfc6455_5_2, LengthsHaveThreeForms) {
    EXPECT_EQ(read("\x82\xFD____"sv).header.length, 125u);
    EXPECT_EQ(read("\x82\xFE\x00\x7E____"sv).header.length, 126u);
    EXPECT_EQ(read("\x82\xFE\xFF\xFF____"sv).header.length, 65535u);
    EXPECT_EQ(read("\x82\xFF\x00\x00\x00\x00\x00\x01\x00\x00____"sv).header.length, 65536u);
    EXPECT_EQ(read("\x82\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF____"sv).header.length, 0x7FFFFFFFFFFFFFFFu);
}

TEST(WebSocketRfc6455_5_2, TheTopBitOfALengthIsZero) {
    EXPECT_EQ(read("\x82\xFF\x80\x00\x00\x00\x00\x00\x00\x01____"sv).fault,
              "frame length has its top bit set");
    EXPECT_EQ(read("\x82\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF____"sv).fault,
              "frame length has its top bit set");
}

TEST(WebSocketRfc6455_5_2, ALengthIsInItsShortestForm) {
    for (std::string_view bytes : {"\x82\xFE\x00\x05____"sv, "\x82\xFE\x00\x7D____"sv,
                                   "\x82\xFF\x00\x00\x00\x00\x00\x00\x00\x05____"sv,
                                   "\x82\xFF\x00\x00\x00\x00\x00\x00\xFF\xFF____"sv}) {
        EXPECT_EQ(read(bytes).fault, "frame length is not in its shortest form");
    }
}

TEST(WebSocketRfc6455_5_2, ReservedBitsAndUnknownOpcodesBreakAtTheFirstByte) {
    for (unsigned bits = 1; bits < 8; ++bits) {
        for (unsigned opcode = 0; opcode < 16; ++opcode) {
            EXPECT_EQ(read(std::string(1, static_cast<char>(0x80 | bits << 4 | opcode))).progress,
                      Progress::broken);
        }
    }
    for (unsigned opcode = 0; opcode < 16; ++opcode) {
        const bool known = opcode <= 2 || (opcode >= 8 && opcode <= 10);
        EXPECT_EQ(read(std::string(1, static_cast<char>(0x80 | opcode))).progress,
                  known ? Progress::needs_more : Progress::broken);
    }
}

TEST(WebSocketRfc7692_6, Rsv1BeginsACompressedMessageWhenAgreed) {
    for (unsigned first : {0x41u, 0x42u, 0xC1u, 0xC2u}) {
        const std::string header = std::string(1, static_cast<char>(first)) + "\x83____";
        const Outcome outcome = read(header, Rsv1::compressed);
        EXPECT_EQ(outcome.progress, Progress::whole);
        EXPECT_TRUE(outcome.header.compressed);
        EXPECT_EQ(read(header).fault, "reserved bits without an extension");
    }
    EXPECT_FALSE(read("\x81\x83____"sv, Rsv1::compressed).header.compressed);
}

TEST(WebSocketRfc7692_6, Rsv1OnAContinuationOrControlFrameBreaksAtTheFirstByte) {
    for (unsigned first : {0x40u, 0xC0u, 0xC8u, 0xC9u, 0xCAu}) {
        EXPECT_EQ(read(std::string(1, static_cast<char>(first)), Rsv1::compressed).fault,
                  "compression bit on a frame that begins no message");
    }
}

TEST(WebSocketRfc6455_5_2, Rsv2AndRsv3StayReservedWithCompression) {
    for (unsigned bits : {1u, 2u, 3u, 5u, 6u, 7u}) {
        EXPECT_EQ(read(std::string(1, static_cast<char>(0x81 | bits << 4)), Rsv1::compressed).fault,
                  "reserved bits without an extension");
    }
}

TEST(WebSocketRfc6455_5_5, AControlFrameIsWholeAndShort) {
    for (unsigned opcode : {8u, 9u, 10u}) {
        EXPECT_EQ(read(std::string(1, static_cast<char>(opcode))).fault, "fragmented control frame");
        EXPECT_EQ(read(std::string{static_cast<char>(0x80 | opcode), '\xFE'}).fault,
                  "control frame too long");
        EXPECT_EQ(read(std::string{static_cast<char>(0x80 | opcode), '\xFF'}).fault,
                  "control frame too long");
        EXPECT_EQ(read(std::string{static_cast<char>(0x80 | opcode), '\xFD'} + "____").progress,
                  Progress::whole);
    }
}

TEST(WebSocketRfc6455_5_1, AClientsFrameIsMasked) {
    EXPECT_EQ(read("\x81\x02"sv).fault, "frame is not masked");
    EXPECT_EQ(read("\x88\x00"sv).fault, "frame is not masked");
}

TEST(FrameHeaderReader, BeginsANewHeaderAfterAWholeOne) {
    FrameHeaderReader reader;
    std::string bytes = "\x82\xFE\x01\x01____\x89\x80----"s;
    std::span<char> input(bytes);
    EXPECT_EQ(reader.read(input), Progress::whole);
    EXPECT_EQ(reader.header().length, 257u);
    EXPECT_EQ(reader.read(input), Progress::whole);
    EXPECT_EQ(reader.header().opcode, Opcode::ping);
    EXPECT_EQ(reader.header().length, 0u);
    EXPECT_EQ(reader.header().key, (MaskingKey{'-', '-', '-', '-'}));
    EXPECT_TRUE(input.empty());
}

}  // namespace
}  // namespace stentor::websocket
