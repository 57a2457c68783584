#include "unit/net/connection_fixture.hpp"
#include "unit/net/tls_files.hpp"

#include <optional>

namespace stentor::net {
namespace {

using namespace test;

/// A connection with TLS on each end of a pair of sockets, both on one loop.
class ConnectionTlsTest : public ConnectionTest {
protected:
    static void SetUpTestSuite() {
        files_ = new TlsFiles;
        TlsServerSettings settings;
        settings.certificates = {files_->issue("server", "DNS:localhost")};
        server_ = TlsContext::for_server(settings);
        client_ = TlsContext::for_client({.ca = files_->ca()});
    }
    static void TearDownTestSuite() {
        delete files_;
        server_.reset();
        client_.reset();
    }

    struct End {
        End(TurnedLoop& turned, Fd fd, std::unique_ptr<TlsSession> tls, SendLimits limits = {})
            : wire(std::make_unique<Connection>(turned.loop, turned.flusher, fd.give(), "peer", limits,
                                                std::move(tls))) {
            wire->start(user);
        }
        void send(std::string bytes) const { wire->send(base::share(std::move(bytes))); }
        Listening user;
        std::unique_ptr<Connection> wire;
    };
    struct Pair {
        Pair(TurnedLoop& turned, std::pair<Fd, Fd> ends, SendLimits limits = {})
            : server(turned, std::move(ends.first), std::make_unique<TlsSession>(server_), limits),
              client(turned, std::move(ends.second), std::make_unique<TlsSession>(client_, "localhost")) {}
        End server;
        End client;
    };

