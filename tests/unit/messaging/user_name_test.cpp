#include "messaging/user_name.hpp"

#include "messaging/destination.hpp"
#include "messaging/destination_pattern.hpp"
#include "stentor/user_destination.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::messaging {
namespace {

TEST(UserName, PlainOnesStandForThemselves) {
    EXPECT_EQ(encode_user_name("alice"), "alice");
    EXPECT_EQ(encode_user_name("Bob.Smith-1_2~x@example.com"), "Bob.Smith-1_2~x@example.com");
    EXPECT_EQ(decode_user_name("alice"), "alice");
}

TEST(UserName, WhatMeansSomethingElsewhereIsEncoded) {
    EXPECT_EQ(encode_user_name("a/b"), "a%2Fb");
    EXPECT_EQ(encode_user_name("100%"), "100%25");
    EXPECT_EQ(encode_user_name("%2F"), "%252F");
    EXPECT_EQ(encode_user_name("*"), "%2A");
    EXPECT_EQ(encode_user_name("**"), "%2A%2A");
    EXPECT_EQ(encode_user_name("{id}"), "%7Bid%7D");
    EXPECT_EQ(encode_user_name("a b\r\n\t"), "a%20b%0D%0A%09");
    EXPECT_EQ(encode_user_name(std::string_view("\0\x7f", 2)), "%00%7F");
    EXPECT_EQ(encode_user_name("."), "%2E");
    EXPECT_EQ(encode_user_name(".."), "%2E%2E");
    EXPECT_EQ(encode_user_name("\xc3\xa9\xff"), "%C3%A9%FF");
}

/// Every byte, alone and beside others, makes one segment that clients may name, and comes back.
TEST(UserName, EveryOneIsAPlainSegmentAndComesBack) {
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        for (const std::string& name :
             {std::string(1, c), std::string(2, c), "x" + std::string(1, c) + "y"}) {
            const std::string segment = encode_user_name(name);
            EXPECT_TRUE(check_destination("/user/" + segment + "/queue/x")) << segment;
            EXPECT_EQ(segment.find('/'), segment.npos);
            EXPECT_FALSE(DestinationPattern::has_wildcard(segment)) << segment;
            EXPECT_EQ(decode_user_name(segment), name);
        }
    }
    const std::string all_kinds(10 * 1024, '/');
    EXPECT_EQ(decode_user_name(encode_user_name(all_kinds)), all_kinds);
}

TEST(UserName, WhatIsEncodedWithoutNeedIsReadAllTheSame) {
    EXPECT_EQ(decode_user_name("%61lice"), "alice");
    EXPECT_EQ(decode_user_name("a%2fb"), "a/b");
    EXPECT_EQ(decode_user_name("a%252Fb"), "a%2Fb") << "once, not twice";
    EXPECT_EQ(decode_user_name("*"), "*");
}

TEST(UserName, BrokenEncodingsAreNoNames) {
    for (const char* const segment : {"", "%", "a%", "%2", "a%2", "%zz", "%2g", "%g2", "%%", "%%41", "% 41"})
        EXPECT_EQ(decode_user_name(segment), std::nullopt) << segment;
}

TEST(UserDestination, HasTheNameEncoded) {
    EXPECT_EQ(user_destination("alice", "/queue/x"), "/user/alice/queue/x");
    EXPECT_EQ(user_destination("../a", "/queue/x"), "/user/..%2Fa/queue/x");
}

}  // namespace
}  // namespace stentor::messaging
