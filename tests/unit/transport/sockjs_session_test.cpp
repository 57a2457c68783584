#include "sockjs_client.hpp"
#include "support/cuts.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace stentor::transport {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using Client = SockjsClient;

TEST(SockjsXhr, TheFirstRequestOpensTheSession) {
    Client client;
    const std::string said = client.request(post(xhr));
    EXPECT_THAT(said, StartsWith("HTTP/1.1 200 OK"));
    EXPECT_EQ(field(said, "Content-Type"), "application/javascript; charset=UTF-8");
    EXPECT_EQ(field(said, "Cache-Control"), not_cached);
    EXPECT_EQ(body_of(said), "o\n");
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened"));
    EXPECT_EQ(client.bench.notes.handshake.uri, xhr);
}

TEST(SockjsXhr, MessagesOfOneTurnLeaveInOneFrame) {
    Client client;
    client.open();
    auto& poll = client.receive(xhr);
    client.bench.notes.send("a");
    client.bench.notes.send("\"b\"");
    client.bench.end_turn();
    EXPECT_EQ(body_of(poll.pipe->take_output()), R"(a["a","\"b\""])"
                                                 "\n");
}

TEST(SockjsXhr, WhatWasSentBetweenTwoPollsWaits) {
    Client client;
    client.open();
    client.bench.notes.send("a");
    client.bench.end_turn();
    client.bench.notes.send("b");
    client.bench.end_turn();
    EXPECT_EQ(body_of(client.request(post(xhr))), R"(a["a","b"])"
                                                  "\n");
}

TEST(SockjsXhrSend, BringsMessages) {
    Client client;
    client.open();
    const std::string said = client.request(post(xhr_send, R"(["a","b"])", "Content-Type: text/xml\r\n"));
    EXPECT_THAT(said, StartsWith("HTTP/1.1 204 "));
    EXPECT_EQ(field(said, "Content-Type"), "text/plain; charset=UTF-8");
    EXPECT_EQ(field(said, "Cache-Control"), not_cached);
    EXPECT_EQ(body_of(said), "");
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "text a", "text b"));
}

TEST(SockjsXhrSend, AnEmptyArrayIsFine) {
    Client client;
    client.open();
    EXPECT_THAT(client.request(post(xhr_send, "[]")), StartsWith("HTTP/1.1 204 "));
}

TEST(SockjsXhrSend, AnUnknownSessionIs404) {
    Client client;
    EXPECT_THAT(client.request(post(xhr_send, R"(["x"])")), StartsWith("HTTP/1.1 404 "));
    EXPECT_EQ(client.bench.sockjs.size(), 0u);
}

TEST(SockjsS19, WhatIsNoArrayOfStringsIs500AndTheSessionSurvives) {
    Client client;
    client.open();
    EXPECT_EQ(body_of(client.request(post(xhr_send))), "Payload expected.");
    for (const char* body : {"[\"x", "{}", "1", "[1]", "[[\"x\"]]", "\"x\"", "[\"\xff\"]"}) {
        const std::string said = client.request(post(xhr_send, body));
        EXPECT_THAT(said, StartsWith("HTTP/1.1 500 ")) << body;
        EXPECT_EQ(body_of(said), "Broken JSON encoding.") << body;
    }
    EXPECT_THAT(client.request(post(xhr_send, R"(["x"])")), StartsWith("HTTP/1.1 204 "));
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "text x"));
}

TEST(SockjsXhrSend, TheSameForEveryCut) {
    const std::string request = post(xhr_send, R"(["a","b"])");
    const std::string said = test::same_for_every_cut(request, [](test::Pieces pieces) {
        Client client;
        client.open();
        auto& link = client.bench.connect();
        std::string all;
        for (const std::string_view piece : pieces) all += client.bench.send(link, piece);
        for (const std::string& event : client.bench.notes.events) all += "|" + event;
        return all;
    });
    EXPECT_THAT(said, EndsWith("|opened|text a|text b"));
}

