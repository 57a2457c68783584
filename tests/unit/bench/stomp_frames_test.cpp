#include "stomp_frames.hpp"

#include "carry.hpp"
#include "failure.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::bench {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

/// The bodies in a stream that comes in the given pieces.
std::vector<std::string> bodies(const std::vector<std::string_view>& pieces) {
    std::vector<std::string> found;
    Carry carry;
    for (const std::string_view piece : pieces) {
        std::string_view bytes = carry.join(piece);
        while (const auto frame = next_stomp_frame(bytes)) found.emplace_back(frame->body);
        carry.keep(bytes);
    }
    return found;
}

constexpr auto stream =
    "MESSAGE\ndestination:/topic/a\ncontent-length:5\n\na\0b\0c\0\n\n"
    "MESSAGE\r\nsubscription:sub-0\r\n\r\nsecond\0\r\n"
    "MESSAGE\n\nthird\0"
    "RECEIPT\nreceipt-id:ready\n\n\0"sv;
const std::vector<std::string> expected = {"a\0b\0c"s, "second", "third", ""};

TEST(BenchStompFrames, FramesAndHeartBeatsOfOneRead) { EXPECT_EQ(bodies({stream}), expected); }

TEST(BenchStompFrames, CutAnywhere) {
    for (std::size_t cut = 0; cut <= stream.size(); ++cut)
        EXPECT_EQ(bodies({stream.substr(0, cut), stream.substr(cut)}), expected) << "cut at " << cut;
}

TEST(BenchStompFrames, ByteByByte) {
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; i < stream.size(); ++i) pieces.push_back(stream.substr(i, 1));
    EXPECT_EQ(bodies(pieces), expected);
}

TEST(BenchStompFrames, OnlyHeartBeats) { EXPECT_TRUE(bodies({"\n", "\r\n\n"}).empty()); }

TEST(BenchStompFrames, HeadersAreFoundByTheirWholeName) {
    std::string_view bytes =
        "ERROR\nmessages:x\nmessage:first\nmessage:second\r\ncontent-type:text/plain\n\nwhy\nmore\0"sv;
    const auto frame = next_stomp_frame(bytes);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->command, "ERROR");
    EXPECT_EQ(frame->header("message"), "first");
    EXPECT_EQ(frame->header("content-type"), "text/plain");
    EXPECT_EQ(frame->header("content"), "");
    EXPECT_EQ(describe_error(*frame), "first: why");
}

TEST(BenchStompFrames, AnErrorThatSaysNothing) {
    std::string_view bytes = "ERROR\n\n\0"sv;
    EXPECT_EQ(describe_error(*next_stomp_frame(bytes)), "without a message");
}

TEST(BenchStompFrames, WhatIsNoStreamOfFramesIsRefused) {
    const std::string endless = "MESSAGE\n" + std::string(70'000, 'x');
    for (const std::string_view wrong :
         {"MESSAGE\ncontent-length:2\n\nlonger\0"sv, "MESSAGE\ncontent-length:-1\n\nx\0"sv,
          "MESSAGE\ncontent-length:99999999999\n\nx\0"sv, "MESSAGE\ncontent-length:1x\n\nx\0"sv,
          std::string_view(endless)}) {
        std::string_view bytes = wrong;
        EXPECT_THROW(next_stomp_frame(bytes), Failure) << wrong.substr(0, 40);
    }
}

}  // namespace
}  // namespace stentor::bench
