#include "net/refusal.hpp"

#include "unit/net/sockets.hpp"

#include <gtest/gtest.h>

#include <poll.h>

#include <string>

namespace stentor::net::test {
namespace {

std::string rest(Peer& peer) {
    std::string all;
    while (!peer.ended && !peer.reset) {
        pollfd one{peer.fd(), POLLIN, 0};
        ::poll(&one, 1, 1'000);
        all += peer.read();
    }
    return all;
}

TEST(Refusal, SaysItAndEnds) {
    auto [server, client] = tcp_pair();
    Peer peer(std::move(client));
    refuse(server.give(), "no\r\n");
    EXPECT_EQ(rest(peer), "no\r\n");
    EXPECT_TRUE(peer.ended);
}

/// A reset would take the answer away from a client that has asked already.
TEST(Refusal, WhatTheClientHasSentDoesNotBecomeAReset) {
    auto [server, client] = tcp_pair();
    Peer peer(std::move(client));
    peer.write("GET / HTTP/1.1\r\n\r\n");
    pollfd arrived{server.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&arrived, 1, 1'000), 1);
    refuse(server.give(), "no\r\n");
    EXPECT_EQ(rest(peer), "no\r\n");
    EXPECT_FALSE(peer.reset);
}

TEST(Refusal, AClientThatIsGoneDoesNoHarm) {
    auto [server, client] = tcp_pair();
    Peer peer(std::move(client));
    peer.reset_stream();
    refuse(server.give(), "no\r\n");
}

TEST(Refusal, WithoutWordsItOnlyCloses) {
    auto [server, client] = tcp_pair();
    Peer peer(std::move(client));
    refuse(server.give(), {});
    EXPECT_EQ(rest(peer), "");
}

}  // namespace
}  // namespace stentor::net::test