    static inline TlsFiles* files_ = nullptr;
    static inline std::shared_ptr<const TlsContext> server_;
    static inline std::shared_ptr<const TlsContext> client_;
};

TEST_F(ConnectionTlsTest, WhatIsSentAtOnceArrivesAfterTheHandshake) {
    Pair pair(turned_, socket_pair());
    pair.client.send("hello");
    pair.server.send("welcome");
    ASSERT_TRUE(turned_.turn_until([&] { return pair.server.user.received.size() == 5; }));
    ASSERT_TRUE(turned_.turn_until([&] { return pair.client.user.received.size() == 7; }));
    EXPECT_EQ(pair.server.user.received, "hello");
    EXPECT_EQ(pair.client.user.received, "welcome");
    EXPECT_EQ(pair.server.wire->unsent(), 0U);
    EXPECT_EQ(turned_.flusher.backlog_bytes(), 0U);
    EXPECT_EQ(pair.server.user.drained, 1);
}

TEST_F(ConnectionTlsTest, ManyFramesOfATurnAreOneRecord) {
    Pair pair(turned_, socket_pair());
    pair.client.send("x");
    ASSERT_TRUE(turned_.turn_until([&] { return pair.server.user.received == "x"; }));
    std::string all;
    for (int i = 0; i < 1000; ++i) {
        pair.server.send(std::to_string(i) + ";");
        all += std::to_string(i) + ";";
    }
    std::size_t arrivals = 0;
    pair.client.user.when_bytes = [&] { ++arrivals; };
    turned_.turn();
    ASSERT_TRUE(turned_.turn_until([&] { return pair.client.user.received.size() == all.size(); }));
    EXPECT_EQ(pair.client.user.received, all);
    EXPECT_EQ(arrivals, 1U);
}

TEST_F(ConnectionTlsTest, TheStreamIsWholeWhateverTheWritesTake) {
    Pair pair(turned_, narrow_pair(), {.buffer = 4'000'000});
    std::string all;
    for (unsigned i = 0; i < 300; ++i) {
        const std::string bytes = pattern(i * 37 % 9000 + 1, i + 1);
        pair.server.send(bytes);
        all += bytes;
        if (i % 7 == 0) turned_.turn();
    }
    ASSERT_TRUE(turned_.turn_until([&] { return pair.client.user.received.size() == all.size(); }));
    EXPECT_EQ(pair.client.user.received, all);
    EXPECT_GE(pair.server.user.drained, 1);
    EXPECT_EQ(turned_.flusher.backlog_bytes(), 0U);
}

TEST_F(ConnectionTlsTest, APeerThatDoesNotReadIsClosed) {
    auto ends = narrow_pair();
    End server(turned_, std::move(ends.first), std::make_unique<TlsSession>(server_), {.buffer = 100'000});
    {
        End client(turned_, std::move(ends.second), std::make_unique<TlsSession>(client_, "localhost"));
        client.send("x");
        ASSERT_TRUE(turned_.turn_until([&] { return server.user.received == "x"; }));
        client.wire->pause();
        for (int i = 0; i < 100 && server.user.closed == 0; ++i) {
            server.send(std::string(5000, 'x'));
            turned_.turn();
        }
    }
    EXPECT_EQ(server.user.closed, 1);
    EXPECT_TRUE(server.wire->was_too_slow());
    EXPECT_EQ(turned_.flusher.backlog_bytes(), 0U);
}

TEST_F(ConnectionTlsTest, FinishEndsWithAllOfItSent) {
    Pair pair(turned_, narrow_pair(), {.buffer = 1'000'000});
    const std::string all = pattern(300'000);
    pair.server.send(all);
    pair.server.wire->finish();
    ASSERT_TRUE(turned_.turn_until([&] { return pair.client.user.closed == 1; }));
    EXPECT_EQ(pair.client.user.received, all);
    EXPECT_TRUE(turned_.turn_until([&] { return pair.server.user.closed == 1; }));
}

TEST_F(ConnectionTlsTest, T12SilenceInsteadOfAHandshakeIsGivenUp) {
    turned_.turn();
    auto ends = socket_pair();
    End server(turned_, std::move(ends.first), std::make_unique<TlsSession>(server_));
    Peer peer(std::move(ends.second));
    turned_.turn();
    turned_.pass(std::chrono::seconds(4));
    peer.write("\x16\x03\x01");  // a little of one is none
    turned_.turn();
    EXPECT_EQ(server.user.closed, 0);
    turned_.pass(std::chrono::seconds(1));
    EXPECT_EQ(server.user.closed, 1);
    EXPECT_FALSE(server.wire->was_too_slow());
}

TEST_F(ConnectionTlsTest, T17PlainHttpIsAnsweredAndClosed) {
    auto ends = socket_pair();
    End server(turned_, std::move(ends.first), std::make_unique<TlsSession>(server_));
    Peer peer(std::move(ends.second));
    peer.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    turned_.turn();
    EXPECT_TRUE(peer.read().starts_with("HTTP/1.1 400 "));
    peer.close();
    ASSERT_TRUE(turned_.turn_until([&] { return server.user.closed == 1; }));
    EXPECT_EQ(server.user.received, "");
}

TEST_F(ConnectionTlsTest, T19AnEndWithoutCloseNotifyIsAnEnd) {
    Pair pair(turned_, socket_pair());
    pair.client.send("half a mess");
    ASSERT_TRUE(turned_.turn_until([&] { return pair.server.user.received.size() == 11; }));
    ::shutdown(pair.client.wire->release(), SHUT_RDWR);
    ASSERT_TRUE(turned_.turn_until([&] { return pair.server.user.closed == 1; }));
}

TEST_F(ConnectionTlsTest, T20AResetWhileItIsBeingClosedIsAnEnd) {
    Pair pair(turned_, tcp_pair());
    pair.client.send("hello");
    ASSERT_TRUE(turned_.turn_until([&] { return pair.server.user.received == "hello"; }));
    pair.server.send(pattern(100'000));
    pair.server.wire->finish();
    Peer(Fd(pair.client.wire->release())).reset_stream();
    ASSERT_TRUE(turned_.turn_until([&] { return pair.server.user.closed == 1; }));
    pair.server.send("more");
    pair.server.wire->finish();
    turned_.turn();
    EXPECT_EQ(pair.server.user.closed, 1);
}

TEST_F(ConnectionTlsTest, AFailedHandshakeTellsTheUserOnce) {
    auto ends = socket_pair();
    End server(turned_, std::move(ends.first), std::make_unique<TlsSession>(server_));
    End client(turned_, std::move(ends.second), std::make_unique<TlsSession>(client_, "elsewhere"));
    client.send("secret");
    ASSERT_TRUE(turned_.turn_until([&] { return client.user.closed == 1 && server.user.closed == 1; }));
    EXPECT_EQ(server.user.received, "");
}

TEST_F(ConnectionTlsTest, GoesOnOnAnotherConnection) {
    Pair pair(turned_, socket_pair());
    pair.client.send("first");
    ASSERT_TRUE(turned_.turn_until([&] { return pair.server.user.received == "first"; }));
    const int fd = pair.server.wire->release();
    Listening next;
    Connection moved(turned_.loop, turned_.flusher, fd, "peer", {}, pair.server.wire->release_tls());
    pair.server.wire.reset();
    moved.start(next);
    pair.client.send("second");
    turned_.turn();
    ASSERT_TRUE(turned_.turn_until([&] { return next.received == "second"; }));
    moved.send(base::share("answer"));
    turned_.turn();
    ASSERT_TRUE(turned_.turn_until([&] { return pair.client.user.received == "answer"; }));
}

}  // namespace
}  // namespace stentor::net
