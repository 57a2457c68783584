#include "app/connection_gate.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace stentor::app {
namespace {

class ConnectionGateTest : public ::testing::Test {
protected:
    int admitted(ConnectionGate& gate, const std::string& address, int tries) {
        int count = 0;
        for (int i = 0; i < tries; ++i) {
            net::ConnectionPlace place;
            if (!gate.admits(address, base::TimePoint{}, place)) continue;
            ++count;
            held_.push_back(std::move(place));
        }
        return count;
    }

    std::vector<net::ConnectionPlace> held_;
};

TEST_F(ConnectionGateTest, CountsWhatItRefusesByItsReason) {
    ConnectionGate gate({.max_connections = 9, .per_address = 5, .new_burst = 3}, 65'536, 1);
    EXPECT_EQ(admitted(gate, "10.0.0.1:4", 4), 3);
    EXPECT_EQ(gate.refused().too_fast, 1U);
    EXPECT_EQ(admitted(gate, "127.0.0.1:4", 8), 6);
    EXPECT_EQ(gate.refused().too_many, 2U);
    held_.clear();
    ConnectionGate other({.per_address = 2}, 65'536, 1);
    EXPECT_EQ(admitted(other, "10.0.0.1:4", 5), 2);
    EXPECT_EQ(other.refused().too_many_of_address, 3U);
    held_.clear();
}

TEST_F(ConnectionGateTest, ThisMachineIsOneAddressOnlyIfAsked) {
    for (const char* address : {"127.0.0.1:1", "[::1]:1"}) {
        ConnectionGate by_default({.per_address = 1}, 65'536, 1);
        EXPECT_EQ(admitted(by_default, address, 5), 5);
        held_.clear();
        ConnectionGate asked({.per_address = 1, .count_loopback = true}, 65'536, 1);
        EXPECT_EQ(admitted(asked, address, 5), 1);
        held_.clear();
    }
}

/// T22: only who is listed.
TEST_F(ConnectionGateTest, TrustedProxiesAreNotLimitedAsOneAddress) {
    ConnectionGate gate({.per_address = 1, .trusted_proxies = {"10.0.0.0/8", "2001:db8::7"}}, 65'536, 1);
    EXPECT_EQ(admitted(gate, "10.9.0.1:1", 5), 5);
    EXPECT_EQ(admitted(gate, "[2001:db8::7]:1", 5), 5);
    EXPECT_EQ(admitted(gate, "11.0.0.1:1", 5), 1);
    EXPECT_EQ(admitted(gate, "[2001:db8::8]:1", 5), 1);
    held_.clear();
}

TEST_F(ConnectionGateTest, LeavesDescriptorsForTheRest) {
    EXPECT_EQ(ConnectionGate({}, 1'000'000, 1).most(), 65'536U);
    EXPECT_EQ(ConnectionGate({}, 20'000, 1).most(), 19'872U);
    EXPECT_EQ(ConnectionGate({}, 64, 1).most(), 32U);
    EXPECT_EQ(ConnectionGate({}, 0, 1).most(), 1U);
    EXPECT_EQ(ConnectionGate({.max_connections = 7}, 20'000, 1).most(), 7U);
}

TEST(ConnectionsConfig, WhatCannotBeMeantIsNamed) {
    EXPECT_EQ(fault_of(ConnectionsConfig{}), "");
    EXPECT_EQ(fault_of(ConnectionsConfig{.per_address = 0}),
              "per_address is 0, which would not mean unlimited; give a larger number");
    EXPECT_EQ(fault_of(ConnectionsConfig{.trusted_proxies = {"10.0.0.0/8", "proxy.example.com"}}),
              "trusted_proxies has 'proxy.example.com'; give addresses and networks such as \"10.1.2.3\" or "
              "\"10.0.0.0/8\"");
}

}  // namespace
}  // namespace stentor::app
