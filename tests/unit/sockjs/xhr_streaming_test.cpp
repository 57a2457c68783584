#include "sockjs/transport.hpp"

#include <gtest/gtest.h>

namespace stentor::sockjs {
namespace {

TEST(SockJsXhrStreaming, IsAPostAnsweredWithJavaScript) {
    EXPECT_EQ(xhr_streaming.name, "xhr_streaming");
    EXPECT_EQ(xhr_streaming.method, "POST");
    EXPECT_EQ(xhr_streaming.content_type, "application/javascript; charset=UTF-8");
}

TEST(SockJsXhrStreaming, BeginsWith2048LettersAndALineFeed) {
    EXPECT_EQ(xhr_streaming.prelude({}), std::string(2048, 'h') + "\n");
}

TEST(SockJsXhrStreaming, FramesFollowEachWithALineFeed) {
    EXPECT_TRUE(xhr_streaming.streaming);
    std::string out;
    xhr_streaming.append(out, "o", {});
    xhr_streaming.append(out, R"(a["x"])", {});
    EXPECT_EQ(out, "o\na[\"x\"]\n");
}

}  // namespace
}  // namespace stentor::sockjs
