#include "net/connection.hpp"

#include "unit/net/connection_fixture.hpp"

#include <random>

namespace stentor::net {
namespace {

using namespace test;

// Reading

TEST_F(ConnectionTest, GivesItsUserWhatArrives) {
    Line line(turned_, socket_pair());
    line.peer.write("hello");
    turned_.turn();
    EXPECT_EQ(line.user.received, "hello");
    line.peer.write(" world");
    turned_.turn();
    EXPECT_EQ(line.user.received, "hello world");
}

TEST_F(ConnectionTest, ReadsOnceATurn) {
    Line line(turned_, socket_pair(SOCK_SEQPACKET));
    line.peer.write("a");
    line.peer.write("b");
    turned_.turn();
    EXPECT_EQ(line.user.received, "a");
    turned_.turn();
    EXPECT_EQ(line.user.received, "ab");
}

TEST_F(ConnectionTest, HandsTheReadingToAnotherUser) {
    Line line(turned_, socket_pair());
    Listening next;
    line.user.when_bytes = [&] { line.wire->set_user(next); };
    line.peer.write("GET");
    turned_.turn();
    line.peer.write("frames");
    turned_.turn();
    EXPECT_EQ(line.user.received, "GET");
    EXPECT_EQ(next.received, "frames");
    line.peer.close();
    turned_.turn();
    EXPECT_EQ(line.user.closed, 0);
    EXPECT_EQ(next.closed, 1);
}

TEST_F(ConnectionTest, TellsOnceWhenThePeerEnds) {
    Line line(turned_, socket_pair());
    line.peer.close();
    turned_.turn();
    turned_.turn();
    EXPECT_EQ(line.user.closed, 1);
}

TEST_F(ConnectionTest, TellsOnceWhenThePeerResets) {
    Line line(turned_, tcp_pair());
    line.peer.reset_stream();
    ASSERT_TRUE(turned_.turn_until([&] { return line.user.closed != 0; }));
    line.send("too late");
    turned_.turn();
    EXPECT_EQ(line.user.closed, 1);
    EXPECT_EQ(line.wire->unsent(), 0U);
}

TEST_F(ConnectionTest, AWriteToAPeerThatHasResetEndsIt) {
    Line line(turned_, tcp_pair());
    line.user.when_bytes = [&] { line.send("answer"); };
    line.peer.write("question");
    line.peer.reset_stream();
    ASSERT_TRUE(turned_.turn_until([&] { return line.user.closed != 0; }));
    EXPECT_EQ(line.user.closed, 1);
}

// Writing

TEST_F(ConnectionTest, WritesAtTheEndOfTheTurnAndOnce) {
    Line line(turned_, socket_pair(SOCK_SEQPACKET));  // one record a write
    line.send("a");
    line.send("b");
    line.send("c");
    EXPECT_EQ(line.peer.read(), "");
    EXPECT_EQ(line.wire->unsent(), 3U);
    turned_.turn();
    char record[16];
    EXPECT_EQ(::recv(line.peer.fd(), record, sizeof record, 0), 3);
    EXPECT_EQ(std::string_view(record, 3), "abc");
    EXPECT_LT(::recv(line.peer.fd(), record, sizeof record, 0), 0);
    EXPECT_EQ(line.wire->unsent(), 0U);
}

TEST_F(ConnectionTest, WritesAThousandSmallFramesAtOnce) {
    Line line(turned_, socket_pair(SOCK_SEQPACKET));
    std::string all;
    for (int i = 0; i < 1000; ++i) {
        all += pattern(40, static_cast<unsigned>(i));
        line.send(pattern(40, static_cast<unsigned>(i)));
    }
    turned_.turn();
    std::string record(all.size() + 1, '\0');
    ASSERT_EQ(::recv(line.peer.fd(), record.data(), record.size(), 0), static_cast<ssize_t>(all.size()));
    record.pop_back();
    EXPECT_EQ(record, all);
}

TEST_F(ConnectionTest, IgnoresEmptyFrames) {
    Line line(turned_, socket_pair());
    line.send("");
    turned_.turn();
    line.send("a");
    line.send("");
    line.send("b");
    turned_.turn();
    EXPECT_EQ(line.peer.read(), "ab");
}

TEST_F(ConnectionTest, GathersLargeBodies) {
    Line line(turned_, socket_pair(), {.buffer = 10'000'000});
    const std::string a = pattern(100'000, 1), b = pattern(7, 2), c = pattern(300'000, 3);
    for (const std::string& body : {a, b, c}) line.send(body);
    turned_.turn();
    EXPECT_EQ(read(line.peer, 400'007), a + b + c);
    EXPECT_EQ(line.wire->unsent(), 0U);
}

TEST_F(ConnectionTest, GoesOnWhereAPartialWriteEnded) {
    Line line(turned_, narrow_pair(), {.buffer = 10'000'000});
    const std::string body = pattern(500'000);
    line.send(body);
    turned_.turn();
    EXPECT_GT(line.wire->unsent(), 0U);
    EXPECT_EQ(line.user.drained, 0);
    EXPECT_EQ(read(line.peer, body.size()), body);
    EXPECT_EQ(line.wire->unsent(), 0U);
    EXPECT_EQ(line.user.drained, 1);
}

TEST_F(ConnectionTest, IsNotToldOfDrainingWithoutAWait) {
    Line line(turned_, socket_pair());
    line.send("a");
    turned_.turn();
    turned_.turn();
    EXPECT_EQ(line.user.drained, 0);
}

/// Frames of any size, sent while a slow peer reads as it likes.
TEST_F(ConnectionTest, KeepsTheStreamWholeWhateverTheWritesTake) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed);
        Line line(turned_, narrow_pair(), {.buffer = 100'000'000});
        std::string sent, read;
        while (sent.size() < 300'000) {
            for (auto frames = random() % 20; frames > 0; --frames) {
                const std::string frame =
                    pattern(1 + (random() % 4 == 0 ? random() % 20'000 : random() % 100), random());
                line.send(frame);
                sent += frame;
            }
            turned_.turn();
            read += line.peer.read(random() % 8000);
        }
        read += this->read(line.peer, sent.size() - read.size());
        ASSERT_EQ(read, sent) << "seed " << seed;
        ASSERT_EQ(line.user.closed, 0) << "seed " << seed;
        ASSERT_EQ(line.wire->unsent(), 0U) << "seed " << seed;
    }
}

}  // namespace
}  // namespace stentor::net
