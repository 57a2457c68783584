#include "support/cuts.hpp"
#include "transport_bench.hpp"

#include <gmock/gmock.h>

#include <numeric>

namespace stentor::transport {
namespace {

using namespace std::string_view_literals;
using test::masked_close;
using test::masked_frame;
using test::masked_text;
using testing::ElementsAre;

/// A connection behind its handshake.
struct Open {
    explicit Open(const std::string& path = "/ws", base::Duration ping = 25s) : link(bench.connect()) {
        bench.site.timeouts.ping = ping;
        const std::string said = bench.send(link, upgrade(path));
        EXPECT_TRUE(said.starts_with("HTTP/1.1 101 ")) << said;
        greeting = body_of(said);
    }
    std::string say(std::string_view bytes) { return bench.send(link, bytes); }
    TransportBench bench;
    TransportBench::Link& link;
    std::string greeting;
};

struct Seen {
    std::vector<std::string> events;
    std::string said;
    bool closed = false;
    friend bool operator==(const Seen&, const Seen&) = default;
};

/// What happens when these bytes come behind the handshake, the same for every cut.
Seen hear(std::string_view bytes, const std::string& path = "/ws") {
    return test::same_for_every_cut(bytes, [&](test::Pieces pieces) {
        Open open(path);
        std::string said;
        for (const std::string_view piece : pieces) said += open.say(piece);
        return Seen{open.bench.notes.events, said, open.link.pipe->is_closed()};
    });
}

TEST(WebSocketRfc6455_5_6, TextAndBinaryMessagesReachTheSession) {
    const Seen seen = hear(masked_text("hi") + masked_frame(2, "\xff"));
    EXPECT_THAT(seen.events, ElementsAre("opened", "text hi", "binary \xff"));
    EXPECT_EQ(seen.said, "");
}

TEST(WebSocketW25, BytesBehindTheHandshakeAreFrames) {
    TransportBench bench;
    bench.send(bench.connect(), upgrade("/ws") + masked_text("early"));
    EXPECT_THAT(bench.notes.events, ElementsAre("opened", "text early"));
}

TEST(WebSocketRfc6455_5_5_2, APingIsAnswered) {
    EXPECT_EQ(hear(masked_frame(9, "are you there")).said,
              "\x8a\x0d"
              "are you there");
}

TEST(WebSocketRfc6455_7_1_2, ThePeersCloseIsAnsweredAndTheConnectionEnds) {
    const Seen seen = hear(masked_close(4001, "bye"));
    EXPECT_EQ(seen.said, "\x88\x02\x0f\xa1"sv);
    EXPECT_TRUE(seen.closed);
    EXPECT_THAT(seen.events, ElementsAre("opened", "closed 4001"));
}

TEST(WebSocketRfc6455_7_1_5, ACloseWithoutCodeIs1005) {
    EXPECT_THAT(hear(masked_frame(8, "")).events, ElementsAre("opened", "closed 1005"));
}

TEST(WebSocketRfc6455_7_1_2, ACloseFromThisSideWaitsForTheAnswer) {
    Open open;
    open.bench.notes.outlet->close({4000, "bye"});
    EXPECT_EQ(open.link.pipe->take_output(),
              "\x88\x05\x0f\xa0"
              "bye"sv);
    EXPECT_FALSE(open.link.pipe->is_closed());
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened"));
    open.say(masked_text("late") + masked_close(4000));
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "closed 4000"));
    EXPECT_TRUE(open.link.pipe->is_closed());
}

TEST(WebSocketW17, APeerThatDoesNotAnswerTheCloseIsCutOffAfter5Seconds) {
    Open open;
    open.bench.notes.outlet->close({1000, ""});
    open.bench.advance(5s - 1ms);
    open.say(masked_frame(9, "still here"));
    EXPECT_FALSE(open.link.pipe->is_closed());
    open.bench.advance(1ms);
    EXPECT_TRUE(open.link.pipe->is_aborted());
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "closed 1000"));
}

TEST(WebSocketW16, ClosingTwiceAndSendingAfterwardsChangesNothing) {
    Open open;
    session::Outlet& outlet = *open.bench.notes.outlet;
    outlet.close({4000, ""});
    outlet.close({4001, ""});
    outlet.send(session::wrap(session::Framing::websocket, "late", false));
    EXPECT_EQ(open.link.pipe->take_output(), "\x88\x02\x0f\xa0"sv);
}

