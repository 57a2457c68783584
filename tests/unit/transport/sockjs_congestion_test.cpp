#include "sockjs_client.hpp"

#include <gmock/gmock.h>

namespace stentor::transport {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

using Client = SockjsClient;

/// A client that streams and has stopped reading, one message after another.
struct StalledClient : Client {
    StalledClient() : stream(open_and_receive(xhr_streaming)) {
        stream.pipe->stop_reading();
        say("taken by nobody");
    }
    void say(std::string_view text) {
        bench.notes.send(text);
        bench.turn();
    }
    std::vector<std::string> read() {
        stream.pipe->read_again();
        bench.turn();
        return chunks_of(stream.pipe->take_output());
    }
    TransportBench::Link& stream;
};

TEST(SockjsS21, AStreamThatIsNotReadIsNotWrittenTo) {
    StalledClient client;
    const std::size_t owed = client.stream.wire.unsent();
    EXPECT_GT(owed, 0U);
    client.say("a");
    client.say("b");
    EXPECT_EQ(client.stream.wire.unsent(), owed);
    EXPECT_THAT(client.read(), ElementsAre("a[\"taken by nobody\"]\n", "a[\"a\",\"b\"]\n"));
}

TEST(SockjsS21, WhatTheConnectionOwesIsUnsentToo) {
    StalledClient client;
    const session::Outlet& outlet = *client.bench.notes.outlet;
    EXPECT_EQ(outlet.unsent(), client.stream.wire.unsent());
    client.say("abc");
    EXPECT_EQ(outlet.unsent(), client.stream.wire.unsent() + 5);
    client.read();
    EXPECT_EQ(outlet.unsent(), 0U);
}

TEST(SockjsS21, MessagesOfOneTurnAreNotHeldBackByThoseBeforeThem) {
    Client client;
    client.bench.sockjs_settings().stream_limit = 100'000'000;
    auto& stream = client.open_and_receive(xhr_streaming);
    stream.pipe->stop_reading();
    const std::string piece(400 * 1024, 'x');
    for (int i = 0; i < 3; ++i) client.bench.notes.send(piece);  // more than may wait in the session
    client.bench.end_turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened"));
    EXPECT_GT(stream.wire.unsent(), 3 * piece.size());
}

TEST(SockjsS21, WhoReadsNothingIsClosedAt512KiB) {
    StalledClient client;
    const std::string piece(64 * 1024 - 2, 'x');
    for (int i = 0; i < 8; ++i) client.say(piece);
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened"));
    client.say("x");
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "closed 1013"));
    EXPECT_THAT(client.read(),
                ElementsAre("a[\"taken by nobody\"]\n", "c[1013,\"Too many messages wait\"]\n", "<end>"));
}

TEST(SockjsS21, MessagesToAStalledStreamAreNotCounted) {
    StalledClient client;
    for (int i = 0; i < 500; ++i) client.say("x");
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened"));
}

TEST(SockjsS21, ACloseWaitsForWhatWasSentBeforeAndTheSessionDoesNot) {
    StalledClient client;
    client.say("last words");
    client.bench.notes.outlet->close({3000, "Go away!"});
    client.bench.end_turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "closed 3000"));
    EXPECT_THAT(client.read(), ElementsAre("a[\"taken by nobody\"]\n", "a[\"last words\"]\n",
                                           "c[3000,\"Go away!\"]\n", "<end>"));
}

TEST(SockjsS21, AStalledStreamGetsNoHeartbeats) {
    StalledClient client;
    const std::size_t owed = client.stream.wire.unsent();
    client.bench.advance(25s);
    client.bench.advance(25s);
    EXPECT_EQ(client.stream.wire.unsent(), owed);
    client.read();
    client.bench.advance(25s);
    EXPECT_THAT(chunks_of(client.stream.pipe->take_output()), ElementsAre("h\n"));
}

TEST(SockjsDrained, IsToldOnceWhenAStalledStreamHasTakenAll) {
    StalledClient client;
    client.say("a");
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened"));
    client.read();
    client.bench.turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "drained"));
}

TEST(SockjsDrained, IsToldWhenAPollHasTakenWhatWaited) {
    Client client;
    client.open();
    client.bench.notes.send("a");
    client.bench.turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened"));
    client.request(post(xhr));
    client.bench.turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "drained"));
}

TEST(SockjsDrained, IsNotToldWithoutAWait) {
    Client client;
    client.open_and_receive(xhr_streaming);
    client.bench.notes.send("a");
    client.bench.turn();
    client.bench.turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened"));
}

/// A message waits for a stream, which is then opened by a client that takes nothing in that turn.
struct LateStream : Client {
    LateStream() {
        sockjs_stream_ends();
        bench.notes.send("waits");
        bench.turn();
        stream.pipe->stop_reading();
        stream.pipe->send(post(xhr_streaming));
        bench.turn();
    }
    void sockjs_stream_ends() {
        bench.sockjs_settings().stream_limit = 1;
        request(post(xhr_streaming));
        bench.sockjs_settings().stream_limit = 10'000;
    }
    TransportBench::Link& stream = bench.connect();
};

TEST(SockjsDrained, IsToldATurnLaterWhenTheConnectionHasTakenAllAtOnce) {
    LateStream client;
    EXPECT_GT(client.bench.notes.outlet->unsent(), 0U);
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened"));
    client.stream.pipe->take_owed();
    client.bench.turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "drained"));
}

TEST(SockjsDrained, IsToldByTheConnectionWhenItHasNot) {
    LateStream client;
    client.bench.turn();
    client.bench.turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened"));
    client.stream.pipe->read_again();
    client.bench.turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "drained"));
}

TEST(SockjsDrained, WhatIsSentThenFollows) {
    StalledClient client;
    client.bench.notes.on_drained = [&](session::Outlet&) { client.bench.notes.send("next"); };
    client.say("a");
    EXPECT_THAT(client.read(), Contains("a[\"next\"]\n"));
}

TEST(SockjsDrained, AStreamWhoseEndIsNotReadEndsItsSessionToo) {
    StalledClient client;
    client.say("a");
    client.stream.pipe->close();
    client.bench.turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "closed 1002"));
    client.bench.advance(5s);
    EXPECT_EQ(client.bench.sockjs.size(), 0U);
    EXPECT_THAT(chunks_of(client.stream.pipe->take_output()), IsEmpty());
}

}  // namespace
}  // namespace stentor::transport
