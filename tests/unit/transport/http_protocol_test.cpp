#include "support/cuts.hpp"
#include "transport_bench.hpp"

#include <gmock/gmock.h>

namespace stentor::transport {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* not_found =
    "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=UTF-8\r\nX-Content-Type-Options: "
    "nosniff\r\nReferrer-Policy: no-referrer\r\nContent-Security-Policy: frame-ancestors 'none'\r\n"
    "Content-Length: 10\r\n\r\nNot found\n";

/// What a connection answers to these bytes, the same for every cut, and whether it was closed.
std::string answer(std::string_view bytes) {
    return test::same_for_every_cut(bytes, [](test::Pieces pieces) {
        TransportBench bench;
        auto& link = bench.connect();
        std::string said;
        for (const std::string_view piece : pieces) said += bench.send(link, piece);
        if (link.pipe->is_closed()) said += "|closed";
        return said;
    });
}

TEST(HttpRouting, AnUnknownPathIs404AndTheConnectionGoesOn) { EXPECT_EQ(answer(get("/nothing")), not_found); }

TEST(HttpRouting, ThePrefixOfAnEndpointIsNotTheEndpoint) {
    EXPECT_EQ(answer(get("/wsx")), not_found);
    EXPECT_THAT(answer(get("/ws/x")), StartsWith("HTTP/1.1 404 "));
}

TEST(HttpRouting, TheLongestEndpointWins) {
    TransportBench bench;
    bench.endpoint("/ws/inner");
    EXPECT_THAT(bench.send(bench.connect(), upgrade("/ws/inner")), StartsWith("HTTP/1.1 101 "));
}

TEST(HttpH16, AnEscapedSpellingOfAnEndpointIsTheSameEndpoint) {
    EXPECT_THAT(answer(upgrade("/%77s")), StartsWith("HTTP/1.1 101 "));
    EXPECT_THAT(answer(upgrade("/%77s", "Origin: http://evil\r\n")), StartsWith("HTTP/1.1 403 "));
    for (const char* other : {"/WS", "/ws;x", "//ws", "/ws/"})
        EXPECT_THAT(answer(upgrade(other)), StartsWith("HTTP/1.1 404 ")) << other;
}

TEST(HttpH16, NoEscapesInTheEndpointsPartOfASockjsPath) {
    EXPECT_THAT(answer(get("/%73ockjs/info")), StartsWith("HTTP/1.1 404 "));
}

TEST(HttpH20, GetWithoutUpgradeOnAWebSocketEndpointIs400) {
    EXPECT_THAT(answer(get("/ws")), StartsWith("HTTP/1.1 400 "));
}

TEST(HttpH20, PostOnAWebSocketEndpointIs405WithAllow) {
    const std::string said = answer(post("/ws"));
    EXPECT_THAT(said, StartsWith("HTTP/1.1 405 "));
    EXPECT_EQ(field(said, "Allow"), "GET");
}

TEST(HttpH24, AnotherVersionIs426WithTheVersion) {
    const std::string said =
        answer(get("/ws",
                   "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
    EXPECT_THAT(said, StartsWith("HTTP/1.1 426 "));
    EXPECT_EQ(field(said, "Sec-WebSocket-Version"), "13");
}

TEST(HttpH25, AMissingKeyIs400) {
    EXPECT_THAT(
        answer(get("/ws", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n")),
        StartsWith("HTTP/1.1 400 "));
}

TEST(HttpH17, ARefusedUpgradeEndsTheConnectionSoThatNothingBehindItIsHttp) {
    for (const char* target : {"/nothing", "/ws/x", "/sockjs/info"}) {
        const std::string said = answer(upgrade(target) + get("/ws"));
        EXPECT_THAT(said, testing::EndsWith("|closed")) << target;
        EXPECT_THAT(said, HasSubstr("Connection: close")) << target;
        EXPECT_EQ(said.find("HTTP/1.1", 1), std::string::npos) << target;
    }
}

TEST(HttpH1, AmbiguousFramingIs400AndTheEnd) {
    const std::string said =
        answer("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
    EXPECT_THAT(said, StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(said, testing::EndsWith("|closed"));
}

TEST(HttpKeepAlive, PipelinedRequestsAreAnsweredInOrder) {
    const std::string said = answer(get("/sockjs/") + get("/nothing") + get("/sockjs"));
    const std::size_t first = said.find("Welcome"), second = said.find("Not found"),
                      third = said.rfind("Welcome");
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
    EXPECT_EQ(said.find("|closed"), std::string::npos);
}

TEST(HttpKeepAlive, ConnectionCloseEndsItBehindTheAnswer) {
    const std::string said = answer(get("/nothing", "Connection: close\r\n") + get("/sockjs"));
    EXPECT_THAT(said, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(said, testing::EndsWith("Not found\n|closed"));
}

TEST(HttpKeepAlive, Http1_0EndsUnlessItAsksToGoOn) {
    EXPECT_THAT(answer("GET /nothing HTTP/1.0\r\n\r\n"), testing::EndsWith("|closed"));
    EXPECT_THAT(answer("GET /nothing HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
                HasSubstr("Connection: keep-alive"));
}

TEST(HttpHead, IsAnsweredWithoutABody) {
    const std::string said = answer(
        "HEAD /sockjs HTTP/1.1\r\nHost: x\r\n\r\n"
        "HEAD /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(said, StartsWith("HTTP/1.1 200 OK"));
    EXPECT_THAT(said, HasSubstr("Content-Length: 19\r\n\r\nHTTP/1.1 404 "));
    EXPECT_EQ(said.find("Welcome"), std::string::npos);
    EXPECT_EQ(said.find("Not found\n"), std::string::npos);
}

TEST(HttpT3, AHeadNotWholeIn10SecondsIs408) {
    TransportBench bench;
    auto& link = bench.connect();
    bench.send(link, "GET / HTTP/1.1\r\n");
    bench.advance(9s);
    bench.send(link, "Host: x\r\n");
    EXPECT_FALSE(link.pipe->is_closed());
    bench.advance(1s);
    EXPECT_THAT(link.pipe->take_output(), StartsWith("HTTP/1.1 408 "));
    EXPECT_TRUE(link.pipe->is_closed());
}

/// A request whose body arrives slowly, chunked or not.
struct SlowBody {
    explicit SlowBody(std::string_view framing) {
        bench.send(link, "POST /x HTTP/1.1\r\nHost: x\r\n" + std::string(framing) + "\r\n\r\n");
    }
    std::string after(base::Duration time, std::string_view bytes = "") {
        bench.advance(time);
        return link.pipe->take_output() + bench.send(link, bytes);
    }
    TransportBench bench;
    TransportBench::Link& link = bench.connect();
};

TEST(HttpS20, ABodyBelow500BytesASecondAfter10SecondsIs408) {
    for (const char* framing : {"Content-Length: 100000", "Transfer-Encoding: chunked"}) {
        SlowBody body(framing);
        const bool chunked = std::string_view(framing).starts_with("T");
        for (int second = 1; second < 10; ++second)
            EXPECT_EQ(body.after(1s, chunked ? "1\r\nx\r\n" : "x"), "") << second;
        EXPECT_THAT(body.after(1s), StartsWith("HTTP/1.1 408 ")) << framing;
        EXPECT_TRUE(body.link.pipe->is_closed());
    }
}

TEST(HttpS20, ABodyThatKeepsUpItsRateMayTakeLonger) {
    SlowBody body("Content-Length: 100000");
    for (int second = 0; second < 100; ++second) EXPECT_EQ(body.after(1s, std::string(600, 'x')), "");
    EXPECT_EQ(body.after(20s - 1ms), "") << "what came faster counts for later";
    EXPECT_THAT(body.after(1ms), StartsWith("HTTP/1.1 408 "));
}

TEST(HttpS20, FramingIsNoBody) {
    SlowBody body("Transfer-Encoding: chunked");
    EXPECT_EQ(body.after(9s, "1;" + std::string(1000, 'x') + "\r\nx\r\n"), "");
    EXPECT_THAT(body.after(1s), StartsWith("HTTP/1.1 408 "));
}

TEST(HttpS20, ABodysTimeBeginsBehindItsHead) {
    TransportBench bench;
    auto& link = bench.connect();
    bench.send(link, "POST /x HTTP/1.1\r\n");
    bench.advance(9s);
    bench.send(link, "Host: x\r\nContent-Length: 2\r\n\r\nx");
    bench.advance(9s);
    EXPECT_THAT(bench.send(link, "x"), StartsWith("HTTP/1.1 404 "));
}

TEST(HttpT3, ABodyNotWholeIn10SecondsIs408) {
    TransportBench bench;
    auto& link = bench.connect();
    bench.send(link, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n123");
    bench.advance(10s);
    EXPECT_THAT(link.pipe->take_output(), StartsWith("HTTP/1.1 408 "));
}

TEST(HttpT3, TheTimeOfTheNextRequestBeginsWithItsFirstByte) {
    TransportBench bench;
    auto& link = bench.connect();
    bench.send(link, get("/nothing"));
    bench.advance(20s);
    bench.send(link, "GET");
    bench.advance(9s);
    EXPECT_FALSE(link.pipe->is_closed());
    bench.advance(1s);
    EXPECT_THAT(link.pipe->take_output(), StartsWith("HTTP/1.1 408 "));
}

TEST(HttpT2, AConnectionThatSendsNothingIsClosedAfter10Seconds) {
    TransportBench bench;
    auto& link = bench.connect();
    bench.advance(10s);
    EXPECT_TRUE(link.pipe->is_closed());
    EXPECT_EQ(link.pipe->take_output(), "");
}

TEST(HttpKeepAlive, AnIdleConnectionIsClosedAfter30Seconds) {
    TransportBench bench;
    auto& link = bench.connect();
    bench.send(link, get("/nothing"));
    bench.advance(30s - 1ms);
    EXPECT_FALSE(link.pipe->is_closed());
    bench.advance(1ms);
    EXPECT_TRUE(link.pipe->is_closed());
}

TEST(HttpKeepAlive, AnIdleConnectionIsClosedAfter30SecondsBehindAPollToo) {
    TransportBench bench;
    auto& link = bench.connect();
    bench.send(link, post("/sockjs/000/session1/xhr"));
    bench.advance(30s - 1ms);
    EXPECT_FALSE(link.pipe->is_closed());
    bench.advance(1ms);
    EXPECT_TRUE(link.pipe->is_closed());
}

TEST(HttpT3, ASlowRequestBehindAPollHas10SecondsAndNoMore) {
    TransportBench bench;
    auto& link = bench.connect();
    bench.send(link, post("/sockjs/000/session1/xhr") + "GET");
    bench.advance(10s);
    EXPECT_THAT(link.pipe->take_output(), StartsWith("HTTP/1.1 408 "));
}

TEST(HttpS7, AForeignOriginIs403BeforeASessionExists) {
    TransportBench bench;
    auto& link = bench.connect();
    EXPECT_THAT(bench.send(link, upgrade("/ws", "Origin: http://evil\r\n")), StartsWith("HTTP/1.1 403 "));
    EXPECT_TRUE(link.pipe->is_closed());
    EXPECT_TRUE(bench.notes.events.empty());
}

TEST(HttpS7, TheSameOriginMayOpenASession) {
    EXPECT_THAT(answer(upgrade("/ws", "Origin: http://x\r\n")), StartsWith("HTTP/1.1 101 "));
}

TEST(HttpS8, TwoOriginsAre403) {
    EXPECT_THAT(answer(upgrade("/ws", "Origin: http://x\r\nOrigin: http://x\r\n")),
                StartsWith("HTTP/1.1 403 "));
}

TEST(HttpUpgrade, TheFirstOfferedSubprotocolTheServerPrefersIsAgreed) {
    TransportBench bench;
    const std::string said =
        bench.send(bench.connect(), upgrade("/ws?q=1", "Sec-WebSocket-Protocol: v0, v1, v2\r\n"));
    EXPECT_EQ(field(said, "Sec-WebSocket-Protocol"), "v2");
    EXPECT_EQ(bench.notes.handshake.subprotocol, "v2");
    EXPECT_EQ(bench.notes.handshake.uri, "/ws?q=1");
    EXPECT_EQ(bench.notes.handshake.remote_address, "127.0.0.1:50000");
}

TEST(HttpUpgrade, ASubprotocolNobodyKnowsIsNotAgreed) {
    const std::string said = answer(upgrade("/ws", "Sec-WebSocket-Protocol: v0\r\n"));
    EXPECT_THAT(said, StartsWith("HTTP/1.1 101 "));
    EXPECT_EQ(field(said, "Sec-WebSocket-Protocol"), std::nullopt);
}

TEST(HttpShutDown, AnIdleConnectionIsClosed) {
    TransportBench bench;
    auto& link = bench.connect();
    link.protocol->shut_down();
    EXPECT_TRUE(link.pipe->is_closed());
}

TEST(HttpPipelining, MoreThan64KiBBehindAnOpenPollIsTheEnd) {
    TransportBench bench;
    auto& link = bench.connect();
    bench.send(link, post("/sockjs/000/session1/xhr"));
    bench.send(link, post("/sockjs/000/session1/xhr"));
    for (int i = 0; i < 64; ++i) bench.send(link, std::string(1024, 'x'));
    EXPECT_FALSE(link.pipe->is_closed());
    bench.send(link, "x");
    EXPECT_TRUE(link.pipe->is_aborted());
}

TEST(HttpPipelining, ARequestBehindAnOpenPollIsAnsweredAfterIt) {
    TransportBench bench;
    auto& link = bench.connect();
    bench.send(link, post("/sockjs/000/session1/xhr"));
    EXPECT_EQ(bench.send(link, post("/sockjs/000/session1/xhr") + get("/nothing")), "");
    bench.notes.send("hi");
    bench.end_turn();
    EXPECT_EQ(body_of(link.pipe->take_output()), "a[\"hi\"]\n");
    bench.turn();
    EXPECT_EQ(link.pipe->take_output(), not_found);
}

TEST(HttpPipelining, EightRequestsMayWaitBehindAnOpenPollAndNoMore) {
    for (const bool at_once : {false, true}) {
        TransportBench bench;
        auto& link = bench.connect();
        bench.send(link, post("/sockjs/000/session1/xhr"));
        std::string eight;
        for (int i = 0; i < 8; ++i) eight += i % 2 == 0 ? get("/sockjs") : post("/x", "a body");
        if (at_once) bench.send(link, post("/sockjs/000/session1/xhr") + eight);
        else
            for (const char c : post("/sockjs/000/session1/xhr") + eight) bench.send(link, {&c, 1});
        EXPECT_FALSE(link.pipe->is_closed());
        bench.send(link, "GET /x HTTP/1.1\r\nHost: x\r\n\r");
        EXPECT_FALSE(link.pipe->is_closed()) << "the ninth is not whole yet";
        bench.send(link, "\n");
        EXPECT_TRUE(link.pipe->is_aborted());
    }
}

TEST(HttpPipelining, WhatIsAnsweredAtOnceDoesNotWait) {
    TransportBench bench;
    std::string requests;
    for (int i = 0; i < 100; ++i) requests += get("/sockjs");
    auto& link = bench.connect();
    bench.send(link, requests);
    EXPECT_FALSE(link.pipe->is_closed());
}

TEST(HttpPipelining, TheNextPollsWaitersAreCountedAfresh) {
    TransportBench bench;
    auto& link = bench.connect();
    bench.send(link, post("/sockjs/000/session1/xhr"));
    for (int round = 0; round < 5; ++round) {
        std::string requests = post("/sockjs/000/session1/xhr");
        for (int i = 0; i < 8; ++i) requests += get("/sockjs");
        bench.send(link, requests);
        bench.notes.send("x");
        bench.end_turn();
        bench.turn();
        ASSERT_FALSE(link.pipe->is_closed()) << round;
    }
}

TEST(HttpPipelining, ABadRequestThatWaitsIsRefusedInItsTurn) {
    TransportBench bench;
    auto& link = bench.connect();
    bench.send(link, post("/sockjs/000/session1/xhr"));
    EXPECT_EQ(bench.send(link, post("/sockjs/000/session1/xhr") + "GET / HTTP/9.9\r\n\r\n"), "");
    bench.notes.send("x");
    bench.end_turn();
    bench.turn();
    const std::string said = link.pipe->take_output();
    EXPECT_LT(said.find("a[\"x\"]"), said.find("HTTP/1.1 505 "));
    EXPECT_TRUE(link.pipe->is_closed());
}

TEST(HttpKeepAlive, The1000thAnswerOfAConnectionIsItsLast) {
    TransportBench bench;
    auto& link = bench.connect();
    for (int i = 1; i < 1'000; ++i) ASSERT_EQ(bench.send(link, get("/nothing")), not_found) << i;
    EXPECT_EQ(field(bench.send(link, get("/nothing") + get("/nothing")), "Connection"), "close");
    EXPECT_TRUE(link.pipe->is_closed());
}

TEST(HttpH14, TraceIsRefusedWhereverItGoes) {
    for (const char* target : {"/nothing", "/ws", "/sockjs/info", "/sockjs/000/session1/xhr"}) {
        const std::string said = answer("TRACE " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_THAT(said, StartsWith("HTTP/1.1 405 ")) << target;
        EXPECT_NE(field(said, "Allow"), std::nullopt);
    }
}

TEST(HttpShards, ARequestForASessionOfAnotherShardIsHandedOverWithWhatFollows) {
    TransportBench bench;
    bench.shards = 1000;
    bench.send(bench.connect(), post("/sockjs/000/session1/xhr") + "GET /x");
    ASSERT_EQ(bench.handed_over.size(), 1u);
    EXPECT_THAT(bench.handed_over[0], testing::EndsWith(" POST /sockjs/000/session1/xhr|GET /x"));
    EXPECT_TRUE(bench.notes.events.empty());
}

TEST(HttpShards, AMovedConnectionsRequestsAreCountedOn) {
    TransportBench bench;
    auto& link = bench.connect();
    http::Request request;
    request.method = "GET";
    request.target = request.path = request.raw_path = "/nothing";
    static_cast<HttpProtocol&>(*link.protocol).resume({request, {}, 998});
    link.pipe->take_output();
    EXPECT_EQ(bench.send(link, get("/nothing")), not_found);
    EXPECT_EQ(field(bench.send(link, get("/nothing")), "Connection"), "close");
}

TEST(HttpShards, AConnectionFromAnotherShardGoesOnWithItsRequest) {
    TransportBench bench;
    auto& link = bench.connect();
    http::Request request;
    request.method = "POST";
    request.target = request.path = request.raw_path = "/sockjs/000/session1/xhr";
    static_cast<HttpProtocol&>(*link.protocol).resume({request, get("/nothing"), 1});
    const std::string said = link.pipe->take_output();
    EXPECT_THAT(said, HasSubstr("\r\n\r\no\n"));
    EXPECT_THAT(said, testing::EndsWith(not_found));
    bench.advance(29s);
    EXPECT_FALSE(link.pipe->is_closed()) << "its time is that of an idle connection";
}

}  // namespace
}  // namespace stentor::transport
