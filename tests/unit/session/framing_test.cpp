#include "session/framing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace stentor::session {
namespace {

using namespace std::string_view_literals;

TEST(Framing, TcpCarriesTheBytesAsTheyAre) {
    EXPECT_EQ(wrap(Framing::tcp, "a\0b"sv, false)->view(), "a\0b"sv);
}

TEST(Framing, WebSocketCarriesTextFrames) {
    EXPECT_EQ(wrap(Framing::websocket, "hi", false)->view(), "\x81\x02hi");
}

TEST(Framing, WebSocketCarriesBinaryFramesForBinary) {
    EXPECT_EQ(wrap(Framing::websocket, "\xff", true)->view(), "\x82\x01\xff");
}

TEST(Framing, WebSocketFramesOf126BytesHaveA16BitLength) {
    EXPECT_EQ(wrap(Framing::websocket, std::string(126, 'x'), false)->view().substr(0, 4),
              "\x81\x7e\0\x7e"sv);
}

TEST(Framing, SockjsOverWebSocketIsOneArrayInATextFrame) {
    EXPECT_EQ(wrap(Framing::sockjs_websocket, "h\"i", true)->view(),
              "\x81\x09"
              R"(a["h\"i"])");
}

TEST(Framing, SockjsOverHttpIsOneJsonString) {
    EXPECT_EQ(wrap(Framing::sockjs_quoted, "h\ni", false)->view(), R"("h\ni")");
}

TEST(Framing, SockjsReplacesWhatIsNotText) {
    EXPECT_EQ(wrap(Framing::sockjs_quoted, "\xff", true)->view(), R"("\ufffd")");
}

TEST(Framing, AStompFrameIsWrappedAsItsText) {
    for (const std::size_t body : {0, 50, 200, 70'000}) {
        const std::array headers{stomp::HeaderView{"destination", "/topic/\"x\""}};
        const std::string text(body, 'x');
        const stomp::Encoder frame(stomp::Version::v1_2, stomp::Command::message, headers, text);
        std::string plain;
        stomp::encode(plain, stomp::Version::v1_2, stomp::Command::message, headers, text);
        for (std::size_t i = 0; i < framings; ++i)
            for (const bool binary : {false, true})
                EXPECT_EQ(wrap(Framing(i), frame, binary)->view(), wrap(Framing(i), plain, binary)->view());
    }
}

}  // namespace
}  // namespace stentor::session
