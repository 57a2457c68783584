#include "sockjs/info.hpp"

#include <gtest/gtest.h>

namespace stentor::sockjs {
namespace {

TEST(SockJsInfo, TellsTheOfferAndTheEntropy) {
    EXPECT_EQ(info_body(true, false, 7),
              R"({"websocket":true,"origins":["*:*"],"cookie_needed":false,"entropy":7})");
}

TEST(SockJsInfo, TellsADisabledWebSocketAndANeededCookie) {
    EXPECT_EQ(info_body(false, true, 0),
              R"({"websocket":false,"origins":["*:*"],"cookie_needed":true,"entropy":0})");
}

// S28
TEST(SockJsInfo, EntropyGoesUpToAllOf32Bits) {
    EXPECT_EQ(info_body(true, true, 4'294'967'295U),
              R"({"websocket":true,"origins":["*:*"],"cookie_needed":true,"entropy":4294967295})");
}

}  // namespace
}  // namespace stentor::sockjs