TEST(SockjsXhrStreaming, BeginsWithPaddingAndTheOpenFrame) {
    Client client;
    const std::string said = client.request(post(xhr_streaming));
    EXPECT_EQ(field(said, "Content-Type"), "application/javascript; charset=UTF-8");
    EXPECT_EQ(field(said, "Transfer-Encoding"), "chunked");
    EXPECT_EQ(field(said, "Content-Length"), std::nullopt);
    EXPECT_THAT(chunks_of(said), ElementsAre(prelude, "o\n"));
}

TEST(SockjsXhrStreaming, FramesFollowEachOther) {
    Client client;
    auto& stream = client.receive(xhr_streaming);
    for (const char* text : {"a", "b"}) {
        client.bench.notes.send(text);
        client.bench.end_turn();
    }
    EXPECT_THAT(chunks_of(stream.pipe->take_output()), ElementsAre("a[\"a\"]\n", "a[\"b\"]\n"));
}

TEST(SockjsXhrStreaming, EndsWithThe31stMessageOf128CharactersAtALimitOf4096) {
    Client client;
    client.bench.sockjs_settings().stream_limit = 4096;
    auto& stream = client.receive(xhr_streaming);
    std::vector<std::string> chunks;
    int messages = 0;
    while (chunks.empty() || chunks.back() != "<end>") {
        ASSERT_LT(messages, 100);
        client.bench.notes.send(std::string(128, 'x'));
        client.bench.end_turn();
        chunks = chunks_of(stream.pipe->take_output());
        ++messages;
    }
    EXPECT_EQ(messages, 31);
    EXPECT_FALSE(stream.pipe->is_closed()) << "the connection may be used again";
    EXPECT_THAT(chunks_of(client.bench.send(stream, post(xhr_streaming))), ElementsAre(prelude))
        << "no second o";
}

TEST(SockjsXhrStreaming, OverHttp1_0TheEndOfTheConnectionIsTheEnd) {
    Client client;
    auto& link = client.bench.connect();
    std::string said =
        client.bench.send(link, "POST " + std::string(xhr_streaming) +
                                    " HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(field(said, "Transfer-Encoding"), std::nullopt);
    EXPECT_EQ(body_of(said), prelude + "o\n");
    client.bench.notes.outlet->close({3000, "Go away!"});
    client.bench.end_turn();
    EXPECT_EQ(link.pipe->take_output(), "c[3000,\"Go away!\"]\n");
    EXPECT_TRUE(link.pipe->is_closed());
}

TEST(SockjsS17, ASecondReceiverIsTurnedAwayAndTheFirstGoesOn) {
    Client client;
    auto& poll = client.open_and_receive(xhr);
    EXPECT_EQ(body_of(client.request(post(xhr))), "c[2010,\"Another connection still open\"]\n");
    client.bench.notes.send("x");
    client.bench.end_turn();
    EXPECT_THAT(poll.pipe->take_output(), HasSubstr("a[\"x\"]\n"));
}

TEST(SockjsS17, ASecondStreamIsTurnedAwayAndTheFirstGoesOn) {
    Client client;
    auto& stream = client.open_and_receive(xhr_streaming);
    EXPECT_THAT(chunks_of(client.request(post(xhr_streaming))),
                ElementsAre(prelude, "c[2010,\"Another connection still open\"]\n", "<end>"));
    client.bench.notes.send("x");
    client.bench.end_turn();
    EXPECT_THAT(chunks_of(stream.pipe->take_output()), ElementsAre("a[\"x\"]\n"));
}

TEST(SockjsS27, ASessionIsReceivedByTheTransportThatOpenedItAlone) {
    Client client;
    client.open();
    for (const std::string& request : {post(xhr_streaming), get("/sockjs/000/session1/eventsource")})
        EXPECT_EQ(client.request(request), client.request(post("/sockjs/000/session2/xhr_send", "[]")))
            << "as if there were no such session";
    client.receive(xhr);
    EXPECT_THAT(client.request(post(xhr_streaming)), StartsWith("HTTP/1.1 404 "));
}

TEST(SockjsClose, EveryReceiverGetsTheSameCloseFrameUntilTheSessionIsForgotten) {
    Client client;
    client.open();
    client.bench.notes.outlet->close({3000, "Go away!"});
    client.bench.end_turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "closed 3000"));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(body_of(client.request(post(xhr))), "c[3000,\"Go away!\"]\n");
    EXPECT_THAT(client.request(post(xhr_send, R"(["x"])")), StartsWith("HTTP/1.1 404 "));
    client.bench.advance(5s);
    EXPECT_EQ(body_of(client.request(post(xhr))), "o\n");
}