TEST(WebSocketW1, AnUnmaskedFrameIs1002) {
    const Seen seen = hear("\x81\x02hi");
    EXPECT_TRUE(seen.said.starts_with("\x88")) << seen.said;
    EXPECT_EQ(seen.said.substr(2, 2), "\x03\xea"sv);
    EXPECT_TRUE(seen.closed);
    EXPECT_THAT(seen.events, ElementsAre("opened", "closed 1002"));
}

TEST(WebSocketW4, ALengthWithTheTopBitSetIs1002) {
    EXPECT_THAT(hear("\x82\xff\x80\0\0\0\0\0\0\x01mask"sv).events, ElementsAre("opened", "closed 1002"));
}

TEST(WebSocketW6, AFrameLongerThanTheLimitIs1009FromItsHeader) {
    EXPECT_THAT(hear("\x82\xff\0\0\0\0\0\x01\0\x01\x01\x02\x03\x04"sv).events,
                ElementsAre("opened", "closed 1009"));
}

TEST(WebSocketW19, TextThatIsNotUtf8Is1007) {
    EXPECT_THAT(hear(masked_text("\xff")).events, ElementsAre("opened", "closed 1007"));
}

TEST(WebSocketW16, MessagesBehindTheEndAreIgnored) {
    EXPECT_THAT(hear("\x81\x02hi" + masked_text("late")).events, ElementsAre("opened", "closed 1002"));
    EXPECT_THAT(hear(masked_close(1000) + masked_text("late")).events, ElementsAre("opened", "closed 1000"));
}

TEST(WebSocketProtocol, ALostConnectionIs1006) {
    Open open;
    open.link.pipe->close();
    open.bench.turn();
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "closed 1006"));
}

TEST(WebSocketProtocol, TheSessionIsToldOnceWhateverEndsIt) {
    Open open;
    open.say(masked_close(1000));
    open.link.pipe->close();
    open.bench.turn();
    open.link.protocol.reset();
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "closed 1000"));
}

/// Passes up to that time until a ping comes, and gives its payload.
std::string wait_for_ping(Open& open, base::Duration most = 27500ms) {
    std::string said;
    for (base::Duration passed{}; said.empty() && passed < most; passed += 1ms) {
        open.bench.advance(1ms);
        said = open.link.pipe->take_output();
    }
    EXPECT_TRUE(said.starts_with("\x89\x08")) << said;
    return said.substr(std::min<std::size_t>(said.size(), 2));
}

TEST(WebSocketT9, SilenceIsAnsweredByAPingAfter25SecondsMoreOrLessAndCutOff10Later) {
    Open open;
    open.bench.advance(22500ms - 1ms);
    EXPECT_EQ(open.link.pipe->take_output(), "");
    wait_for_ping(open, 5s);
    open.bench.advance(10s - 1ms);
    EXPECT_FALSE(open.link.pipe->is_closed());
    open.bench.advance(1ms);
    EXPECT_TRUE(open.link.pipe->is_aborted());
    EXPECT_EQ(open.link.pipe->take_output(), "");
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "closed 1006"));
}

TEST(WebSocketT9, ThePongToItMessagesPingsAndPartsOfThemAreSignsOfLife) {
    Open open;
    std::string pong;
    for (int i = 0; i < 10; ++i) {
        const std::string payload = wait_for_ping(open);
        open.bench.advance(9s);
        switch (i) {
            case 0: open.say(masked_text("x")); break;
            case 1: open.say(masked_frame(2, "x")); break;
            case 2: open.say(masked_frame(9, "x")); break;
            case 3: open.say(masked_text("x").substr(0, 1)); break;
            case 4: open.say(masked_text("x").substr(1)); break;
            default: open.say(masked_frame(10, payload));
        }
    }
    EXPECT_FALSE(open.link.pipe->is_closed());
}

TEST(WebSocketW14, APongThatAnswersNoPingOfOursIsNoSignOfLife) {
    Open open;
    const std::string first = wait_for_ping(open);
    open.say(masked_frame(10, first));
    const std::string second = wait_for_ping(open);
    EXPECT_NE(first, second);
    for (const std::string& payload : {std::string("wrong"), std::string(), first}) {
        open.bench.advance(3s);
        EXPECT_EQ(open.say(masked_frame(10, payload)), "");
    }
    open.bench.advance(1s);
    EXPECT_TRUE(open.link.pipe->is_aborted());
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "closed 1006"));
}

TEST(WebSocketW14, UnsolicitedPongsAreIgnored) {
    Open open;
    EXPECT_EQ(open.say(masked_frame(10, "") + masked_frame(10, "x")), "");
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened"));
    open.bench.advance(22s);
    open.say(masked_frame(10, ""));
    wait_for_ping(open, 5500ms);
}

