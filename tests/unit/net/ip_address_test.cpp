#include "net/ip_address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::net {
namespace {

using namespace std::string_literals;

IpAddress address(std::string_view text) {
    const auto parsed = IpAddress::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(IpAddress());
}

bool contains(std::string_view range, std::string_view one) {
    const auto parsed = IpRange::parse(range);
    EXPECT_TRUE(parsed) << range;
    return parsed && parsed->contains(address(one));
}

TEST(IpAddress, IsTheSameHoweverASocketTellsIt) {
    EXPECT_EQ(address("10.0.0.1"), address("10.0.0.1:4711"));
    EXPECT_EQ(address("10.0.0.1"), address("[::ffff:10.0.0.1]:4711"));
    EXPECT_EQ(address("2001:db8::1"), address("[2001:db8::1]:4711"));
    EXPECT_EQ(address("fe80::1"), address("[fe80::1%2]:4711"));
    EXPECT_NE(address("10.0.0.1"), address("10.0.0.2"));
    EXPECT_TRUE(address("::ffff:10.0.0.1").is_v4());
    EXPECT_FALSE(address("::10.0.0.1").is_v4());
}

TEST(IpAddress, WhatIsNoneIsNone) {
    for (const std::string& text :
         {""s, "unknown"s, "10.0.0"s, "10.0.0.256"s, "[::1"s, "[::1]x"s, "::1::2"s, "10.0.0.1\0"s, "[]"s,
          "%"s, "localhost"s, std::string(100'000, ':'), std::string(100'000, '1')})
        EXPECT_FALSE(IpAddress::parse(text)) << text.substr(0, 20);
}

TEST(IpAddress, TellsWhatIsOnThisMachine) {
    for (const char* text : {"127.0.0.1", "127.255.0.9:1", "[::1]:4711", "::ffff:127.0.0.1"})
        EXPECT_TRUE(address(text).is_loopback()) << text;
    for (const char* text : {"128.0.0.1", "::", "::2", "1::1", "10.0.0.1"})
        EXPECT_FALSE(address(text).is_loopback()) << text;
}

TEST(IpAddress, AnIpv6NetworkIsOneHolding) {
    EXPECT_EQ(address("2001:db8:1:2::1").holding(), address("2001:db8:1:2:ffff::9").holding());
    EXPECT_NE(address("2001:db8:1:2::1").holding(), address("2001:db8:1:3::1").holding());
    EXPECT_NE(address("10.0.0.1").holding(), address("10.0.0.2").holding());
}

TEST(IpRange, ContainsWhatBeginsLikeIt) {
    EXPECT_TRUE(contains("10.0.0.0/8", "10.255.0.1"));
    EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.1"));
    EXPECT_TRUE(contains("192.168.4.0/23", "192.168.5.255"));
    EXPECT_FALSE(contains("192.168.4.0/23", "192.168.6.0"));
    EXPECT_TRUE(contains("192.168.4.1", "192.168.4.1:80"));
    EXPECT_FALSE(contains("192.168.4.1", "192.168.4.2"));
    EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
    EXPECT_TRUE(contains("0.0.0.0/0", "8.8.8.8"));
    EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(contains("::/0", "2001:db8::1"));
    EXPECT_FALSE(contains("::1", "127.0.0.1"));
}

TEST(IpRange, WhatIsNoneIsNone) {
    for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "::/129",
                             "10/8", "10.0.0.0/8/8", "10.0.0.0/99999999999"})
        EXPECT_FALSE(IpRange::parse(text)) << text;
}

}  // namespace
}  // namespace stentor::net
