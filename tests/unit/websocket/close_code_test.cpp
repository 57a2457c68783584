#include "websocket/close_code.hpp"

#include <gtest/gtest.h>

namespace stentor::websocket {
namespace {

TEST(WebSocketRfc6455_7_4, OnlyCodesThatMayBeOnTheWireAreAccepted) {
    for (std::uint16_t code :
         {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999}) {
        EXPECT_TRUE(may_be_sent(code)) << code;
    }
    for (std::uint16_t code : {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
        EXPECT_FALSE(may_be_sent(code)) << code;
    }
}

}  // namespace
}  // namespace stentor::websocket
