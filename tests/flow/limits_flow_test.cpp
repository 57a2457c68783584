#include "flow_test.hpp"
#include "testing/client_frames.hpp"

namespace stentor::test {
namespace {

class Echo final : public TextWebSocketHandler {
    void handle_text_message(WebSocketSession session, std::string_view text) override {
        session.send_text(text);
    }
};

/// Each limit of the configuration, set so low that it shows.
class LimitsFlow : public FlowTest {
protected:
    void serve() {
        app().add_handler("/echo", std::make_shared<Echo>()).with_sockjs();
        stage->start();
    }
    int status(std::string_view request) { return ask_once(request).status; }
    int open(int number) {
        return status(http_request("POST", "/echo/000/limits-" + std::to_string(number) + "/xhr"));
    }
    HttpConfig& http() { return stage->config.http; }
    SockjsConfig& sockjs() { return stage->config.sockjs; }
};
INSTANTIATE_TEST_SUITE_P(On, LimitsFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(LimitsFlow, OfTemporaryQueues) {
    stage->config.stomp.max_temp_queues = 1;
    app().add_stomp_endpoint("/ws");
    app().message_mapping("/echo", [](const std::string& text) { return text; });
    serve();
    client().send("/app/echo", "hi", "reply-to:/temp-queue/a\n");
    EXPECT_EQ(clients[0]->next().header("subscription"), "/temp-queue/a");
    clients[0]->send("/app/echo", "hi", "reply-to:/temp-queue/b\n");
    EXPECT_EQ(clients[0]->next().header("code"), "too-large");
}

TEST_P(LimitsFlow, OfARequest) {
    http().max_head = 1'000;
    http().max_header_line = 100;
    http().max_headers = 5;
    http().max_uri = 20;
    http().max_body = 50;
    serve();
    const auto get = [](const std::string& fields) { return http_request("GET", "/echo", fields); };
    const std::string line = "A: " + std::string(95, 'x') + "\r\n";
    EXPECT_EQ(status(get(line)), 200);
    EXPECT_EQ(status(get("A" + line)), 431);
    EXPECT_EQ(status(get("A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\n")), 200);
    EXPECT_EQ(status(get("A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\nA: 5\r\n")), 431);
    EXPECT_EQ(status(http_request("GET", "/echo?" + std::string(14, 'x'))), 200);
    EXPECT_EQ(status(http_request("GET", "/echo?" + std::string(15, 'x'))), 414);
    EXPECT_EQ(status(http_request("POST", "/x", "", std::string(50, 'x'))), 404);
    EXPECT_EQ(status(http_request("POST", "/x", "", std::string(51, 'x'))), 413);
}

TEST_P(LimitsFlow, OfAHead) {
    http().max_head = 200;
    serve();
    EXPECT_EQ(status(http_request("GET", "/echo", "A: " + std::string(156, 'x') + "\r\n")), 200);
    EXPECT_EQ(status(http_request("GET", "/echo", "A: " + std::string(157, 'x') + "\r\n")), 431);
}

/// Its requests are counted over all shards that it comes to.
TEST_P(LimitsFlow, OfAConnectionsRequests) {
    http().max_requests = 20;
    serve();
    const auto stream = stage->connect(Speaks::http);
    for (int i = 1; i <= 20; ++i) {
        const HttpAnswer answer =
            ask(*stage, *stream, http_request("POST", "/echo/000/limits-" + std::to_string(i) + "/xhr"));
        EXPECT_EQ(answer.body, "o\n") << i;
        EXPECT_EQ(answer.head.find("Connection: close") != std::string::npos, i == 20) << i;
    }
    EXPECT_TRUE(until([&] {
        stream->receive();
        return stream->ended();
    }));
}

TEST_P(LimitsFlow, OfPipelining) {
    http().max_pipelined = 2;
    serve();
    EXPECT_EQ(open(1), 200);
    for (const int waiting : {2, 3}) {
        const auto stream = stage->connect(Speaks::http);
        std::string requests = http_request("POST", "/echo/000/limits-1/xhr");
        for (int i = 0; i < waiting; ++i) requests += http_request("GET", "/echo");
        stream->send(requests);
        if (waiting == 3) {
            EXPECT_TRUE(until([&] {
                stream->receive();
                return stream->ended();
            }));
            return;
        }
        HttpReader reader;
        EXPECT_TRUE(until([&] {  // until the poll waits there
            return status(http_request("POST", "/echo/000/limits-1/xhr_send", "", R"(["x"])")) == 204;
        }));
        for (const std::string_view body : {"a[\"x\"]\n", "Welcome to SockJS!\n", "Welcome to SockJS!\n"}) {
            reader.reset();
            ASSERT_TRUE(until([&] {
                stream->receive();
                reader.read(stream->input);
                return reader.complete;
            }));
            EXPECT_EQ(reader.body, body);
        }
    }
}

TEST_P(LimitsFlow, OfSockjsSessions) {
    sockjs().max_sessions = 10;
    serve();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(open(i), 200) << i;
    EXPECT_EQ(open(10), 503) << "over all shards";
}

TEST_P(LimitsFlow, OfNewSockjsSessions) {
    sockjs().session_rate = 1;
    sockjs().session_burst = 10;
    serve();
    for (int i = 0; i < 10; ++i) EXPECT_EQ(open(i), 200) << i;
    int refused = 0;
    for (int i = 10; i < 20; ++i) refused += open(i) == 429 ? 1 : 0;
    EXPECT_GT(refused, 0) << "over all shards";
}

TEST_P(LimitsFlow, OfMessagesAtOnce) {
    sockjs().max_messages = 2;
    serve();
    EXPECT_EQ(open(1), 200);
    EXPECT_EQ(status(http_request("POST", "/echo/000/limits-1/xhr_send", "", R"(["a","b"])")), 204);
    EXPECT_EQ(status(http_request("POST", "/echo/000/limits-1/xhr_send", "", R"(["a","b","c"])")), 413);
    const auto socket = open_carrier(*stage, Transport::sockjs_websocket, "/echo");
    socket->send("x");
    EXPECT_TRUE(until([&] {
        socket->update();
        return socket->received == "x";
    }));
}

TEST_P(LimitsFlow, OfMessagesThatWait) {
    sockjs().max_buffered = 3;
    serve();
    for (const std::string_view messages : {R"(["1","2","3"])", R"(["1","2","3","4"])"}) {
        const int number = static_cast<int>(messages.size());
        const std::string url = "/echo/000/limits-" + std::to_string(number);
        EXPECT_EQ(open(number), 200);
        EXPECT_EQ(status(http_request("POST", url + "/xhr_send", "", messages)), 204);
        const std::string body = ask_once(http_request("POST", url + "/xhr")).body;
        if (number == 13) EXPECT_EQ(body, "a[\"1\",\"2\",\"3\"]\n");
        else EXPECT_EQ(body, "c[1013,\"Too many messages wait\"]\n");
    }
}

}  // namespace
}  // namespace stentor::test