TEST(WebSocketPing, ClientsThatCameTogetherAreNotPingedTogether) {
    TransportBench bench;
    std::vector<TransportBench::Link*> links;
    for (int i = 0; i < 50; ++i) bench.send(*links.emplace_back(&bench.connect()), upgrade("/ws"));
    std::vector<int> pinged;
    bench.advance(22500ms - 1ms);
    for (auto* link : links) EXPECT_EQ(link->pipe->take_output(), "");
    for (int step = 0; step < 10; ++step) {
        bench.advance(step == 0 ? 501ms : 500ms);
        int now = 0;
        for (auto* link : links) now += link->pipe->take_output().empty() ? 0 : 1;
        pinged.push_back(now);
    }
    EXPECT_EQ(std::accumulate(pinged.begin(), pinged.end(), 0), 50);
    EXPECT_LT(*std::max_element(pinged.begin(), pinged.end()), 50);
}

std::string pings(int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes += masked_frame(9, std::to_string(i));
    return bytes;
}

std::string pongs(int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i)
        websocket::append_frame(bytes, websocket::Opcode::pong, std::to_string(i));
    return bytes;
}

TEST(WebSocketRfc6455_5_5_3, EachPingIsAnsweredWhileThePeerReads_Autobahn2_10) {
    EXPECT_EQ(hear(pings(10)).said, pongs(10));
}

TEST(WebSocketW13, MoreThan60ControlFramesAtOnceAre1008) {
    Open open;
    EXPECT_EQ(open.say(pings(60)), pongs(60));
    const std::string said = open.say(masked_frame(10, "one too many"));
    EXPECT_EQ(said.substr(0, 1), "\x88");
    EXPECT_EQ(said.substr(2, 2), "\x03\xf0"sv);
    open.say(masked_close(1008));
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "closed 1008"));
}

TEST(WebSocketW17, APeerThatFloodsInsteadOfAnsweringTheCloseIsCutOff) {
    Open open;
    open.bench.notes.outlet->close({1000, ""});
    const std::string piece = masked_text(std::string(60'000, 'x'));
    std::size_t sent = 0;
    for (; !open.link.pipe->is_closed() && sent < 64 * 1024 * 1024; sent += piece.size()) {
        EXPECT_EQ(open.say(piece).find("x"), std::string::npos);
        if (sent < 2 * 1024 * 1024) {
            ASSERT_FALSE(open.link.pipe->is_closed()) << "what was on its way may arrive";
        }
    }
    EXPECT_TRUE(open.link.pipe->is_aborted());
    EXPECT_LT(sent, 5 * 1024 * 1024);
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "closed 1000"));
}

TEST(WebSocketW13, TwentyASecondAreAllowed) {
    Open open;
    open.say(pings(60));
    for (int i = 0; i < 100; ++i) {
        open.bench.advance(50ms);
        EXPECT_EQ(open.say(masked_frame(9, "")), "\x8a\0"sv) << i;
    }
    EXPECT_EQ(open.say(masked_frame(9, "")).substr(0, 3), "\x8a\0\x88"sv) << "one more than that";
}

TEST(WebSocketW13, APeerThatDoesNotReadIsOwedOnePongAtMost) {
    Open open;
    open.link.pipe->stop_reading();
    EXPECT_EQ(open.say(masked_frame(9, "1")), "");
    for (int i = 2; i < 30; ++i) EXPECT_EQ(open.say(masked_frame(9, std::to_string(i))), "") << i;
    EXPECT_EQ(open.say(masked_frame(9, "last")), "");
    open.link.pipe->read_again();
    EXPECT_EQ(open.link.pipe->take_output(),
              "\x8a\x01"
              "1\x8a\x04last");
}

TEST(WebSocketT9, TheNextPingIsDueBeforeThePongOfThisOneWas) {
    Open open("/ws", 2s);  // shorter than the pong's 10 s
    for (int i = 0; i < 4; ++i) open.say(masked_frame(10, wait_for_ping(open, 2200ms)));
    EXPECT_FALSE(open.link.pipe->is_closed());
}

TEST(WebSocketT9, ABusyPeerIsNotPinged) {
    Open open;
    for (int i = 0; i < 10; ++i) {
        open.bench.advance(22500ms - 1ms);
        EXPECT_EQ(open.say(masked_text("x")), "") << i;
    }
}

TEST(WebSocketShutDown, IsAClose1001) {
    Open open;
    open.link.protocol->shut_down();
    EXPECT_EQ(open.link.pipe->take_output().substr(2, 2), "\x03\xe9"sv);
}

