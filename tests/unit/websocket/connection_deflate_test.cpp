// The Connection of src/websocket/connection.cpp with permessage-deflate agreed on (RFC 7692).
#include "unit/websocket/client_frames.hpp"
#include "unit/websocket/zlib_vectors.hpp"
#include "websocket/connection.hpp"
#include "websocket/deflater.hpp"

#include <gtest/gtest.h>

#include <random>

namespace stentor::websocket {
namespace {

using namespace std::literals;
using namespace test;

constexpr DeflateAgreement no_takeover{true, true, 15, 15};
constexpr DeflateAgreement takeover{false, false, 15, 15};
constexpr std::string_view hello = "\xF2\x48\xCD\xC9\xC9\x07\x00"sv;
constexpr std::string_view hello_again = "\xF2\x00\x11\x00\x00"sv;

std::string compressed(std::string_view message) { return Deflater({}).compress(message); }

Events heard(std::string_view bytes, Limits limits = {}, const DeflateAgreement& deflate = no_takeover) {
    return hear(bytes, limits, deflate).events;
}

void expect_failure(std::string_view bytes, std::string_view closed, Limits limits = {},
                    const DeflateAgreement& deflate = no_takeover) {
    const Events events = heard(bytes, limits, deflate);
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(events.back(), "closed:" + std::string(closed));
}

TEST(WebSocketRfc7692_7_2_3_1, ACompressedMessageIsRead) {
    EXPECT_EQ(heard(compressed_frame(1, hello)), (Events{"text:Hello"}));
    EXPECT_EQ(heard(compressed_frame(2, hello)), (Events{"binary:Hello"}));
}

TEST(WebSocketRfc7692_7_2_3_1, ItsFragmentsAreCutAnywhere) {
    EXPECT_EQ(heard(compressed_fragment(1, "\xF2\x48\xCD") + client_frame(0, "\xC9\xC9\x07\x00"sv)),
              (Events{"text:Hello"}));
    const std::string payload = from_hex(zlib_vectors[0].payload);
    for (std::size_t cut = 0; cut <= payload.size(); ++cut) {
        Connection connection({}, no_takeover);
        std::string sent;
        EXPECT_EQ(receive_pieces(connection,
                                 {compressed_fragment(1, payload.substr(0, cut)) + client_frame(9, "p") +
                                  fragment(0, "") + client_frame(0, payload.substr(cut))},
                                 sent),
                  (Events{"ping:p", "text:" + vector_text()}))
            << cut;
    }
}

TEST(WebSocketRfc7692_7_2_3_2, ContextIsTakenOverFromMessageToMessage) {
    const std::string bytes = compressed_frame(1, hello) + client_frame(1, "plain") +
                              compressed_frame(1, hello_again) + compressed_fragment(2, "\xF2\x00"sv) +
                              client_frame(9, "") + client_frame(0, "\x11\x00\x00"sv);
    EXPECT_EQ(heard(bytes, {}, takeover),
              (Events{"text:Hello", "text:plain", "text:Hello", "ping:", "binary:Hello"}));
    expect_failure(bytes, "1007 by us:compressed data is broken");
}

TEST(WebSocketRfc7692_7_2_3, TheOtherExamplesAreRead) {
    for (std::string_view payload :
         {"\x00\x05\x00\xFA\xFF\x48\x65\x6C\x6C\x6F\x00"sv, "\xF3\x48\xCD\xC9\xC9\x07\x00\x00"sv,
          "\xF2\x48\x05\x00\x00\x00\xFF\xFF\xCA\xC9\xC9\x07\x00"sv}) {
        EXPECT_EQ(heard(compressed_frame(1, payload)), (Events{"text:Hello"}));
    }
}

TEST(WebSocketD3, CompressedMessagesOfNoBytesAreEmpty) {
    const std::string bytes = compressed_frame(1, "\0"sv) + compressed_frame(2, "") +
                              compressed_fragment(1, "") + client_frame(0, "") +
                              compressed_frame(1, "\x00\x00\x00\xFF\xFF"sv) + compressed_frame(1, hello);
    const Events expected{"text:", "binary:", "text:", "text:", "text:Hello"};
    EXPECT_EQ(heard(bytes), expected);
    EXPECT_EQ(heard(bytes, {}, takeover), expected);
}

TEST(WebSocketRfc7692_6, PlainMessagesStayPlain) {
    EXPECT_EQ(heard(client_frame(1, "Hello") + fragment(2, hello) + client_frame(0, "")),
              (Events{"text:Hello", "binary:" + std::string(hello)}));
}

TEST(WebSocketW2, CompressionThatWasNotAgreedOnIsAProtocolError) {
    EXPECT_EQ(hear(compressed_frame(1, hello)).events,
              (Events{"closed:1002 by us:reserved bits without an extension"}));
}

TEST(WebSocketW2, TheCompressionBitIsOfTheFirstDataFrameOnly) {
    constexpr std::string_view wrong = "1002 by us:compression bit on a frame that begins no message";
    for (unsigned opcode : {8u, 9u, 10u}) expect_failure(compressed_frame(opcode, ""), wrong);
    expect_failure(compressed_fragment(1, hello) + compressed_frame(0, ""), wrong);
    expect_failure(fragment(1, "a") + compressed_frame(0, ""), wrong);
    expect_failure(client_frame(1, "x", {.reserved = 6}), "1002 by us:reserved bits without an extension");
    expect_failure(client_frame(1, "x", {.reserved = 1}), "1002 by us:reserved bits without an extension");
}

TEST(WebSocketRfc6455_8_1, InflatedTextIsUtf8) {
    EXPECT_EQ(heard(compressed_frame(1, compressed("\xCE\xBA\xF0\x9F\x98\x80"))),
              (Events{"text:\xCE\xBA\xF0\x9F\x98\x80"}));
    for (const char* bad : {"\x80", "a\xFF", "\xED\xA0\x80", "\xE2\x82", "\xF4\x90\x80\x80"}) {
        expect_failure(compressed_frame(1, compressed(bad)), "1007 by us:text is not UTF-8");
        EXPECT_EQ(heard(compressed_frame(2, compressed(bad))), (Events{"binary:"s + bad}));
    }
}

TEST(WebSocketRfc6455_8_1, IllFormedTextFailsAsItIsInflated) {
    const std::string stored = "\x00\x05\x00\xFA\xFF\xFF"s + "ello";
    expect_failure(compressed_fragment(1, stored), "1007 by us:text is not UTF-8");
}

TEST(WebSocketD4, WhatCameBeforeBrokenDataIsJudgedFirst) {
    const std::string broken_later = "\x00\x05\x00\xFA\xFF\xFF"s + "ello\x07";
    expect_failure(compressed_frame(1, broken_later), "1007 by us:text is not UTF-8");
    expect_failure(compressed_frame(2, broken_later), "1007 by us:compressed data is broken");
    expect_failure(compressed_frame(2, broken_later), "1009 by us:message longer than max_message (4 bytes)",
                   {.max_message = 4});
}

TEST(WebSocketD1, WhatIsInflatedIsLimited) {
    const Limits limits{.max_message = 1000};
    EXPECT_EQ(heard(compressed_frame(1, compressed(std::string(1000, 'x'))), limits),
              (Events{"text:" + std::string(1000, 'x')}));
    expect_failure(compressed_frame(1, compressed(std::string(1001, 'x'))),
                   "1009 by us:message longer than max_message (1000 bytes)", limits);
}

TEST(WebSocketD2, TheLimitCountsTheWholeMessage) {
    const std::string payload = compressed(std::string(100'000, 'x'));
    std::string bytes = compressed_fragment(1, payload.substr(0, 1));
    for (char c : payload.substr(1)) bytes += fragment(0, std::string(1, c));
    expect_failure(bytes, "1009 by us:message longer than max_message (5000 bytes)", {.max_message = 5000});
    EXPECT_EQ(heard(bytes + client_frame(0, ""), {.max_message = 100'000}),
              (Events{"text:" + std::string(100'000, 'x')}));
}

TEST(WebSocketD2, EachMessageHasTheLimitForItself) {
    const std::string frame = compressed_frame(1, compressed(std::string(900, 'x')));
    const std::string message = "text:" + std::string(900, 'x');
    EXPECT_EQ(heard(frame + frame + frame, {.max_message = 1000}), (Events{message, message, message}));
}

TEST(WebSocketD1, WhatIsOnTheWireIsLimitedToo) {
    // Empty stored blocks: nothing is inflated however many come.
    std::string blocks;
    for (int i = 0; i < 300; ++i) blocks += "\x00\x00\x00\xFF\xFF"sv;
    const Limits limits{.max_message = 1000};
    EXPECT_EQ(heard(compressed_frame(2, blocks.substr(0, 1125)), limits), (Events{"binary:"}));
    constexpr std::string_view closed = "1009 by us:message longer than max_message (1000 bytes)";
    expect_failure(compressed_frame(2, blocks.substr(0, 1130)), closed, limits);
    expect_failure(compressed_fragment(2, blocks.substr(0, 600)) + fragment(0, blocks.substr(600, 600)),
                   closed, limits);
    expect_failure("\xC2\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF____"s, closed, limits);
    expect_failure("\xC2\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF____X"s, "1007 by us:compressed data is broken",
                   {.max_message = std::numeric_limits<std::size_t>::max()});
}

TEST(WebSocketD1, TheLimitOnTheWireIsEachMessagesOwn) {
    std::string blocks;
    for (int i = 0; i < 200; ++i) blocks += "\x00\x00\x00\xFF\xFF"sv;
    const std::string frame = compressed_frame(2, blocks);
    EXPECT_EQ(heard(frame + frame + frame, {.max_message = 1000}), (Events{"binary:", "binary:", "binary:"}));
}

TEST(WebSocketD1, AMessageOfTheLongestSizeThatCannotBeCompressedIsRead) {
    for (std::size_t size : {0u, 1u, 10u, 1000u, 65536u}) {
        std::mt19937 random(3);
        std::string noise;
        for (std::size_t i = 0; i < size; ++i) noise += static_cast<char>(random());
        for (int bits : {9, 12, 15}) {
            Connection connection({.max_message = size}, no_takeover);
            std::string sent;
            EXPECT_EQ(
                receive_pieces(connection,
                               {compressed_frame(2, Deflater({.window_bits = bits}).compress(noise))}, sent),
                (Events{"binary:" + noise}));
        }
    }
}

TEST(WebSocketW8, FragmentsOfCompressedMessagesAreCounted) {
    expect_failure(compressed_fragment(1, hello) + fragment(0, "") + fragment(0, ""),
                   "1009 by us:more fragments than max_fragments (2)", {.max_fragments = 2});
}

TEST(WebSocketD4, BrokenCompressedDataIsNoMessage) {
    for (std::string_view payload :
         {"\x07"sv, "\x00\x05\x00\xFA\xFE\x48\x65\x6C\x6C\x6F\x00"sv, hello_again, hello.substr(0, 4)}) {
        expect_failure(compressed_frame(2, payload), "1007 by us:compressed data is broken");
    }
}

TEST(WebSocketD5, NothingIsReadAfterBrokenDataOrAMessageTooLong) {
    const std::string more = compressed_frame(1, hello) + client_frame(1, "x") + client_frame(8, "");
    for (const std::string& broken :
         {compressed_frame(1, "\x07"), compressed_frame(1, compressed(std::string(300, 'x')))}) {
        const Events events =
            heard(compressed_frame(1, hello) + broken + more, {.max_message = 200}, takeover);
        ASSERT_EQ(events.size(), 2u);
        EXPECT_EQ(events[0], "text:Hello");
        EXPECT_TRUE(events[1].starts_with("closed:100")) << events[1];
    }
}

TEST(WebSocketD7, AClientWithAWindowOfEightBitsIsRead) {
    const DeflateAgreement agreement{true, false, 15, 8};
    EXPECT_EQ(heard(compressed_frame(1, hello) + compressed_frame(1, hello_again), {}, agreement),
              (Events{"text:Hello", "text:Hello"}));
}

TEST(WebSocketRfc6455_7_1_2, CompressedDataIsDroppedUnreadAfterOurClose) {
    Connection connection({}, takeover);
    std::string sent;
    EXPECT_EQ(receive_pieces(connection, {compressed_fragment(1, hello.substr(0, 3))}, sent), Events{});
    connection.close(1001, "");
    EXPECT_EQ(
        receive_pieces(connection,
                       {client_frame(0, hello.substr(3)) + compressed_frame(1, "\x07") + client_frame(8, "")},
                       sent),
        (Events{"closed:1005 by peer:"}));
}

TEST(WebSocketRfc7692_7_1_2, EveryWindowIsReadInBothKindsOfContext) {
    for (int bits = 9; bits <= 15; ++bits) {
        for (bool keeps : {false, true}) {
            Deflater client({.window_bits = bits, .context_takeover = keeps});
            Connection connection({.max_message = 100'000}, DeflateAgreement{true, !keeps, 15, bits});
            std::string text;
            for (int i = 0; i < 5; ++i) {
                for (int n = 0; n < 3000; ++n) text += std::to_string(n * n % 997);
                text.resize(20'000, '-');
                text += vector_text();
                std::string sent;
                EXPECT_TRUE(receive_pieces(connection, {compressed_frame(1, client.compress(text))}, sent) ==
                            (Events{"text:" + text}))
                    << bits << " bits";
            }
        }
    }
}

TEST(WebSocketRfc7692_7_2, WhatWeCompressIsWhatAPeerReads) {
    Deflater deflater({.window_bits = 12, .context_takeover = true});
    Connection peer({}, DeflateAgreement{false, false, 12, 12});
    for (int i = 0; i < 4; ++i) {
        std::string frame;
        append_compressed_frame(frame, Opcode::text, vector_text(), deflater);
        const std::string payload = frame.substr(frame[1] == '\x7E' ? 4 : 2);
        std::string sent;
        EXPECT_EQ(receive_pieces(peer, {compressed_frame(1, payload)}, sent),
                  (Events{"text:" + vector_text()}));
    }
}

}  // namespace
}  // namespace stentor::websocket
