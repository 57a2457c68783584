#include "websocket/inflater.hpp"

#include "unit/websocket/inflate_pieces.hpp"
#include "unit/websocket/zlib_vectors.hpp"

#include <gtest/gtest.h>

namespace stentor::websocket {
namespace {

using namespace std::literals;
using namespace test;

TEST(WebSocketRfc7692_7_2_3_1, OneCompressedBlock) {
    EXPECT_EQ(inflated("\xF2\x48\xCD\xC9\xC9\x07\x00"sv), "Hello");
}

TEST(WebSocketRfc7692_7_2_3_2, TheWindowOfTheMessageBeforeIsShared) {
    Inflater inflater({.context_takeover = true});
    EXPECT_EQ(inflate_whole(inflater, "\xF2\x48\xCD\xC9\xC9\x07\x00"sv), "Hello");
    for (int again = 0; again < 3; ++again) {
        EXPECT_EQ(inflate_whole(inflater, "\xF2\x00\x11\x00\x00"sv), "Hello");
    }
}

TEST(WebSocketRfc7692_7_2_3_3, ABlockWithoutCompression) {
    EXPECT_EQ(inflated("\x00\x05\x00\xFA\xFF\x48\x65\x6C\x6C\x6F\x00"sv), "Hello");
}

TEST(WebSocketRfc7692_7_2_3_4, ABlockMarkedAsTheLast) {
    EXPECT_EQ(inflated("\xF3\x48\xCD\xC9\xC9\x07\x00\x00"sv), "Hello");
    const std::string twice = "\xF3\x48\xCD\xC9\xC9\x07\x00\xF2\x00\x11\x00\x00"s;
    EXPECT_EQ(inflated(twice), "HelloHello") << "what follows it may refer to it";
}

TEST(WebSocketRfc7692_7_2_3_5, TwoBlocks) {
    EXPECT_EQ(inflated("\xF2\x48\x05\x00\x00\x00\xFF\xFF\xCA\xC9\xC9\x07\x00"sv), "Hello");
}

TEST(WebSocketRfc7692_7_2_3_6, AMessageOfNoBytes) {
    EXPECT_EQ(inflated("\x00"sv), "");
    EXPECT_EQ(inflated("\x02\x00"sv), "");
}

TEST(WebSocketD3, APayloadOfNoBytesIsAnEmptyMessage) {
    EXPECT_EQ(inflated(""), "");
    Inflater inflater({.context_takeover = true});
    EXPECT_EQ(inflate_pieces(inflater, {"", "", ""}), "");
    EXPECT_EQ(inflate_whole(inflater, "\xF2\x48\xCD\xC9\xC9\x07\x00"sv), "Hello");
    EXPECT_EQ(inflate_pieces(inflater, {}), "");
    EXPECT_EQ(inflate_whole(inflater, "\xF2\x00\x11\x00\x00"sv), "Hello");
}

TEST(WebSocketD3, ATailThatWasLeftOnDoesNoHarm) {
    EXPECT_EQ(inflated("\x00\x00\x00\xFF\xFF"sv), "");
    EXPECT_EQ(inflated("\xF2\x48\xCD\xC9\xC9\x07\x00\x00\x00\xFF\xFF"sv), "Hello");
    EXPECT_EQ(inflated("\xF3\x48\xCD\xC9\xC9\x07\x00"sv), "Hello");
}

TEST(WebSocketD3, ATailAloneBeginsABlockThatDoesNotEnd) { EXPECT_EQ(inflated(flush_tail), std::nullopt); }

TEST(WebSocketD4, BrokenDataIsNoMessage) {
    EXPECT_EQ(inflated("\x00\x05\x00\xFA\xFE\x48\x65\x6C\x6C\x6F\x00"sv), std::nullopt) << "complement";
    EXPECT_EQ(inflated("\x07"sv), std::nullopt) << "block type 3";
    EXPECT_EQ(inflated("\xF2\x00\x11\x00\x00"sv), std::nullopt) << "distance before the first byte";
    EXPECT_EQ(inflated("\xFF\xFF\xFF\xFF"sv), std::nullopt);
    EXPECT_EQ(inflated("\x04\x00\x00\x00\x00\x00\x00"sv), std::nullopt) << "empty code lengths";
}

TEST(WebSocketD4, TruncatedDataIsNoMessage) {
    const std::string stored = "\x00\x05\x00\xFA\xFF\x48\x65\x6C\x6C\x6F\x00"s;
    for (std::size_t size : {2u, 3u, 4u, 5u, 7u, 8u, 9u}) {
        EXPECT_EQ(inflated(stored.substr(0, size)), std::nullopt) << size;
    }
    for (std::size_t size = 1; size < 5; ++size) {
        EXPECT_EQ(inflated("\xF2\x48\xCD\xC9\xC9\x07"sv.substr(0, size)), std::nullopt) << size;
    }
}

TEST(WebSocketD5, NothingComesAfterBrokenData) {
    Inflater inflater({.context_takeover = true});
    EXPECT_EQ(inflate_whole(inflater, "\xF2\x48\xCD\xC9\xC9\x07\x00"sv), "Hello");
    EXPECT_EQ(inflate_whole(inflater, "\xFF"sv), std::nullopt);
    EXPECT_EQ(inflate_whole(inflater, "\xF2\x48\xCD\xC9\xC9\x07\x00"sv), std::nullopt);
    EXPECT_EQ(inflate_pieces(inflater, {}), std::nullopt);
    Inflater truncated({});
    EXPECT_EQ(inflate_whole(truncated, "\xF2\x48\xCD"sv), std::nullopt);
    EXPECT_EQ(inflate_whole(truncated, "\xF2\x48\xCD\xC9\xC9\x07\x00"sv), std::nullopt);
}

TEST(WebSocketRfc7692_7_2_2, WithoutContextTakeoverAMessageRefersToNoneBefore) {
    Inflater inflater({.context_takeover = false});
    EXPECT_EQ(inflate_whole(inflater, "\xF2\x48\xCD\xC9\xC9\x07\x00"sv), "Hello");
    EXPECT_EQ(inflate_whole(inflater, "\xF2\x48\xCD\xC9\xC9\x07\x00"sv), "Hello");
    EXPECT_EQ(inflate_whole(inflater, "\xF2\x00\x11\x00\x00"sv), std::nullopt);
}

TEST(WebSocketRfc7692_7_1_2, TheWindowKeptIsTheOneAgreedOn) {
    // A stored block of 600 bytes, then in the next message a match of 3 bytes at a distance of 513.
    const std::string block = "\x00\x58\x02\xA7\xFD"s + "Hello" + std::string(595, '.') + '\0';
    const std::string far_match = "\x02\x26\x00\x00\x00"s;
    for (int bits : {9, 10}) {
        Inflater inflater({.window_bits = bits, .context_takeover = true});
        EXPECT_EQ(inflate_whole(inflater, block)->size(), 600u);
        EXPECT_EQ(inflate_whole(inflater, far_match), bits == 9 ? std::nullopt : std::optional("..."s));
    }
}

TEST(WebSocketInterop, PythonsZlibIsUnderstoodHoweverItCompressed) {
    for (const ZlibVector& vector : zlib_vectors) {
        EXPECT_EQ(inflated(from_hex(vector.payload)), vector_text()) << vector.name;
    }
}

TEST(WebSocketInterop, PythonsZlibIsUnderstoodWithContextTakeover) {
    Inflater inflater({.window_bits = 9, .context_takeover = true});
    EXPECT_EQ(
        inflate_whole(inflater, from_hex("aa562a2d4e2d52b2524accc94c4e55d2512a49ad2801723d527372f2956a0100")),
        R"({"user":"alice","text":"Hello"})");
    EXPECT_EQ(inflate_whole(inflater, from_hex("aac627ad90989e9899a7540b00")),
              R"({"user":"alice","text":"Hello again"})");
    EXPECT_EQ(inflate_whole(inflater, from_hex("00")), "");
    EXPECT_EQ(inflate_whole(inflater, from_hex("822b4aca4fc2300100")), R"({"user":"bob","text":"Hello"})");
}

}  // namespace
}  // namespace stentor::websocket
