#include "websocket_frames.hpp"

#include "failure.hpp"

#include <gtest/gtest.h>

namespace stentor::bench {
namespace {

using namespace std::string_view_literals;

std::string server_frame(char first, std::string_view payload) {
    std::string frame = client_frame(Opcode::text, payload);
    const std::size_t mask = frame.size() - payload.size() - 4;
    frame.erase(mask, 4);
    frame[0] = first;
    frame[1] = static_cast<char>(frame[1] & 0x7f);
    return frame;
}

TEST(BenchWebSocketFrames, Rfc6455_5_7_AnUnmaskedTextFrame) {
    std::string_view bytes = "\x81\x05Hello"sv;
    const auto frame = next_frame(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->opcode, Opcode::text);
    EXPECT_TRUE(frame->final);
    EXPECT_FALSE(frame->compressed);
    EXPECT_EQ(frame->payload, "Hello");
    EXPECT_TRUE(bytes.empty());
}

TEST(BenchWebSocketFrames, LengthsOf7And16And64BitsCutAnywhere) {
    for (const std::size_t size : {0U, 1U, 125U, 126U, 127U, 65'535U, 65'536U, 70'000U}) {
        const std::string payload(size, 'x');
        const std::string whole = server_frame('\x81', payload);
        for (std::size_t cut = 0; cut < whole.size(); cut += cut < 20 || cut + 20 > whole.size() ? 1 : 997) {
            std::string_view part(whole.data(), cut);
            EXPECT_FALSE(next_frame(part)) << size << " cut at " << cut;
            EXPECT_EQ(part.size(), cut) << "nothing is taken";
        }
        std::string_view bytes = whole;
        const auto frame = next_frame(bytes);
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->payload, payload);
    }
}

TEST(BenchWebSocketFrames, SeveralInOneReadAreTakenOneByOne) {
    const std::string two = server_frame('\x01', "Hel") + server_frame('\x80', "lo") + '\x89';
    std::string_view bytes = two;
    EXPECT_FALSE(next_frame(bytes)->final);
    EXPECT_EQ(next_frame(bytes)->opcode, Opcode::continuation);
    EXPECT_FALSE(next_frame(bytes));
    EXPECT_EQ(bytes.size(), 1U);
}

TEST(BenchWebSocketFrames, Rfc7692_6_CompressionIsSeen) {
    std::string_view bytes = "\xc1\x01z"sv;
    EXPECT_TRUE(next_frame(bytes)->compressed);
}

TEST(BenchWebSocketFrames, WhatNoServerMaySendIsRefused) {
    for (const auto wrong :
         {"\x81\x85masked"sv, "\xa1\x01x"sv, "\x91\x01x"sv, "\x83\x01x"sv, "\x8b\x01x"sv,
          "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"sv, "\x81\x7f\0\0\0\0\x04\0\0\x01"sv}) {
        std::string_view bytes = wrong;
        EXPECT_THROW(next_frame(bytes), Failure) << wrong;
    }
}

TEST(BenchWebSocketFrames, AClientsFrameHasAMaskOfZeros) {
    EXPECT_EQ(client_frame(Opcode::ping, "Hello"), "\x89\x85\0\0\0\0Hello"sv);
    EXPECT_EQ(client_frame(Opcode::text, std::string(300, 'x')).substr(0, 8), "\x81\xfe\x01\x2c\0\0\0\0"sv);
    EXPECT_EQ(client_frame(Opcode::text, std::string(65'536, 'x')).substr(0, 14),
              "\x81\xff\0\0\0\0\0\x01\0\0\0\0\0\0"sv);
}

TEST(BenchWebSocketFrames, AClosePayloadIsDescribed) {
    EXPECT_EQ(describe_close("\x03\xeaoops"sv), "1002 (oops)");
    EXPECT_EQ(describe_close(""), "no code");
}

}  // namespace
}  // namespace stentor::bench
