#include "base/client_network.hpp"

#include <gtest/gtest.h>

namespace stentor::base {
namespace {

TEST(ClientNetwork, APortIsNoPartOfAnAddress) {
    EXPECT_EQ(without_port("192.0.2.1:40000"), "192.0.2.1");
    EXPECT_EQ(without_port("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(without_port("[2001:db8::1]:40000"), "[2001:db8::1]");
    EXPECT_EQ(without_port("[2001:db8::1]"), "[2001:db8::1]");
    EXPECT_EQ(without_port(""), "");
}

TEST(ClientNetwork, AClientHoldsOneIpv4AddressOr64BitsOfIpv6) {
    EXPECT_NE(client_network("192.0.2.1"), client_network("192.0.2.2"));
    EXPECT_EQ(client_network("[2001:db8:1:2::1]"), client_network("[2001:db8:1:2:ffff::9]"));
    EXPECT_NE(client_network("[2001:db8:1:2::1]"), client_network("[2001:db8:1:3::1]"));
    EXPECT_EQ(client_network("[fe80::1%eth0]"), client_network("[fe80::2%eth1]"));
    EXPECT_NE(client_network("[::ffff:10.0.0.1]"), client_network("[::ffff:10.0.0.2]"));
    EXPECT_EQ(client_network("[nonsense]"), "[nonsense]");
    EXPECT_EQ(client_network("unknown"), "unknown");
}

TEST(ClientNetwork, ThisMachineIsKnownByEveryFormOfItsAddress) {
    for (const char* own : {"127.0.0.1", "127.8.9.1", "[::1]", "[::ffff:127.0.0.1]"})
        EXPECT_TRUE(is_loopback(own)) << own;
    for (const char* other : {"12.7.0.1", "192.0.2.1", "[::2]", "[2001:db8::1]", "[::ffff:10.0.0.1]", ""})
        EXPECT_FALSE(is_loopback(other)) << other;
}

}  // namespace
}  // namespace stentor::base
