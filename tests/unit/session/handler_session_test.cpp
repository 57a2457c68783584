#include "session/handler_session.hpp"

#include "fake_outlet.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace stentor::session {
namespace {

using testing::ElementsAre;

/// The shard is where the test is, until it has ended.
class FakePort final : public Port {
public:
    explicit FakePort(HandlerSessions& sessions) : sessions_(&sessions) {}
    HandlerSessions* here() const override { return sessions_; }
    void post(std::function<void(HandlerSessions&)> task) const override { task(*sessions_); }

private:
    HandlerSessions* sessions_;
};

struct Recorder : WebSocketHandler {
    void after_connection_established(WebSocketSession s) override {
        session = s;
        calls.push_back("opened");
        if (fails == "opened") throw std::runtime_error("oops");
    }
    void handle_text_message(WebSocketSession s, std::string_view text) override {
        calls.push_back("text " + std::string(text));
        if (fails == "text") throw 42;
        if (text == "echo") s.send_text("echoed");
        if (text == "close") {
            s.close({4000, "bye"});
            s.send_text("too late");
        }
    }
    void handle_binary_message(WebSocketSession, std::string_view bytes) override {
        calls.push_back("binary " + std::string(bytes));
    }
    void after_connection_closed(WebSocketSession s, CloseStatus status) override {
        calls.push_back("closed " + std::to_string(status.code));
        s.send_text("too late");
        if (fails == "closed") throw std::runtime_error("oops");
    }