TEST(SockjsClose, WhatWasSentBeforeComesFirst) {
    Client client;
    client.open();
    client.bench.notes.send("last words");
    client.bench.notes.outlet->close({3000, "Go away!"});
    client.bench.end_turn();
    EXPECT_EQ(body_of(client.request(post(xhr))), "a[\"last words\"]\n");
    EXPECT_EQ(body_of(client.request(post(xhr))), "c[3000,\"Go away!\"]\n");
}

TEST(SockjsClose, AStreamEndsWithTheCloseFrame) {
    Client client;
    auto& stream = client.receive(xhr_streaming);
    client.bench.notes.send("last words");
    client.bench.notes.outlet->close({3000, "Go away!"});
    client.bench.end_turn();
    EXPECT_THAT(chunks_of(stream.pipe->take_output()),
                ElementsAre("a[\"last words\"]\n", "c[3000,\"Go away!\"]\n", "<end>"));
}

TEST(SockjsClose, ASessionMayCloseItselfWhenItOpens) {
    Client client;
    client.bench.notes.on_opened = [](session::Outlet& outlet) { outlet.close({3000, "Go away!"}); };
    EXPECT_EQ(body_of(client.request(post(xhr))), "o\n");
    EXPECT_EQ(body_of(client.request(post(xhr))), "c[3000,\"Go away!\"]\n");
    Client streaming;
    streaming.bench.notes.on_opened = client.bench.notes.on_opened;
    EXPECT_THAT(chunks_of(streaming.request(post(xhr_streaming))),
                ElementsAre(prelude, "o\n", "c[3000,\"Go away!\"]\n", "<end>"));
}

TEST(SockjsClose, ASessionMayCloseItselfInsideAMessage) {
    Client client;
    client.open();
    client.bench.notes.on_text = [](session::Outlet& outlet, std::string_view) {
        outlet.close({3000, "Go away!"});
    };
    EXPECT_THAT(client.request(post(xhr_send, R"(["a","b"])")), StartsWith("HTTP/1.1 204 "));
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "text a", "closed 3000"));
}

TEST(SockjsS30, AReceiverThatBreaksOffEndsTheSession) {
    for (const char* transport : {xhr, xhr_streaming}) {
        Client client;
        auto& receiver = client.open_and_receive(transport);
        receiver.pipe->close();
        client.bench.turn();
        EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "closed 1002")) << transport;
        EXPECT_THAT(client.request(post(transport)), HasSubstr("c[1002,\"Connection interrupted\"]\n"))
            << transport;
    }
}

TEST(SockjsS18, ASessionWithoutReceiverIsForgottenAfter5Seconds) {
    Client client;
    client.open();
    client.bench.advance(5s - 1ms);
    EXPECT_EQ(client.bench.sockjs.size(), 1u);
    client.bench.advance(1ms);
    EXPECT_EQ(client.bench.sockjs.size(), 0u);
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "closed 1006"));
    EXPECT_THAT(client.request(post(xhr_send, R"(["x"])")), StartsWith("HTTP/1.1 404 "));
}

