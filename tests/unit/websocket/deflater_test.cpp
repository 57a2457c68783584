#include "websocket/deflater.hpp"

#include "unit/websocket/inflate_pieces.hpp"
#include "unit/websocket/zlib_vectors.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <vector>

namespace stentor::websocket {
namespace {

using namespace std::literals;
using namespace test;

/// What a receiver with exactly this window, which knows nothing of Inflater, makes of a payload.
std::string plain_zlib(std::string payload, int window_bits) {
    payload += flush_tail;
    std::string message(1 << 20, '\0');
    const InflateStream stream = begin_inflate(window_bits);
    stream->next_in = zlib_bytes(payload.data());
    stream->avail_in = zlib_size(payload.size());
    std::size_t made = 0;
    while (stream->avail_in > 0) {  // in small steps, so that distances are judged by the window
        stream->next_out = zlib_bytes(message.data() + made);
        stream->avail_out = 16;
        if (inflate(stream.get(), Z_NO_FLUSH) != Z_OK) return "broken";
        made += 16 - stream->avail_out;
    }
    message.resize(made);
    return message;
}

/// Messages of every kind: letters from an alphabet of each size, of each length.
std::vector<std::string> random_messages(unsigned seed, int count) {
    std::mt19937 random(seed);
    std::vector<std::string> messages;
    for (int i = 0; i < count; ++i) {
        const std::size_t size = random() % (std::size_t{1} << random() % 16);
        const unsigned letters = 1 + random() % (i % 2 ? 256 : 4);
        std::string message;
        for (std::size_t at = 0; at < size; ++at) message += static_cast<char>(random() % letters);
        if (i % 3 == 0) message += message + message;
        messages.push_back(std::move(message));
    }
    return messages;
}

TEST(WebSocketRfc7692_7_2_3_1, OneCompressedBlockIsMade) {
    Deflater deflater({});
    EXPECT_EQ(deflater.compress("Hello"), "\xF2\x48\xCD\xC9\xC9\x07\x00"sv);
}

TEST(WebSocketRfc7692_7_2_3_2, TheWindowIsSharedWithContextTakeover) {
    Deflater deflater({.context_takeover = true});
    EXPECT_EQ(deflater.compress("Hello"), "\xF2\x48\xCD\xC9\xC9\x07\x00"sv);
    EXPECT_LE(deflater.compress("Hello").size(), 5u);
    Deflater forgetful({.context_takeover = false});
    EXPECT_EQ(forgetful.compress("Hello"), forgetful.compress("Hello"));
}

TEST(WebSocketRfc7692_7_2_3_6, AMessageOfNoBytesIsOneByte) {
    Deflater deflater({.context_takeover = true});
    EXPECT_EQ(deflater.compress(""), "\0"sv);
    EXPECT_EQ(deflater.compress("Hello"), "\xF2\x48\xCD\xC9\xC9\x07\x00"sv);
    EXPECT_EQ(deflater.compress(""), "\0"sv);
    EXPECT_EQ(deflater.compress(""), "\0"sv);
}

TEST(WebSocketRfc7692_7_1_2_1, NoDistanceIsPastTheWindowAgreedOn) {
    std::string text;
    for (int copies = 0; copies < 3; ++copies) {
        for (int i = 0; i < 9000; ++i) text += std::to_string(i * i % 997);
    }
    for (int bits = 9; bits <= 15; ++bits) {
        Deflater deflater({.window_bits = bits});
        EXPECT_TRUE(plain_zlib(deflater.compress(text), bits) == text) << bits;
        EXPECT_TRUE(plain_zlib(deflater.compress(vector_text()), bits) == vector_text()) << bits;
    }
}

TEST(WebSocketRfc7692_7_2_1, ALongMessageIsWhole) {
    std::mt19937 random(7);
    std::string noise;
    for (int i = 0; i < 300'000; ++i) noise += static_cast<char>(random());
    for (const std::string& message : {noise, std::string(300'000, 'x')}) {
        Deflater deflater({});
        Inflater inflater({});
        EXPECT_TRUE(inflate_whole(inflater, deflater.compress(message)) == message);
    }
}

TEST(WebSocketRfc7692_7_2, EveryMessageComesBack) {
    for (int bits = 9; bits <= 15; ++bits) {
        for (bool takeover : {false, true}) {
            Deflater deflater({.window_bits = bits, .context_takeover = takeover, .level = 1 + bits % 9});
            Inflater inflater({.window_bits = bits, .context_takeover = takeover});
            for (const std::string& message : random_messages(static_cast<unsigned>(bits), 40)) {
                EXPECT_TRUE(inflate_whole(inflater, deflater.compress(message)) == message)
                    << bits << " bits, " << message.size() << " bytes";
            }
        }
    }
}

TEST(WebSocketD6, WithoutContextTakeoverNothingOfAMessageIsInTheNext) {
    for (int bits = 9; bits <= 15; ++bits) {
        Deflater used({.window_bits = bits});
        for (const std::string& message : random_messages(1, 30)) {
            Deflater fresh({.window_bits = bits});
            EXPECT_TRUE(used.compress(message) == fresh.compress(message)) << bits;
        }
    }
}

TEST(WebSocketRfc7692_6_1, ACompressedFrameHasRsv1) {
    Deflater deflater({});
    std::string out = "before";
    append_compressed_frame(out, Opcode::text, "HelloHelloHelloHello", deflater);
    const std::string payload = deflater.compress("HelloHelloHelloHello");
    EXPECT_EQ(out, "before\xC1" + std::string(1, static_cast<char>(payload.size())) + payload);
}

TEST(WebSocketDeflater, AMessageThatWouldGrowIsSentAsItIs) {
    Deflater deflater({});
    std::string out;
    append_compressed_frame(out, Opcode::text, "Hello", deflater);
    append_compressed_frame(out, Opcode::binary, "", deflater);
    EXPECT_EQ(out, "\x81\x05Hello\x82\x00"s);
}

TEST(WebSocketRfc7692_7_2_3_2, WithContextTakeoverEveryMessageIsCompressed) {
    Deflater deflater({.context_takeover = true});
    std::string out;
    append_compressed_frame(out, Opcode::text, "Hello", deflater);
    append_compressed_frame(out, Opcode::binary, "", deflater);
    EXPECT_EQ(out, "\xC1\x07\xF2\x48\xCD\xC9\xC9\x07\x00\xC2\x01\x00"s);
}

TEST(SharedDeflaters, HaveOneForEachWindow) {
    SharedDeflaters deflaters(9);
    for (int bits = 9; bits <= 15; ++bits) {
        Deflater& deflater = deflaters.with_window_bits(bits);
        EXPECT_EQ(&deflater, &deflaters.with_window_bits(bits));
        EXPECT_FALSE(deflater.context_takeover());
        Deflater alike({.window_bits = bits, .level = 9});
        EXPECT_EQ(deflater.compress(vector_text()), alike.compress(vector_text()));
    }
}

}  // namespace
}  // namespace stentor::websocket
