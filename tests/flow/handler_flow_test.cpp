#include "flow_test.hpp"
#include "testing/client_frames.hpp"

#include <atomic>
#include <mutex>
#include <stdexcept>

namespace stentor::test {
namespace {

/// Answers each, and everybody when told so. Its calls come from several threads.
class Room final : public TextWebSocketHandler {
public:
    void after_connection_established(WebSocketSession session) override {
        sessions.insert(session);
        ++opened;
    }
    void handle_text_message(WebSocketSession session, std::string_view text) override {
        if (text == "throw") throw std::runtime_error("oops");
        if (text == "close") return session.close({4000, "bye"});
        if (text == "leave") return sessions.erase(session);
        if (text.starts_with("all ")) return sessions.broadcast(text.substr(4));
        session.send_text("you said " + std::string(text));
    }
    void after_connection_closed(WebSocketSession session, CloseStatus status) override {
        session.send_text("too late");
        sessions.broadcast("somebody left");
        last_code = status.code;
        ++closed;
    }
    SessionSet sessions;
    std::atomic<int> opened = 0;
    std::atomic<int> closed = 0;
    std::atomic<int> last_code = 0;
};

class Bytes final : public BinaryWebSocketHandler {
    void handle_binary_message(WebSocketSession session, std::string_view bytes) override {
        session.send_binary(bytes);
    }
};

constexpr Transport handler_transports[] = {Transport::websocket, Transport::raw_websocket,
                                            Transport::sockjs_websocket, Transport::xhr_streaming,
                                            Transport::xhr};

class HandlerFlow : public FlowTest {
protected:
    void SetUp() override {
        app().add_handler("/room", room).with_sockjs();
        app().add_handler("/bytes", std::make_shared<Bytes>());
        app()
            .add_handler("/listed", std::make_shared<Room>())
            .set_allowed_origins({"https://app.example.com"});
        app()
            .add_handler("/pattern", std::make_shared<Room>())
            .set_allowed_origin_patterns({"https://*.example.com"});
        app().add_handler("/open", std::make_shared<Room>()).set_allowed_origins({"*"}).with_sockjs();
        stage->config.websocket.close_timeout = 300ms;
        stage->start();
    }
    Carrier& carrier(Transport transport, const std::string& path = "/room") {
        return *carriers.emplace_back(open_carrier(*stage, transport, path));
    }
    /// Waits until that much text has come, and takes it.
    std::string hear(Carrier& from, std::size_t messages = 1) {
        EXPECT_TRUE(until([&] {
            from.update();
            return from.messages >= messages;
        })) << from.received;
        from.messages = 0;
        return std::exchange(from.received, {});
    }
    int status_of(const std::string& path, const std::string& origin) {
        return ask_once(upgrade_request(path, "Origin: " + origin + "\r\n")).status;
    }
    std::shared_ptr<Room> room = std::make_shared<Room>();
    std::vector<std::unique_ptr<Carrier>> carriers;
};
INSTANTIATE_TEST_SUITE_P(On, HandlerFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(HandlerFlow, AnswersOverEveryTransport) {
    for (const Transport transport : handler_transports) {
        SCOPED_TRACE(name_of(transport));
        Carrier& own = carrier(transport);
        own.send("hi");
        EXPECT_EQ(hear(own), "you said hi");
    }
    EXPECT_EQ(room->opened, 5);
}

TEST_P(HandlerFlow, ABroadcastReachesSessionsOfEveryShardAndTransport) {
    for (int i = 0; i < 10; ++i) carrier(handler_transports[i % 5]);
    carriers[0]->send("all hello");
    for (auto& own : carriers) EXPECT_EQ(hear(*own), "hello");
}

TEST_P(HandlerFlow, ABroadcastFromAnyThreadReachesThemToo) {
    for (int i = 0; i < 10; ++i) carrier(handler_transports[i % 5]);
    Stage::on_another_thread([&] {
        room->sessions.broadcast("1");
        room->sessions.broadcast("2");
    });
    for (auto& own : carriers) EXPECT_EQ(hear(*own, 2), "12");
}

TEST_P(HandlerFlow, WhoLeftTheSetHearsNoMore) {
    Carrier& leaver = carrier(Transport::websocket);
    Carrier& other = carrier(Transport::websocket);
    leaver.send("leave");
    leaver.send("x");
    EXPECT_EQ(hear(leaver), "you said x");
    other.send("all hello");
    EXPECT_EQ(hear(other), "hello");
    leaver.send("y");
    EXPECT_EQ(hear(leaver), "you said y");
}

TEST_P(HandlerFlow, ASessionThatClosesItselfInAMessageIsToldOnce) {
    for (const Transport transport : handler_transports) {
        SCOPED_TRACE(name_of(transport));
        Carrier& own = carrier(transport);
        const int before = room->closed;
        own.send("close");
        EXPECT_TRUE(until([&] {
            own.update();
            return own.close_code.has_value() && room->closed == before + 1;
        }));
        EXPECT_EQ(own.close_code, 4000);
        EXPECT_EQ(room->last_code, 4000);
        EXPECT_EQ(own.received.find("too late"), std::string::npos);
    }
}

TEST_P(HandlerFlow, AHandlerThatThrowsEndsThatSessionAlone) {
    for (const Transport transport : handler_transports) {
        SCOPED_TRACE(name_of(transport));
        Carrier& other = carrier(Transport::websocket);
        Carrier& own = carrier(transport);
        own.send("throw");
        EXPECT_TRUE(until([&] {
            own.update();
            return own.close_code.has_value();
        }));
        EXPECT_EQ(own.close_code, 1011);
        EXPECT_THAT(hear(other), HasSubstr("somebody left"));
        other.send("hi");
        EXPECT_THAT(hear(other), HasSubstr("you said hi"));
    }
}

TEST_P(HandlerFlow, WhoVanishesIsMissedByTheOthers) {
    for (const Transport transport : handler_transports) {
        SCOPED_TRACE(name_of(transport));
        Carrier& stays = carrier(Transport::websocket);
        carrier(transport);
        const int before = room->closed;
        carriers.pop_back();
        EXPECT_TRUE(until([&] { return room->closed == before + 1; }));
        EXPECT_THAT(hear(stays), HasSubstr("somebody left"));
        carriers.clear();
        EXPECT_TRUE(until([&] { return room->closed == before + 2; }));
    }
}

TEST_P(HandlerFlow, BinaryOnATextEndpointIs1003) {
    const auto stream = stage->connect(Speaks::http);
    EXPECT_EQ(ask(*stage, *stream, upgrade_request("/room")).status, 101);
    stream->send(masked_frame(2, "x"));
    std::optional<ServerFrame> frame;
    EXPECT_TRUE(until([&] {
        stream->receive();
        frame = take_server_frame(stream->input);
        return frame.has_value();
    }));
    EXPECT_EQ(frame->opcode, 8U);
    EXPECT_EQ(frame->close_code(), 1003U);
}

TEST_P(HandlerFlow, TextOnABinaryEndpointIs1003) {
    Carrier& own = carrier(Transport::websocket, "/bytes");
    own.send("x");
    EXPECT_TRUE(until([&] {
        own.update();
        return own.close_code.has_value();
    }));
    EXPECT_EQ(own.close_code, 1003);
}

TEST_P(HandlerFlow, OriginsAreThoseOfTheEndpoint) {
    EXPECT_EQ(status_of("/room", "http://localhost"), 101);
    EXPECT_EQ(status_of("/room", "http://evil.example"), 403);
    EXPECT_EQ(status_of("/room", "null"), 403);
    EXPECT_EQ(status_of("/listed", "https://app.example.com"), 101);
    EXPECT_EQ(status_of("/listed", "http://localhost"), 101);
    EXPECT_EQ(status_of("/listed", "https://app.example.com.evil"), 403);
    EXPECT_EQ(status_of("/pattern", "https://a.example.com"), 101);
    EXPECT_EQ(status_of("/pattern", "https://evilexample.com"), 403);
    EXPECT_EQ(status_of("/open", "https://anybody"), 101);
    EXPECT_EQ(status_of("/open", "null"), 101);
}

TEST_P(HandlerFlow, SockjsRequestsKeepToTheEndpointsOriginsToo) {
    const auto status = [&](const char* target) {
        return ask_once(http_request("POST", target, "Origin: https://evil\r\n")).status;
    };
    EXPECT_EQ(status("/room/000/origins-1/xhr"), 403);
    EXPECT_EQ(status("/room/000/origins-1/xhr_send"), 403);
    EXPECT_EQ(status("/open/000/origins-1/xhr"), 200);
}

TEST_P(HandlerFlow, AConnectionServesSessionsOfAllShardsOneAfterTheOther) {
    const auto stream = stage->connect(Speaks::http);
    for (int i = 0; i < 30; ++i) {
        const std::string base = "/room/000/moving-" + std::to_string(i);
        EXPECT_EQ(ask(*stage, *stream, http_request("POST", base + "/xhr")).body, "o\n");
        EXPECT_EQ(ask(*stage, *stream, http_request("POST", base + "/xhr_send", {}, R"(["hi"])")).status,
                  204);
        EXPECT_EQ(ask(*stage, *stream, http_request("POST", base + "/xhr")).body, "a[\"you said hi\"]\n");
    }
}

TEST_P(HandlerFlow, PipelinedRequestsForSessionsOfSeveralShardsAreAnsweredInOrder) {
    const auto stream = stage->connect(Speaks::http);
    std::string requests;
    for (int i = 0; i < 20; ++i)
        requests += http_request("POST", "/room/000/piped-" + std::to_string(100 + i) + "/xhr");
    requests += http_request("GET", "/room");
    stream->send(requests);
    HttpReader reader;
    for (int i = 0; i < 21; ++i) {
        reader.reset();
        ASSERT_TRUE(until([&] {
            stream->receive();
            reader.read(stream->input);
            return reader.complete;
        })) << i;
        EXPECT_EQ(reader.body, i < 20 ? "o\n" : "Welcome to SockJS!\n");
    }
}

TEST_P(HandlerFlow, WhoeverStopsTheApplicationLeavesEverySessionClosed) {
    for (int i = 0; i < 10; ++i) carrier(handler_transports[i % 5]);
    stage->stop([&] {
        for (auto& own : carriers) own->update();
    });
    EXPECT_EQ(room->closed, 10);
    room->sessions.broadcast("to nobody");
}

}  // namespace
}  // namespace stentor::test
