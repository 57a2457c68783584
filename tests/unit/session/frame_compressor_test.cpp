#include "session/frame_compressor.hpp"

#include "session/framing.hpp"
#include "websocket/connection.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

base::BytesRef frame_of(const std::string& text) { return wrap(Framing::websocket, text, false); }

websocket::DeflateSettings from_100_bytes() {
    websocket::DeflateSettings settings;
    settings.min_size = 100;
    return settings;
}

TEST(FrameCompressor, CompressesAFrame) {
    FrameCompressor compressor(from_100_bytes());
    const base::BytesRef frame = compressor.compress(frame_of(std::string(1000, 'x')), 12);
    EXPECT_LT(frame->size(), 50U);
    EXPECT_EQ(frame->view()[0], '\xC1') << "final, compressed, text";
}

TEST(FrameCompressor, LeavesTheFrameToThoseWhoAgreedOnNothing) {
    FrameCompressor compressor(from_100_bytes());
    const base::BytesRef frame = frame_of(std::string(1000, 'x'));
    EXPECT_EQ(compressor.compress(frame, 0), frame);
}

TEST(FrameCompressor, LeavesWhatIsShorterThanMinSize) {
    FrameCompressor compressor(from_100_bytes());
    const base::BytesRef short_one = frame_of(std::string(99, 'x'));
    EXPECT_EQ(compressor.compress(short_one, 12), short_one);
    const base::BytesRef long_one = frame_of(std::string(100, 'x'));
    EXPECT_NE(compressor.compress(long_one, 12), long_one);
}

TEST(FrameCompressor, KeepsTheOpcode) {
    FrameCompressor compressor(from_100_bytes());
    const base::BytesRef frame =
        compressor.compress(wrap(Framing::websocket, std::string(1000, 'x'), true), 12);
    EXPECT_EQ(frame->view()[0], '\xC2');
}

TEST(FrameCompressorD6, NothingOfOneMessageIsInTheNext) {
    FrameCompressor compressor(from_100_bytes());
    const std::string text(1000, 'x');
    const std::string alone(FrameCompressor(from_100_bytes()).compress(frame_of(text), 12)->view());
    EXPECT_EQ(compressor.compress(frame_of(text), 12)->view(), alone);
    compressor.compress(frame_of("secret " + text), 12);
    EXPECT_EQ(compressor.compress(frame_of(text), 12)->view(), alone);
}

}  // namespace
}  // namespace stentor::session