TEST(SockjsS18, ASessionWithAReceiverIsNotForgotten) {
    Client client;
    client.open();
    client.receive(xhr);
    client.bench.advance(20s);
    EXPECT_EQ(client.bench.sockjs.size(), 1u);
}

TEST(SockjsHeartbeat, APollIsAnsweredWithHAfter25Seconds) {
    Client client;
    client.open();
    auto& poll = client.receive(xhr);
    client.bench.advance(25s - 1ms);
    EXPECT_EQ(poll.pipe->take_output(), "");
    client.bench.advance(1ms);
    EXPECT_EQ(body_of(poll.pipe->take_output()), "h\n");
}

TEST(SockjsHeartbeat, AStreamBeatsWhileNothingElseIsSent) {
    Client client;
    auto& stream = client.receive(xhr_streaming);
    client.bench.advance(20s);
    client.bench.notes.send("x");
    client.bench.end_turn();
    client.bench.advance(20s);
    EXPECT_THAT(chunks_of(stream.pipe->take_output()), ElementsAre("a[\"x\"]\n"));
    client.bench.advance(5s);
    client.bench.advance(25s);
    EXPECT_THAT(chunks_of(stream.pipe->take_output()), ElementsAre("h\n", "h\n"));
}

TEST(SockjsS12, AnotherClientsSessionLooksLikeNone) {
    Client client;
    client.open();
    const auto from = [&](const std::string& address, const std::string& request) {
        return client.bench.send(client.bench.connect(address), request);
    };
    const std::string absent = from("10.0.0.1:1", post("/sockjs/000/session2/xhr_send", R"(["x"])"));
    EXPECT_THAT(absent, StartsWith("HTTP/1.1 404 "));
    EXPECT_EQ(from("10.0.0.1:1", post(xhr_send, R"(["x"])")), absent);
    EXPECT_EQ(from("10.0.0.1:1", post(xhr)), absent);
    EXPECT_EQ(from("10.0.0.1:1", post(xhr_streaming)), absent);
    EXPECT_THAT(from("127.0.0.1:7", post(xhr_send, R"(["x"])")), StartsWith("HTTP/1.1 204 "))
        << "another port is the same client";
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "text x"));
}

TEST(SockjsSession, AnotherEndpointsSessionOfThatIdIsAnother) {
    Client client;
    client.bench.endpoint("/other").sockjs.emplace();
    client.open();
    EXPECT_THAT(client.request(post("/other/000/session1/xhr_send", R"(["x"])")),
                StartsWith("HTTP/1.1 404 "));
}

TEST(SockjsT10, AReceiverThatDoesNotComeMayLeave512KiBWaitingAndNoMore) {
    Client client;
    client.open();
    const std::string piece(64 * 1024 - 2, 'x');
    for (int i = 0; i < 8; ++i) client.bench.notes.send(piece);
    client.bench.end_turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened"));
    client.bench.notes.send("x");
    client.bench.end_turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "closed 1013"));
    EXPECT_EQ(body_of(client.request(post(xhr))), "c[1013,\"Too many messages wait\"]\n");
}

TEST(SockjsT10, ABurstThatAReceiverTakesAtOnceIsFine) {
    Client client;
    auto& stream = client.receive(xhr_streaming);
    client.bench.sockjs_settings().stream_limit = 100'000'000;
    for (int i = 0; i < 100; ++i) client.bench.notes.send(std::string(64 * 1024, 'x'));
    client.bench.end_turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened"));
    EXPECT_FALSE(stream.pipe->is_closed());
}

TEST(SockjsShutDown, AnOpenPollIsAnsweredAndItsConnectionClosed) {
    Client client;
    client.open();
    auto& poll = client.receive(xhr);
    client.bench.sockjs.shut_down();
    poll.protocol->shut_down();
    client.bench.end_turn();
    const std::string said = poll.pipe->take_output();
    EXPECT_EQ(body_of(said), "c[3000,\"Go away!\"]\n");
    EXPECT_EQ(field(said, "Connection"), "close");
    EXPECT_TRUE(poll.pipe->is_closed());
}

