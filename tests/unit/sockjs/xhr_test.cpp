#include "sockjs/transport.hpp"

#include <gtest/gtest.h>

namespace stentor::sockjs {
namespace {

TEST(SockJsXhrPolling, IsAPostAnsweredWithJavaScript) {
    EXPECT_EQ(xhr.name, "xhr");
    EXPECT_EQ(xhr.method, "POST");
    EXPECT_EQ(xhr.content_type, "application/javascript; charset=UTF-8");
}

TEST(SockJsXhrPolling, AResponseIsOneFrameAndALineFeed) {
    EXPECT_FALSE(xhr.streaming);
    std::string out = xhr.prelude({});
    xhr.append(out, "o", {});
    EXPECT_EQ(out, "o\n");
}

}  // namespace
}  // namespace stentor::sockjs
