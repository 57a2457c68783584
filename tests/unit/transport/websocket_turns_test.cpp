// Turns of the WebSocketProtocol of src/transport/websocket_protocol.cpp: a flood does not keep others
// waiting.
#include "transport_bench.hpp"

#include <gmock/gmock.h>

namespace stentor::transport {
namespace {

using test::masked_close;
using test::masked_frame;
using test::masked_text;
using testing::ElementsAre;

struct Open {
    explicit Open(const std::string& path = "/ws") : link(bench.connect()) { say(upgrade(path)); }
    std::string say(std::string_view bytes) { return bench.send(link, bytes); }
    [[nodiscard]] std::size_t heard() const { return bench.notes.events.size() - 1; }
    TransportBench bench;
    TransportBench::Link& link;
};

std::string flood(int messages, const std::string& text = "x") {
    std::string bytes;
    for (int i = 0; i < messages; ++i) bytes += masked_text(text);
    return bytes;
}

TEST(WebSocketW22, ATurnTakes64MessagesOfOneConnection) {
    Open open;
    open.say(flood(200));
    for (const std::size_t heard : {64U, 128U, 192U}) {
        EXPECT_EQ(open.heard(), heard);
        EXPECT_TRUE(open.link.pipe->is_paused());
        EXPECT_LE(open.bench.timers.next_deadline(), open.bench.now) << "the shard does not sleep";
        open.bench.turn();
    }
    EXPECT_EQ(open.heard(), 200U);
    EXPECT_FALSE(open.link.pipe->is_paused());
}

TEST(WebSocketW22, OrAsManyAsHave512KiB) {
    Open open;
    open.say(flood(18, std::string(60'000, 'x')));
    EXPECT_EQ(open.heard(), 9U);
    open.bench.turn();
    EXPECT_EQ(open.heard(), 18U);
}

TEST(WebSocketW22, AnotherConnectionsMessageIsAnsweredBeforeTheFloodIsDone) {
    TransportBench bench;
    auto& flooding = bench.connect("127.0.0.1:1");
    bench.send(flooding, upgrade("/ws"));
    auto& other = bench.connect("127.0.0.1:2");
    bench.send(other, upgrade("/ws"));
    session::Outlet* const outlet = bench.notes.outlet;
    bench.notes.on_text = [&](session::Outlet&, std::string_view text) {
        if (text == "question") outlet->send(session::wrap(session::Framing::websocket, "answer", false));
    };
    flooding.pipe->send(flood(10'000));
    EXPECT_THAT(bench.send(other, masked_text("question")),
                "\x81\x06"
                "answer");
    EXPECT_EQ(bench.notes.events.size(), 2U + 64U + 1U);
    for (int turn = 0; turn < 156; ++turn) bench.turn();
    EXPECT_EQ(bench.notes.events.size(), 2U + 10'000U + 1U);
}

TEST(WebSocketW22, BytesBehindTheHandshakeHaveTheirTurnsToo) {
    TransportBench bench;
    bench.send(bench.connect(), upgrade("/ws") + flood(100));
    EXPECT_EQ(bench.notes.events.size(), 65U);
    bench.turn();
    EXPECT_EQ(bench.notes.events.size(), 101U);
}

TEST(WebSocketW22, ACloseBehindAFloodIsAnsweredAfterIt) {
    Open open;
    EXPECT_EQ(open.say(flood(100) + masked_close(4000)), "");
    open.bench.turn();
    EXPECT_EQ(open.link.pipe->take_output().substr(0, 1), "\x88");
    EXPECT_EQ(open.bench.notes.events.back(), "closed 4000");
    EXPECT_EQ(open.heard(), 101U);
}

TEST(WebSocketW22, APeerThatGoesInTheMiddleEndsTheSessionBehindItsMessages) {
    Open open;
    open.link.pipe->send(flood(100));
    open.link.pipe->close();
    for (int i = 0; i < 3; ++i) open.bench.turn();
    EXPECT_EQ(open.bench.notes.events.back(), "closed 1006");
    EXPECT_EQ(open.heard(), 101U);
}

TEST(WebSocketW22, ASessionThatClosesItselfInAFloodHearsNoMoreOfIt) {
    Open open;
    open.bench.notes.on_text = [](session::Outlet& outlet, std::string_view) { outlet.close({4000, ""}); };
    open.say(flood(200) + masked_close(4000));
    for (int i = 0; i < 4; ++i) open.bench.turn();
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text x", "closed 4000"));
}

TEST(WebSocketW22, ControlFramesCountToo) {
    Open open;
    open.bench.site.control_frames = {1000, 1000};
    auto& link = open.bench.connect();
    open.bench.send(link, upgrade("/ws"));
    std::string bytes;
    for (int i = 0; i < 65; ++i) bytes += masked_frame(9, "");
    open.bench.send(link, bytes);
    EXPECT_TRUE(link.pipe->is_paused());
    open.bench.turn();
    EXPECT_FALSE(link.pipe->is_paused());
}

TEST(WebSocketSessionHasMore, NothingIsPouredInBeforeItHasGoneOnInLaterTurns) {
    Open open;
    open.bench.notes.on_text = [&](session::Outlet&, std::string_view text) {
        if (text == "a") open.bench.notes.left = 2;
    };
    open.say(masked_text("a") + masked_text("b"));
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text a"));
    EXPECT_TRUE(open.link.pipe->is_paused());
    open.bench.turn();
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text a", "went on"));
    open.bench.turn();
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text a", "went on", "went on", "text b"));
    EXPECT_FALSE(open.link.pipe->is_paused());
}

TEST(WebSocketSessionHasMore, ASessionThatHasClosedIsNotAsked) {
    Open open;
    open.bench.notes.on_text = [&](session::Outlet& outlet, std::string_view) {
        open.bench.notes.left = 2;
        outlet.close({4000, ""});
    };
    open.say(masked_text("a") + masked_close(4000));
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text a", "closed 4000"));
}

TEST(SockjsWebSocketSessionHasMore, AnArrayIsPouredInWhole) {
    Open open("/sockjs/000/session1/websocket");
    open.bench.notes.on_text = [&](session::Outlet&, std::string_view) { open.bench.notes.left = 1; };
    open.say(masked_text(R"(["a","b"])"));
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text a", "went on", "text b"));
    open.bench.turn();
    EXPECT_EQ(open.bench.notes.events.back(), "went on");
}

}  // namespace
}  // namespace stentor::transport