TEST(SockjsShutDown, AnOpenStreamEndsAndItsConnectionIsClosed) {
    Client client;
    auto& stream = client.receive(xhr_streaming);
    client.bench.sockjs.shut_down();
    stream.protocol->shut_down();
    client.bench.end_turn();
    EXPECT_THAT(chunks_of(stream.pipe->take_output()), ElementsAre("c[3000,\"Go away!\"]\n", "<end>"));
    EXPECT_TRUE(stream.pipe->is_closed());
}

TEST(SockjsSession, EndsWithTheShardAndToldSo) {
    Notes notes;
    {
        Client client;
        client.open();
        client.receive(xhr);
        std::swap(notes.events, client.bench.notes.events);
        client.bench.notes.events.clear();
        client.bench.links.clear();
        client.bench.end_turn();
        notes.events.insert(notes.events.end(), client.bench.notes.events.begin(),
                            client.bench.notes.events.end());
    }
    EXPECT_THAT(notes.events, ElementsAre("opened", "closed 1002"));
}

TEST(SockjsSession, MessagesKeepTheirOrderOverManyReceivers) {
    for (const char* transport : {xhr, xhr_streaming}) {
        Client client;
        client.bench.sockjs_settings().stream_limit = 20;  // a stream takes two messages and ends
        std::string got;
        std::string expected;
        for (int i = 0; i < 60; ++i) {
            auto& link = client.bench.connect();
            std::string said = client.bench.send(link, post(transport));
            for (int message = 3 * i; message < 3 * i + 3; ++message) {
                client.bench.notes.send(std::to_string(message));
                client.bench.end_turn();
                expected += std::to_string(message) + " ";
            }
            said += link.pipe->take_output();
            std::size_t at = said.find("a[");
            for (; at != std::string::npos; at = said.find("a[", at + 1))
                for (const char c : said.substr(at + 2, said.find(']', at) - at - 2) + ",")
                    if (c != '"') got += c == ',' ? ' ' : c;
        }
        EXPECT_EQ(got, expected.substr(0, got.size()));
        EXPECT_GT(got.size(), expected.size() / 2);
    }
}

TEST(SockjsT10, BetweenTwoPolls1000MessagesMayWaitAndNoMore) {
    Client client;
    client.open();
    for (int i = 0; i < 1'000; ++i) client.bench.notes.send("x");
    client.bench.end_turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened"));
    client.bench.notes.send("x");
    client.bench.end_turn();
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "closed 1013"));
}

TEST(SockjsT10, ABurstOfManyMessagesThatAReceiverTakesAtOnceIsFine) {
    for (const char* transport : {xhr, xhr_streaming}) {
        Client client;
        auto& receiver = client.open_and_receive(transport);
        for (int i = 0; i < 1'000; ++i) client.bench.notes.send("x");
        client.bench.end_turn();
        EXPECT_THAT(client.bench.notes.events, ElementsAre("opened")) << transport;
        std::string said = receiver.pipe->take_output();
        if (transport == xhr) said = body_of(said);
        EXPECT_EQ(std::ranges::count(said, 'x'), 1'000) << transport;
    }
}

TEST(SockjsInput, WhatASessionLeavesForLaterIsReadBeforeTheNextMessage) {
    Client client;
    client.open();
    client.bench.notes.on_text = [&](session::Outlet&, std::string_view) { client.bench.notes.left = 2; };
    client.request(post(xhr_send, R"(["a","b"])"));
    EXPECT_THAT(client.bench.notes.events,
                ElementsAre("opened", "text a", "went on", "went on", "text b", "went on", "went on"));
}

}  // namespace
}  // namespace stentor::transport