    std::optional<WebSocketSession> session;
    std::vector<std::string> calls;
    std::string fails;
};

struct Bench {
    explicit Bench(std::shared_ptr<WebSocketHandler> handler, Framing framing = Framing::websocket)
        : outlet(framing),
          inlet(std::make_unique<HandlerSession>(
              std::move(handler), sessions, port, outlet, "id-1",
              Handshake{"/echo?x=1", {{"Cookie", "c"}}, "127.0.0.1:1", "v1", {}})) {}
    HandlerSessions sessions;
    std::shared_ptr<const Port> port = std::make_shared<FakePort>(sessions);
    FakeOutlet outlet;
    std::unique_ptr<HandlerSession> inlet;
};

TEST(HandlerSession, TurnsWhatArrivesIntoTheHandlersCalls) {
    const auto handler = std::make_shared<Recorder>();
    Bench bench(handler);
    bench.inlet->opened();
    bench.inlet->text("a");
    bench.inlet->binary("b");
    bench.inlet->closed({1000, ""});
    EXPECT_THAT(handler->calls, ElementsAre("opened", "text a", "binary b", "closed 1000"));
}

TEST(HandlerSession, TheHandleKnowsTheHandshake) {
    const auto handler = std::make_shared<Recorder>();
    Bench bench(handler);
    bench.inlet->opened();
    const WebSocketSession& session = *handler->session;
    EXPECT_EQ(session.id(), "id-1");
    EXPECT_EQ(session.handshake().uri, "/echo?x=1");
    EXPECT_EQ(session.handshake().subprotocol, "v1");
    EXPECT_EQ(session.handshake().header("cookie"), "c");
    EXPECT_EQ(session.handshake().header("cookies"), std::nullopt);
}

TEST(HandlerSession, AttributesLastAsLongAsTheSession) {
    const auto handler = std::make_shared<Recorder>();
    Bench bench(handler);
    bench.inlet->opened();
    handler->session->attributes().set("n", 7);
    EXPECT_EQ(*WebSocketSession(*handler->session).attributes().get<int>("n"), 7);
}

TEST(HandlerSession, WhoHasNoPlaceLeftDoesNotReachTheHandler) {
    const auto handler = std::make_shared<Recorder>();
    Bench bench(handler);
    bench.inlet->occupy(nullptr);
    bench.inlet->opened();
    EXPECT_EQ(bench.outlet.closed, CloseStatus(1008, "The user has too many sessions"));
    bench.inlet->closed({1008, ""});
    EXPECT_TRUE(handler->calls.empty());
}

TEST(HandlerSession, IsEndedOnce) {
    Bench bench(std::make_shared<Recorder>());
    bench.inlet->opened();
    EXPECT_TRUE(bench.inlet->end({4001, "out"}));
    EXPECT_FALSE(bench.inlet->end({4001, "out"}));
    EXPECT_EQ(bench.outlet.closed, CloseStatus(4001, "out"));
}

TEST(HandlerSession, ItsPlaceIsFreeWhenItHasEnded) {
    const auto place = std::make_shared<int>();
    Bench bench(std::make_shared<Recorder>());
    bench.inlet->occupy(place);
    bench.inlet->opened();
    EXPECT_EQ(place.use_count(), 2);
    bench.inlet->closed({1000, ""});
    EXPECT_EQ(place.use_count(), 1);
}

TEST(WebSocketSessionHandle, SendsTextAndBinary) {
    const auto handler = std::make_shared<Recorder>();
    Bench bench(handler);
    bench.inlet->opened();
    handler->session->send_text("hi");
    handler->session->send_binary("\xff");
    EXPECT_EQ(bench.outlet.bytes(), "\x81\x02hi\x82\x01\xff");
}

TEST(WebSocketSessionHandle, CopiesAreTheSameSession) {
    const auto first = std::make_shared<Recorder>();
    Bench bench(first);
    bench.inlet->opened();
    const WebSocketSession copy = *first->session;
    EXPECT_EQ(copy, *first->session);
    const auto second = std::make_shared<Recorder>();
    Bench other(second);
    other.inlet->opened();
    EXPECT_FALSE(copy == *second->session);
}

TEST(WebSocketSessionHandle, DoesNothingAfterTheSessionsEnd) {
    const auto handler = std::make_shared<Recorder>();
    Bench bench(handler);
    bench.inlet->opened();
    bench.inlet->closed({1001, ""});
    handler->session->send_text("hi");
    handler->session->close({1000, ""});
    EXPECT_EQ(bench.outlet.bytes(), "");
    EXPECT_FALSE(bench.outlet.closed);
}

TEST(WebSocketSessionHandle, DoesNotDangleWhenTheSessionIsDestroyed) {
    const auto handler = std::make_shared<Recorder>();
    Bench bench(handler);
    bench.inlet->opened();
    bench.inlet.reset();
    handler->session->send_text("hi");
    EXPECT_EQ(handler->session->id(), "id-1");
    EXPECT_EQ(bench.outlet.bytes(), "");
}

TEST(HandlerSession, MayAnswerAndCloseInsideACall) {
    const auto handler = std::make_shared<Recorder>();
    Bench bench(handler);
    bench.inlet->text("echo");
    EXPECT_EQ(bench.outlet.bytes(),
              "\x81\x06"
              "echoed");
    bench.inlet->text("close");
    EXPECT_EQ(bench.outlet.closed, (CloseStatus{4000, "bye"}));
    EXPECT_EQ(bench.outlet.frames.size(), 1u);
}

TEST(StompA42, AHandlerThatThrowsEndsItsSessionWith1011) {
    for (const std::string where : {"opened", "text"}) {
        const auto handler = std::make_shared<Recorder>();
        handler->fails = where;
        Bench bench(handler);
        bench.inlet->opened();
        bench.inlet->text("a");
        ASSERT_TRUE(bench.outlet.closed) << where;
        EXPECT_EQ(bench.outlet.closed->code, 1011) << where;
    }
}

TEST(StompA42, AHandlerThatThrowsWhenItsSessionHasEndedTouchesNoOutlet) {
    const auto handler = std::make_shared<Recorder>();
    handler->fails = "closed";
    Bench bench(handler);
    bench.inlet->opened();
    bench.inlet->closed({1000, ""});
    EXPECT_FALSE(bench.outlet.closed);
}

TEST(TextWebSocketHandlerTest, EndsTheSessionOnBinaryWith1003) {
    Bench bench(std::make_shared<TextWebSocketHandler>());
    bench.inlet->text("fine");
    EXPECT_FALSE(bench.outlet.closed);
    bench.inlet->binary("x");
    EXPECT_EQ(bench.outlet.closed, (CloseStatus{1003, "Binary messages not supported"}));
}

TEST(BinaryWebSocketHandlerTest, EndsTheSessionOnTextWith1003) {
    Bench bench(std::make_shared<BinaryWebSocketHandler>());
    bench.inlet->binary("fine");
    EXPECT_FALSE(bench.outlet.closed);
    bench.inlet->text("x");
    EXPECT_EQ(bench.outlet.closed, (CloseStatus{1003, "Text messages not supported"}));
}

TEST(HandlerSession, BinaryOverSockjsEndsTheSessionWith1003) {
    const auto handler = std::make_shared<Recorder>();
    Bench bench(handler, Framing::sockjs_quoted);
    bench.inlet->opened();
    handler->session->send_binary("x");
    ASSERT_TRUE(bench.outlet.closed);
    EXPECT_EQ(bench.outlet.closed->code, 1003);
}

}  // namespace
}  // namespace stentor::session
