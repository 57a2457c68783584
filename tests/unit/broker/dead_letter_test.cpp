#include "broker/dead_letter.hpp"

#include <gtest/gtest.h>

namespace stentor::broker {
namespace {

TEST(DeadLetter, IsTheMessageWithWhereItComesFromAndWhy) {
    const Message message{"/queue/x", {{"colour", "red"}, {"colour", "blue"}}, "body", "7"};
    const Message letter = dead_letter(message, "/queue/dead-letters");
    EXPECT_EQ(letter.destination, "/queue/dead-letters");
    EXPECT_EQ(letter.body, "body");
    EXPECT_EQ(letter.headers, (Headers{{"colour", "red"},
                                       {"colour", "blue"},
                                       {"dead-letter-destination", "/queue/x"},
                                       {"dead-letter-reason", "delivery-limit"}}));
}

TEST(DeadLetter, HasAnIdOfItsOwn) {
    EXPECT_EQ(dead_letter({"/queue/x", {}, {}, "7"}, "/queue/y").id, "7-dead");
}

TEST(DeadLetter, DoesNotBelieveThePublisherWhereItComesFrom) {
    const Message message{"/queue/x", {{"dead-letter-destination", "/queue/y"}}, {}, {}};
    EXPECT_EQ(dead_letter(message, "/queue/dead-letters").headers,
              (Headers{{"dead-letter-destination", "/queue/x"}, {"dead-letter-reason", "delivery-limit"}}));
}

}  // namespace
}  // namespace stentor::broker