TEST(WebSocketProtocol, ASessionMayCloseItselfInsideAMessage) {
    Open open;
    open.bench.notes.on_text = [](session::Outlet& outlet, std::string_view) { outlet.close({4000, ""}); };
    EXPECT_EQ(open.say(masked_text("a") + masked_text("b")), "\x88\x02\x0f\xa0"sv);
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text a"));
}

TEST(WebSocketProtocol, ASessionMayCloseItselfWhenItOpens) {
    TransportBench bench;
    bench.notes.on_opened = [](session::Outlet& outlet) { outlet.close({4000, ""}); };
    auto& link = bench.connect();
    const std::string said = bench.send(link, upgrade("/ws") + masked_text("early"));
    EXPECT_TRUE(said.ends_with("\x88\x02\x0f\xa0"sv)) << said;
    bench.advance(5s);
    EXPECT_THAT(bench.notes.events, ElementsAre("opened", "closed 4000"));
}

TEST(SockjsWebSocket, BeginsWithAnOpenFrame) {
    EXPECT_EQ(Open("/sockjs/000/session1/websocket").greeting, "\x81\x01o");
}

TEST(SockjsWebSocket, TakesArraysAndSingleStrings) {
    const Seen seen =
        hear(masked_text(R"(["a","b"])") + masked_text(R"("c")") + masked_text("") + masked_text("[]"),
             "/sockjs/000/session1/websocket");
    EXPECT_THAT(seen.events, ElementsAre("opened", "text a", "text b", "text c"));
    EXPECT_FALSE(seen.closed);
}

TEST(SockjsWebSocket, SendsArrays) {
    Open open("/sockjs/000/session1/websocket");
    open.bench.notes.send("hi");
    EXPECT_EQ(open.link.pipe->take_output(),
              "\x81\x07"
              R"(a["hi"])");
}

TEST(SockjsWebSocket, BrokenJsonEndsTheSession) {
    const Seen seen = hear(masked_text("[\"a"), "/sockjs/000/session1/websocket");
    EXPECT_EQ(seen.said,
              "\x81\x19"
              R"(c[1002,"Broken framing."])"
              "\x88\x02\x03\xe8"sv);
    EXPECT_THAT(seen.events, ElementsAre("opened"));
}

TEST(SockjsWebSocket, BinaryEndsTheSession) {
    const Seen seen = hear(masked_frame(2, "x"), "/sockjs/000/session1/websocket");
    EXPECT_TRUE(
        seen.said.starts_with("\x81\x22"
                              R"(c[1003,)"))
        << seen.said;
}

TEST(SockjsWebSocket, ClosesWithACloseFrameAndThenWebSockets1000) {
    Open open("/sockjs/000/session1/websocket");
    open.bench.notes.outlet->close({3000, "Go away!"});
    EXPECT_EQ(open.link.pipe->take_output(),
              "\x81\x12"
              R"(c[3000,"Go away!"])"
              "\x88\x02\x03\xe8"sv);
}

TEST(SockjsWebSocket, BeatsAfter25SecondsWithoutAMessage) {
    Open open("/sockjs/000/session1/websocket");
    open.bench.advance(20s);
    open.bench.notes.send("x");
    EXPECT_EQ(open.say(masked_text("[]")).substr(0, 1), "\x81");
    open.bench.advance(20s);
    open.say(masked_text("[]"));
    open.bench.advance(5s - 1ms);
    EXPECT_EQ(open.link.pipe->take_output(), "");
    open.bench.advance(1ms);
    EXPECT_EQ(open.link.pipe->take_output(), "\x81\x01h");
}

TEST(SockjsWebSocket, BeatsThoughAPingIsDueAtTheSameTime) {
    Open open("/sockjs/000/session1/websocket");
    open.bench.advance(27500ms);
    const std::string said = open.link.pipe->take_output();
    EXPECT_TRUE(said.starts_with("\x89\x08")) << said;
    EXPECT_EQ(said.substr(10), "\x81\x01h");
}

TEST(SockjsWebSocket, SeveralSessionsMayUseOneId) {
    TransportBench bench;
    for (int i = 0; i < 2; ++i)
        EXPECT_TRUE(bench.send(bench.connect(), upgrade("/sockjs/000/session1/websocket")).ends_with("o"));
}

TEST(SockjsRawWebSocket, HasNoFrames) {
    Open open("/sockjs/websocket");
    EXPECT_EQ(open.greeting, "");
    EXPECT_EQ(open.say(masked_text("hi")), "");
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text hi"));
    open.bench.notes.outlet->close({3000, "Go away!"});
    EXPECT_EQ(open.link.pipe->take_output(),
              "\x88\x0a\x0b\xb8"
              "Go away!"sv);
}

}  // namespace
}  // namespace stentor::transport
