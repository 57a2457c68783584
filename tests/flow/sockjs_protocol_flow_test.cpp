// The behaviours of the suite sockjs-protocol 0.3.3, under the names that its tests have, over the endpoints
// that it wants (examples/conformance serves the same).
#include "../../examples/conformance/echo.hpp"
#include "flow_test.hpp"
#include "support/client_frames.hpp"

#include <map>
#include <regex>

namespace stentor::test {
namespace {

using testing::Contains;
using testing::Each;
using testing::EndsWith;
using testing::MatchesRegex;
using testing::Not;

const std::string prelude = std::string(2048, 'h') + "\n";
constexpr const char* form = "Content-Type: application/x-www-form-urlencoded\r\n";

/// A response that arrives while others do.
struct Response {
    Stage& stage;
    std::unique_ptr<Stream> stream;
    HttpReader reader;

    void update() {
        stream->receive();
        reader.read(stream->input);
    }
    /// Waits until the body ends so.
    std::string body_to(std::string_view end) {
        EXPECT_TRUE(stage.until([&] {
            update();
            return reader.body.ends_with(end);
        })) << reader.body;
        return reader.body;
    }
    std::string whole() {
        EXPECT_TRUE(stage.until([&] {
            update();
            return reader.complete;
        })) << reader.body;
        return reader.body;
    }
};

class SockjsProtocolFlow : public FlowTest {
protected:
    void SetUp() override {
        const auto serve = [&](const char* path, std::shared_ptr<WebSocketHandler> handler,
                               const SockjsOptions& options) {
            app().add_handler(path, std::move(handler)).set_allowed_origins({"*"}).with_sockjs(options);
        };
        SockjsOptions options;
        options.jsonp = options.htmlfile = options.iframe = options.any_session_id = true;
        options.session_cookie = false;
        options.client_url = "/sockjs.js";
        options.stream_limit = 4096;
        serve("/echo", std::make_shared<Echo>(), options);
        serve("/close", std::make_shared<Closer>(), options);
        options.websocket = false;
        serve("/disabled_websocket_echo", std::make_shared<Echo>(), options);
        options.websocket = options.cookie_needed = true;
        serve("/cookie_needed_echo", std::make_shared<Echo>(), options);
        stage->start();
    }
    HttpAnswer get(const std::string& target, const std::string& fields = {}) {
        return ask_once(http_request("GET", target, fields));
    }
    HttpAnswer post(const std::string& target, const std::string& body = {}, const std::string& fields = {}) {
        return ask_once(http_request("POST", target, fields, body));
    }
    HttpAnswer options(const std::string& target, const std::string& fields = {}) {
        return ask_once(http_request("OPTIONS", target, fields));
    }
    /// A receiving request; its response goes on meanwhile.
    Response receive(const std::string& method, const std::string& target) {
        Response response{*stage, stage->connect(Speaks::http), {}};
        response.stream->send(http_request(method, target));
        return response;
    }
    /// A session's URL, another one each time.
    std::string session(const std::string& base = "/echo") {
        return base + "/000/s" + std::to_string(++sessions_);
    }

private:
    int sessions_ = 0;
};

std::string field(const HttpAnswer& answer, const std::string& name) {
    const std::string line = "\r\n" + name + ": ";
    const std::size_t at = answer.head.find(line);
    if (at == std::string::npos) return "absent";
    const std::size_t begin = at + line.size();
    return answer.head.substr(begin, answer.head.find("\r\n", begin) - begin);
}

void expect_not_cached(const HttpAnswer& answer) {
    EXPECT_EQ(field(answer, "Cache-Control"), "no-store, no-cache, no-transform, must-revalidate, max-age=0");
    EXPECT_EQ(field(answer, "Expires"), "absent");
    EXPECT_EQ(field(answer, "Last-Modified"), "absent");
}

void expect_cached(const HttpAnswer& answer) {
    EXPECT_THAT(field(answer, "Cache-Control"), MatchesRegex("public, max-age=[1-9][0-9]{6,}"));
    EXPECT_NE(field(answer, "Expires"), "absent");
    EXPECT_EQ(field(answer, "Last-Modified"), "absent");
}

void expect_cors(const HttpAnswer& answer, const std::string& origin) {
    EXPECT_EQ(field(answer, "Access-Control-Allow-Origin"), origin.empty() ? "*" : origin);
    EXPECT_EQ(field(answer, "Access-Control-Allow-Credentials"), origin.empty() ? "absent" : "true");
}

void expect_preflight(const HttpAnswer& answer, const std::string& methods, const std::string& origin) {
    EXPECT_TRUE(answer.status == 200 || answer.status == 204) << answer.status;
    EXPECT_EQ(answer.body, "");
    EXPECT_THAT(field(answer, "Access-Control-Allow-Methods"), HasSubstr(methods));
    EXPECT_GT(std::stol(field(answer, "Access-Control-Max-Age")), 1'000'000);
    expect_cached(answer);
    expect_cors(answer, origin);
}

void expect_page(const HttpAnswer& answer) {
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(field(answer, "Content-Type"), "text/html; charset=UTF-8");
    expect_cached(answer);
    EXPECT_EQ(field(answer, "Set-Cookie"), "absent");
    EXPECT_NE(field(answer, "ETag"), "absent");
    EXPECT_THAT(answer.body,
                StartsWith("<!DOCTYPE html>\n<html>\n<head>\n  <meta http-equiv=\"X-UA-Compatible\" "
                           "content=\"IE=edge\" />\n  <meta http-equiv=\"Content-Type\" "
                           "content=\"text/html; charset=UTF-8\" />\n  <script src=\"/sockjs.js\">"));
    EXPECT_THAT(answer.body, HasSubstr("document.domain = document.domain;\n    SockJS.bootstrap_iframe();"));
    EXPECT_THAT(answer.body, HasSubstr("<h2>Don't panic!</h2>"));
}

#define STENTOR_SUITE(name)          \
    using name = SockjsProtocolFlow; \
    INSTANTIATE_TEST_SUITE_P(On, name, testing::Values(1U, 2U), shards_of)
STENTOR_SUITE(BaseUrlGreeting);
STENTOR_SUITE(IframePage);
STENTOR_SUITE(InfoTest);
STENTOR_SUITE(SessionURLs);
STENTOR_SUITE(Protocol);
STENTOR_SUITE(WebsocketHttpErrors);
STENTOR_SUITE(WebsocketHybi10);
STENTOR_SUITE(RawWebsocket);
STENTOR_SUITE(XhrPolling);
STENTOR_SUITE(XhrStreaming);
STENTOR_SUITE(EventSource);
STENTOR_SUITE(HtmlFile);
STENTOR_SUITE(JsonPolling);
STENTOR_SUITE(JsessionidCookie);
STENTOR_SUITE(HandlingClose);
STENTOR_SUITE(Http10);
STENTOR_SUITE(Http11);
STENTOR_SUITE(JSONEncoding);

TEST_P(BaseUrlGreeting, test_greeting) {
    for (const char* path : {"/echo", "/echo/"}) {
        const HttpAnswer answer = get(path);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(field(answer, "Content-Type"), "text/plain; charset=UTF-8");
        EXPECT_EQ(answer.body, "Welcome to SockJS!\n");
        EXPECT_EQ(field(answer, "Set-Cookie"), "absent");
    }
}

TEST_P(BaseUrlGreeting, test_notFound) {
    for (const char* path : {"/a", "/a.html", "//", "///", "/a/a", "/a/a/", "/a", "/a/"})
        EXPECT_EQ(get(std::string("/echo") + path).status, 404) << path;
}

TEST_P(IframePage, test_simpleUrl) { expect_page(get("/echo/iframe.html")); }

TEST_P(IframePage, test_versionedUrl) {
    for (const char* path :
         {"/iframe-a.html", "/iframe-.html", "/iframe-0.1.2.html", "/iframe-0.1.2abc-dirty.2144.html"})
        expect_page(get(std::string("/echo") + path));
}

TEST_P(IframePage, test_queriedUrl) {
    for (const char* path : {"/iframe-a.html?t=1234", "/iframe-0.1.2.html?t=123414",
                             "/iframe-0.1.2abc-dirty.2144.html?t=qweqweq123"})
        expect_page(get(std::string("/echo") + path));
}

TEST_P(IframePage, test_invalidUrl) {
    for (const char* path : {"/iframe.htm", "/iframe", "/IFRAME.HTML", "/IFRAME", "/iframe.HTML",
                             "/iframe.xml", "/iframe-/.html"})
        EXPECT_EQ(get(std::string("/echo") + path).status, 404) << path;
}

TEST_P(IframePage, test_cacheability) {
    const HttpAnswer first = get("/echo/iframe.html");
    const HttpAnswer second = get("/echo/iframe.html");
    EXPECT_EQ(field(first, "ETag"), field(second, "ETag"));
    const HttpAnswer third = get("/echo/iframe.html", "If-None-Match: " + field(first, "ETag") + "\r\n");
    EXPECT_EQ(third.status, 304);
    EXPECT_EQ(field(third, "Content-Type"), "absent");
    EXPECT_EQ(third.body, "");
}

TEST_P(InfoTest, test_basic) {
    const HttpAnswer answer = get("/echo/info", "Origin: http://a.example\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(field(answer, "Content-Type"), "application/json; charset=UTF-8");
    EXPECT_EQ(field(answer, "Set-Cookie"), "absent");
    expect_not_cached(answer);
    expect_cors(answer, "http://a.example");
    EXPECT_THAT(answer.body,
                MatchesRegex("\\{\"websocket\":true,\"origins\":\\[\"\\*:\\*\"\\],\"cookie_needed\":false,"
                             "\"entropy\":[0-9]+\\}"));
    EXPECT_EQ(field(get("/cookie_needed_echo/info"), "Set-Cookie"), "absent");
    EXPECT_THAT(get("/cookie_needed_echo/info").body, HasSubstr("\"cookie_needed\":true"));
}

TEST_P(InfoTest, test_entropy) {
    const std::regex number("entropy\":([0-9]+)");
    std::vector<std::string> seen;
    for (int i = 0; i < 10; ++i) {
        std::smatch match;
        const std::string body = get("/echo/info").body;
        ASSERT_TRUE(std::regex_search(body, match, number));
        EXPECT_THAT(seen, Not(Contains(match[1].str())));
        seen.push_back(match[1].str());
        EXPECT_LE(std::stoull(seen.back()), 0xFFFFFFFFULL);
    }
}

TEST_P(InfoTest, test_options) {
    for (const std::string origin : {"", "http://a.example"})
        expect_preflight(options("/echo/info", origin.empty() ? "" : "Origin: " + origin + "\r\n"),
                         "OPTIONS, GET", origin);
}

TEST_P(InfoTest, test_options_null_origin) {
    expect_preflight(options("/echo/info", "Origin: null\r\n"), "OPTIONS, GET", "null");
    expect_cors(get("/echo/info", "Origin: null\r\n"), "null");
}

TEST_P(InfoTest, test_disabled_websocket) {
    EXPECT_THAT(get("/disabled_websocket_echo/info").body, HasSubstr("\"websocket\":false"));
}

TEST_P(SessionURLs, test_anyValue) {
    for (const char* path : {"/a/a", "/_/_", "/1/1", "/abcdefgh_i-j%20/abcdefg_i-j%20"}) {
        const HttpAnswer answer = post(std::string("/echo") + path + "/xhr");
        EXPECT_EQ(answer.status, 200) << path;
        EXPECT_EQ(answer.body, "o\n");
    }
}

TEST_P(SessionURLs, test_invalidPaths) {
    for (const char* path : {"//", "/a./a", "/a/a.", "/./.", "/", "///"}) {
        EXPECT_EQ(get(std::string("/echo") + path + "/xhr").status, 404) << path;
        EXPECT_EQ(post(std::string("/echo") + path + "/xhr").status, 404) << path;
    }
}

TEST_P(SessionURLs, test_ignoringServerId) {
    EXPECT_EQ(post("/echo/000/ignoring/xhr").body, "o\n");
    EXPECT_EQ(post("/echo/000/ignoring/xhr_send", R"(["a"])").status, 204);
    EXPECT_EQ(post("/echo/999/ignoring/xhr").body, "a[\"a\"]\n");
}

TEST_P(Protocol, test_simpleSession) {
    const std::string url = session();
    EXPECT_EQ(post(url + "/xhr").body, "o\n");
    const HttpAnswer sent = post(url + "/xhr_send", R"(["a"])");
    EXPECT_EQ(sent.status, 204);
    EXPECT_EQ(sent.body, "");
    EXPECT_EQ(post(url + "/xhr").body, "a[\"a\"]\n");
    EXPECT_EQ(post("/echo/000/bad_session/xhr_send", R"(["a"])").status, 404);
    Response first = receive("POST", url + "/xhr");
    Response second = receive("POST", url + "/xhr");
    EXPECT_TRUE(until([&] {
        first.update();
        second.update();
        return first.reader.complete || second.reader.complete;
    }));
    Response& refused = first.reader.complete ? first : second;
    Response& waiting = first.reader.complete ? second : first;
    EXPECT_EQ(refused.reader.body, "c[2010,\"Another connection still open\"]\n");
    EXPECT_EQ(refused.reader.status, 200);
    post(url + "/xhr_send", R"(["b"])");
    EXPECT_EQ(waiting.whole(), "a[\"b\"]\n");
}

TEST_P(Protocol, test_closeSession) {
    const std::string url = session("/close");
    EXPECT_EQ(post(url + "/xhr").body, "o\n");
    EXPECT_EQ(post(url + "/xhr").body, "c[3000,\"Go away!\"]\n");
    EXPECT_EQ(post(url + "/xhr").body, "c[3000,\"Go away!\"]\n");
}

TEST_P(WebsocketHttpErrors, test_httpMethod) {
    const HttpAnswer answer = get("/echo/0/0/websocket");
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("Can \"Upgrade\" only to \"WebSocket\"."));
}

TEST_P(WebsocketHttpErrors, test_invalidConnectionHeader) {
    const HttpAnswer answer = get("/echo/0/0/websocket", "Upgrade: WebSocket\r\nConnection: close\r\n");
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("\"Connection\" must be \"Upgrade\"."));
}

TEST_P(WebsocketHttpErrors, test_invalidMethod) {
    for (const std::string fields : {"", "Upgrade: WebSocket\r\nConnection: Upgrade\r\n"}) {
        const HttpAnswer answer = post("/echo/0/0/websocket", "", fields);
        EXPECT_EQ(answer.status, 405);
        EXPECT_EQ(field(answer, "Content-Type"), "absent");
        EXPECT_EQ(field(answer, "Allow"), "GET");
        EXPECT_EQ(answer.body, "");
    }
}

TEST_P(WebsocketHttpErrors, test_disabled) {
    EXPECT_EQ(get("/disabled_websocket_echo/0/0/websocket").status, 404);
    EXPECT_EQ(ask_once(upgrade_request("/disabled_websocket_echo/0/0/websocket")).status, 404);
    EXPECT_EQ(ask_once(upgrade_request("/disabled_websocket_echo/websocket")).status, 404);
}

/// A WebSocket, seen frame by frame.
struct WebSocket {
    WebSocket(Stage& on, const std::string& target, const std::string& fields = {})
        : stage(on), stream(on.connect(Speaks::http)) {
        answer = ask(on, *stream, upgrade_request(target, fields));
    }
    std::string next() {
        std::optional<ServerFrame> frame;
        EXPECT_TRUE(stage.until([&] {
            stream->receive();
            frame = take_server_frame(stream->input);
            return frame.has_value() || stream->ended();
        }));
        if (!frame) return "end";
        if (frame->opcode == 8)
            return "close " + std::to_string(frame->close_code()) + frame->payload.substr(2);
        return frame->payload;
    }
    void send(std::string_view text) const { stream->send(masked_text(text)); }
    Stage& stage;
    std::unique_ptr<Stream> stream;
    HttpAnswer answer;
};

TEST_P(WebsocketHybi10, test_transport) {
    WebSocket socket(*stage, "/echo/000/ws/websocket");
    EXPECT_EQ(socket.next(), "o");
    socket.send("");  // ignored
    socket.send("[]");
    socket.send(R"(["a"])");
    EXPECT_EQ(socket.next(), R"(a["a"])");
    socket.send(R"("single")");
    EXPECT_EQ(socket.next(), R"(a["single"])");
    WebSocket same_id(*stage, "/echo/000/ws/websocket");
    EXPECT_EQ(same_id.next(), "o") << "sessions over WebSocket share no id";
}

TEST_P(WebsocketHybi10, test_close) {
    WebSocket socket(*stage, "/close/000/ws/websocket");
    EXPECT_EQ(socket.next(), "o");
    EXPECT_EQ(socket.next(), "c[3000,\"Go away!\"]");
    EXPECT_EQ(socket.next(), "close 1000");
}

TEST_P(WebsocketHybi10, test_headersSanity) {
    WebSocket socket(*stage, "/echo/000/ws/websocket");
    EXPECT_EQ(socket.answer.status, 101);
    EXPECT_EQ(field(socket.answer, "Sec-WebSocket-Accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(field(socket.answer, "Upgrade"), "websocket");
    EXPECT_EQ(field(socket.answer, "Connection"), "Upgrade");
    EXPECT_EQ(field(socket.answer, "Content-Length"), "absent");
}

TEST_P(WebsocketHybi10, test_firefox_602_connection_header) {
    const auto stream = stage->connect(Speaks::http);
    EXPECT_EQ(ask(*stage, *stream,
                  http_request(
                      "GET", "/echo/000/ws/websocket",
                      "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                      "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"))
                  .status,
              101);
}

TEST_P(WebsocketHybi10, test_broken_json) {
    WebSocket socket(*stage, "/echo/000/ws/websocket");
    EXPECT_EQ(socket.next(), "o");
    socket.send(R"(["a)");
    EXPECT_THAT(socket.next(), StartsWith("c["));
    EXPECT_THAT(socket.next(), StartsWith("close "));
}

TEST_P(RawWebsocket, test_transport) {
    WebSocket socket(*stage, "/echo/websocket");
    socket.send("Hello world!\uffff");
    EXPECT_EQ(socket.next(), "Hello world!\uffff");
}

TEST_P(RawWebsocket, test_close) {
    WebSocket socket(*stage, "/close/websocket");
    EXPECT_EQ(socket.next(), "close 3000Go away!");
}

TEST_P(XhrPolling, test_options) {
    for (const char* transport : {"/xhr", "/xhr_send"})
        for (const std::string origin : {"", "null", "http://a.example"})
            expect_preflight(options("/echo/abc/abc" + std::string(transport),
                                     origin.empty() ? "" : "Origin: " + origin + "\r\n"),
                             "OPTIONS, POST", origin);
}

TEST_P(XhrPolling, test_transport) {
    const std::string url = session();
    const HttpAnswer opened = post(url + "/xhr", "", "Origin: http://a.example\r\n");
    EXPECT_EQ(opened.status, 200);
    EXPECT_EQ(opened.body, "o\n");
    EXPECT_EQ(field(opened, "Content-Type"), "application/javascript; charset=UTF-8");
    expect_cors(opened, "http://a.example");
    expect_not_cached(opened);
    const HttpAnswer sent = post(url + "/xhr_send", R"(["x"])");
    EXPECT_EQ(sent.status, 204);
    EXPECT_EQ(sent.body, "");
    EXPECT_EQ(field(sent, "Content-Type"), "text/plain; charset=UTF-8");
    EXPECT_EQ(field(sent, "Content-Length"), "absent");
    expect_cors(sent, "");
    expect_not_cached(sent);
    EXPECT_EQ(post(url + "/xhr").body, "a[\"x\"]\n");
}

TEST_P(XhrPolling, test_invalid_session) { EXPECT_EQ(post(session() + "/xhr_send", R"(["x"])").status, 404); }

TEST_P(XhrPolling, test_invalid_json) {
    const std::string url = session();
    EXPECT_EQ(post(url + "/xhr").body, "o\n");
    const HttpAnswer broken = post(url + "/xhr_send", R"(["x)");
    EXPECT_EQ(broken.status, 500);
    EXPECT_THAT(broken.body, HasSubstr("Broken JSON encoding."));
    const HttpAnswer empty = post(url + "/xhr_send");
    EXPECT_EQ(empty.status, 500);
    EXPECT_THAT(empty.body, HasSubstr("Payload expected."));
    EXPECT_EQ(post(url + "/xhr_send", R"(["a"])").status, 204);
    EXPECT_EQ(post(url + "/xhr").body, "a[\"a\"]\n");
}

TEST_P(XhrPolling, test_content_types) {
    const std::string url = session();
    EXPECT_EQ(post(url + "/xhr").body, "o\n");
    for (const char* type : {"text/plain", "T", "application/json", "application/xml", "",
                             "application/json; charset=utf-8", "text/xml; charset=utf-8", "text/xml"})
        EXPECT_EQ(post(url + "/xhr_send", R"(["a"])", "Content-Type: " + std::string(type) + "\r\n").status,
                  204)
            << type;
    EXPECT_EQ(post(url + "/xhr_send", R"(["a"])").status, 204) << "none at all";
    EXPECT_EQ(post(url + "/xhr").body, "a[\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\"]\n");
}

TEST_P(XhrPolling, test_request_headers_cors) {
    const auto allowed = [&](const std::string& fields) {
        return field(options("/echo/abc/abc/xhr", fields), "Access-Control-Allow-Headers");
    };
    EXPECT_EQ(allowed("Access-Control-Request-Headers: a, b, c\r\n"), "a, b, c");
    EXPECT_EQ(allowed("Access-Control-Request-Headers: \r\n"), "absent");
    EXPECT_EQ(allowed(""), "absent");
}

TEST_P(XhrPolling, test_sending_empty_frame) {
    const std::string url = session();
    EXPECT_EQ(post(url + "/xhr").body, "o\n");
    EXPECT_EQ(post(url + "/xhr_send", "[]").status, 204);
    EXPECT_EQ(post(url + "/xhr_send", R"(["a"])").status, 204);
    EXPECT_EQ(post(url + "/xhr").body, "a[\"a\"]\n");
}

TEST_P(XhrStreaming, test_options) {
    expect_preflight(options("/echo/abc/abc/xhr_streaming"), "OPTIONS, POST", "");
}

TEST_P(XhrStreaming, test_transport) {
    const std::string url = session();
    Response stream = receive("POST", url + "/xhr_streaming");
    EXPECT_EQ(stream.body_to("o\n"), prelude + "o\n");
    const HttpAnswer head{stream.reader.status, stream.reader.head, {}};
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(field(head, "Content-Type"), "application/javascript; charset=UTF-8");
    EXPECT_EQ(field(head, "Transfer-Encoding"), "chunked");
    EXPECT_EQ(field(head, "Content-Length"), "absent");
    expect_cors(head, "");
    expect_not_cached(head);
    EXPECT_EQ(post(url + "/xhr_send", R"(["x"])").status, 204);
    EXPECT_EQ(stream.body_to("]\n"), prelude + "o\na[\"x\"]\n");
}

/// The suite's own loop: a response ends with the 31st message of 128 letters.
TEST_P(XhrStreaming, test_response_limit) {
    const std::string url = session();
    Response stream = receive("POST", url + "/xhr_streaming");
    stream.body_to("o\n");
    const std::string message = '"' + std::string(128, 'x') + '"';
    std::string expected = prelude + "o\n";
    for (int i = 0; i < 31; ++i) {
        EXPECT_FALSE(stream.reader.complete) << i;
        EXPECT_EQ(post(url + "/xhr_send", "[" + message + "]").status, 204);
        expected += "a[" + message + "]\n";
        stream.body_to("]\n");
    }
    EXPECT_EQ(stream.whole(), expected);
    Response next = receive("POST", url + "/xhr_streaming");
    EXPECT_EQ(post(url + "/xhr_send", R"(["y"])").status, 204);
    EXPECT_EQ(next.body_to("]\n"), prelude + "a[\"y\"]\n") << "no second o";
}

TEST_P(EventSource, test_transport) {
    const std::string url = session();
    Response stream = receive("GET", url + "/eventsource");
    EXPECT_EQ(stream.body_to("o\r\n\r\n"), "\r\ndata: o\r\n\r\n");
    const HttpAnswer head{stream.reader.status, stream.reader.head, {}};
    EXPECT_EQ(field(head, "Content-Type"), "text/event-stream");
    EXPECT_EQ(field(head, "Content-Length"), "absent");
    expect_not_cached(head);
    EXPECT_EQ(post(url + "/xhr_send", R"(["x"])").status, 204);
    EXPECT_THAT(stream.body_to("]\r\n\r\n"), EndsWith("data: a[\"x\"]\r\n\r\n"));
    EXPECT_EQ(post(url + "/xhr_send", R"(["  \u0000\n\r "])").status, 204);
    EXPECT_THAT(stream.body_to(" \"]\r\n\r\n"), EndsWith("data: a[\"  \\u0000\\n\\r \"]\r\n\r\n"));
}

TEST_P(EventSource, test_response_limit) {
    const std::string url = session();
    Response stream = receive("GET", url + "/eventsource");
    stream.body_to("o\r\n\r\n");
    EXPECT_EQ(post(url + "/xhr_send", "[\"" + std::string(4096, 'x') + "\"]").status, 204);
    EXPECT_EQ(stream.whole(), "\r\ndata: o\r\n\r\ndata: a[\"" + std::string(4096, 'x') + "\"]\r\n\r\n");
}

TEST_P(HtmlFile, test_transport) {
    const std::string url = session();
    Response stream = receive("GET", url + "/htmlfile?c=%63allback");
    const std::string opened = stream.body_to("</script>\r\n");
    EXPECT_THAT(opened, StartsWith("<!doctype html>\n<html><head>\n"));
    EXPECT_THAT(opened,
                HasSubstr("var c = parent.callback;\n    c.start();\n    function p(d) {c.message(d);};\n"));
    EXPECT_THAT(opened, EndsWith("<script>\np(\"o\");\n</script>\r\n"));
    EXPECT_GT(opened.find("<script>\np("), 1024U);
    const HttpAnswer head{stream.reader.status, stream.reader.head, {}};
    EXPECT_EQ(field(head, "Content-Type"), "text/html; charset=UTF-8");
    expect_not_cached(head);
    EXPECT_EQ(post(url + "/xhr_send", R"(["x"])").status, 204);
    EXPECT_THAT(stream.body_to("]\");\n</script>\r\n"),
                EndsWith("<script>\np(\"a[\\\"x\\\"]\");\n</script>\r\n"));
}

TEST_P(HtmlFile, test_no_callback) {
    const HttpAnswer answer = get("/echo/a/a/htmlfile");
    EXPECT_EQ(answer.status, 500);
    EXPECT_THAT(answer.body, HasSubstr("\"callback\" parameter required"));
}

TEST_P(HtmlFile, test_invalid_callback) {
    for (const char* callback : {"%20", "*", "abc(", "abc%28"}) {
        const HttpAnswer answer = get("/echo/a/a/htmlfile?c=" + std::string(callback));
        EXPECT_EQ(answer.status, 500) << callback;
        EXPECT_THAT(answer.body, HasSubstr("invalid \"callback\" parameter"));
    }
}

TEST_P(HtmlFile, test_response_limit) {
    const std::string url = session();
    Response stream = receive("GET", url + "/htmlfile?c=callback");
    stream.body_to("p(\"o\");\n</script>\r\n");
    EXPECT_EQ(post(url + "/xhr_send", "[\"" + std::string(4096, 'x') + "\"]").status, 204);
    EXPECT_THAT(stream.whole(), EndsWith("x\\\"]\");\n</script>\r\n"));
}

TEST_P(JsonPolling, test_transport) {
    const std::string url = session();
    const HttpAnswer opened = get(url + "/jsonp?c=%63allback");
    EXPECT_EQ(opened.status, 200);
    EXPECT_EQ(opened.body, "/**/callback(\"o\");\r\n");
    EXPECT_EQ(field(opened, "Content-Type"), "application/javascript; charset=UTF-8");
    expect_not_cached(opened);
    const HttpAnswer sent = post(url + "/jsonp_send", "d=%5B%22x%22%5D", form);
    EXPECT_EQ(sent.status, 200);
    EXPECT_EQ(sent.body, "ok");
    EXPECT_EQ(field(sent, "Content-Type"), "text/plain; charset=UTF-8");
    expect_not_cached(sent);
    EXPECT_EQ(get(url + "/jsonp?c=%63allback").body, "/**/callback(\"a[\\\"x\\\"]\");\r\n");
}

TEST_P(JsonPolling, test_no_callback) {
    const HttpAnswer answer = get("/echo/a/a/jsonp");
    EXPECT_EQ(answer.status, 500);
    EXPECT_THAT(answer.body, HasSubstr("\"callback\" parameter required"));
}

TEST_P(JsonPolling, test_invalid_callback) {
    for (const char* callback : {"%20", "*", "abc(", "abc%28"})
        EXPECT_THAT(get("/echo/a/a/jsonp?c=" + std::string(callback)).body,
                    HasSubstr("invalid \"callback\" parameter"));
}

TEST_P(JsonPolling, test_invalid_json) {
    const std::string url = session();
    get(url + "/jsonp?c=x");
    for (const char* body : {"d=%5B%22x", "d=%5B%22x%22%5D%5B"}) {
        const HttpAnswer broken = post(url + "/jsonp_send", body, form);
        EXPECT_EQ(broken.status, 500);
        EXPECT_THAT(broken.body, HasSubstr("Broken JSON encoding."));
    }
    for (const char* body : {"", "d=", "p=p"}) {
        const HttpAnswer empty = post(url + "/jsonp_send", body, form);
        EXPECT_EQ(empty.status, 500);
        EXPECT_THAT(empty.body, HasSubstr("Payload expected."));
    }
    EXPECT_EQ(post(url + "/jsonp_send", "d=%5B%22b%22%5D", form).body, "ok");
    EXPECT_EQ(get(url + "/jsonp?c=x").body, "/**/x(\"a[\\\"b\\\"]\");\r\n");
}

TEST_P(JsonPolling, test_content_types) {
    const std::string url = session();
    get(url + "/jsonp?c=x");
    EXPECT_EQ(post(url + "/jsonp_send", "d=%5B%22abc%22%5D", form).body, "ok");
    EXPECT_EQ(post(url + "/jsonp_send", "[\"%61bc\"]", "Content-Type: text/plain\r\n").body, "ok");
    EXPECT_EQ(get(url + "/jsonp?c=x").body, "/**/x(\"a[\\\"abc\\\",\\\"%61bc\\\"]\");\r\n");
}

TEST_P(JsonPolling, test_close) {
    const std::string url = session("/close");
    EXPECT_EQ(get(url + "/jsonp?c=x").body, "/**/x(\"o\");\r\n");
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(get(url + "/jsonp?c=x").body, "/**/x(\"c[3000,\\\"Go away!\\\"]\");\r\n");
}

TEST_P(JsonPolling, test_sending_empty_frame) {
    const std::string url = session();
    get(url + "/jsonp?c=x");
    EXPECT_EQ(post(url + "/jsonp_send", "d=%5B%5D", form).body, "ok");
    EXPECT_EQ(post(url + "/jsonp_send", "[]", "Content-Type: text/plain\r\n").body, "ok");
    EXPECT_EQ(post(url + "/jsonp_send", "[\"x\"]", "Content-Type: text/plain\r\n").body, "ok");
    EXPECT_EQ(get(url + "/jsonp?c=x").body, "/**/x(\"a[\\\"x\\\"]\");\r\n");
}

TEST_P(JsessionidCookie, test_basic) {
    for (const std::string transport :
         {"/xhr", "/xhr_streaming", "/eventsource", "/htmlfile?c=x", "/jsonp?c=x"}) {
        const std::string method = transport.starts_with("/xhr") ? "POST" : "GET";
        for (const std::string own : {"", "abcdef"}) {
            Response response{*stage, stage->connect(Speaks::http), {}};
            response.stream->send(http_request(method, session("/cookie_needed_echo") + transport,
                                               own.empty() ? "" : "Cookie: a=b; JSESSIONID=" + own + "\r\n"));
            EXPECT_TRUE(until([&] {
                response.update();
                return response.reader.status != 0;
            }));
            EXPECT_EQ(field({200, response.reader.head, {}}, "Set-Cookie"),
                      "JSESSIONID=" + (own.empty() ? "dummy" : own) + "; path=/")
                << transport;
        }
    }
}

TEST_P(JsessionidCookie, test_sending) {
    const std::string url = session("/cookie_needed_echo");
    post(url + "/xhr");
    EXPECT_EQ(field(post(url + "/xhr_send", "[]"), "Set-Cookie"), "JSESSIONID=dummy; path=/");
    const std::string by_jsonp = session("/cookie_needed_echo");
    get(by_jsonp + "/jsonp?c=x");
    EXPECT_EQ(field(post(by_jsonp + "/jsonp_send", "d=%5B%5D", form), "Set-Cookie"),
              "JSESSIONID=dummy; path=/");
}

TEST_P(JsessionidCookie, test_nowhere_else) {
    for (const char* path : {"", "/", "/info", "/iframe.html"})
        EXPECT_EQ(field(get("/cookie_needed_echo" + std::string(path)), "Set-Cookie"), "absent") << path;
    EXPECT_EQ(field(post(session() + "/xhr"), "Set-Cookie"), "absent") << "an endpoint without";
}

TEST_P(HandlingClose, test_close_frame) {
    const std::string url = session("/close");
    EXPECT_EQ(receive("POST", url + "/xhr_streaming").whole(), prelude + "o\nc[3000,\"Go away!\"]\n");
    EXPECT_EQ(receive("POST", url + "/xhr_streaming").whole(), prelude + "c[3000,\"Go away!\"]\n");
}

TEST_P(HandlingClose, test_close_request) {
    const std::string url = session();
    Response first = receive("POST", url + "/xhr_streaming");
    first.body_to("o\n");
    EXPECT_EQ(receive("POST", url + "/xhr_streaming").whole(),
              prelude + "c[2010,\"Another connection still open\"]\n");
    post(url + "/xhr_send", R"(["x"])");
    EXPECT_THAT(first.body_to("]\n"), EndsWith("o\na[\"x\"]\n")) << "undisturbed";
}

TEST_P(HandlingClose, test_abort_xhr_streaming) {
    const std::string url = session();
    Response first = receive("POST", url + "/xhr_streaming");
    first.body_to("o\n");
    first.stream->close();
    EXPECT_TRUE(until([&] {  // the server may learn of it later than of the next request
        const std::string body = receive("POST", url + "/xhr_streaming").whole();
        return body == prelude + "c[1002,\"Connection interrupted\"]\n";
    }));
    EXPECT_EQ(receive("POST", url + "/xhr_streaming").whole(),
              prelude + "c[1002,\"Connection interrupted\"]\n");
}

TEST_P(HandlingClose, test_abort_xhr_polling) {
    const std::string url = session();
    EXPECT_EQ(post(url + "/xhr").body, "o\n");
    Response one = receive("POST", url + "/xhr");
    Response other = receive("POST", url + "/xhr");
    EXPECT_TRUE(until([&] {
        one.update();
        other.update();
        return one.reader.complete || other.reader.complete;
    }));
    (one.reader.complete ? other : one).stream->close();
    EXPECT_TRUE(until([&] { return post(url + "/xhr").body == "c[1002,\"Connection interrupted\"]\n"; }));
}

/// All that the server sends until it ends the connection.
std::string until_end(Stage& stage, std::string_view bytes) {
    const auto stream = stage.connect(Speaks::http);
    stream->send(bytes);
    EXPECT_TRUE(stage.until([&] {
        stream->receive();
        return stream->ended();
    }));
    stream->receive();
    return stream->input;
}

TEST_P(Http10, test_synchronous) {
    const std::string said = until_end(*stage, "GET /echo HTTP/1.0\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(said, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(said, Not(HasSubstr("Transfer-Encoding")));
    EXPECT_THAT(said, HasSubstr("Connection: close"));
    EXPECT_THAT(said, EndsWith("\r\n\r\nWelcome to SockJS!\n"));
    const auto kept = stage->connect(Speaks::http);
    for (int i = 0; i < 2; ++i) {
        const HttpAnswer answer =
            ask(*stage, *kept, "GET /echo HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_EQ(field(answer, "Connection"), "keep-alive");
        EXPECT_EQ(field(answer, "Content-Length"), "19");
    }
}

TEST_P(Http10, test_streaming) {
    const std::string said = until_end(
        *stage,
        "POST /close/000/http10/xhr_streaming HTTP/1.0\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    EXPECT_THAT(said, Not(HasSubstr("Transfer-Encoding")));
    EXPECT_THAT(said, Not(HasSubstr("Content-Length")));
    EXPECT_THAT(said, EndsWith("\r\n\r\n" + prelude + "o\nc[3000,\"Go away!\"]\n"));
}

TEST_P(Http11, test_synchronous) {
    const auto kept = stage->connect(Speaks::http);
    for (int i = 0; i < 2; ++i) {
        const HttpAnswer answer =
            ask(*stage, *kept, http_request("GET", "/echo", "Connection: Keep-Alive\r\n"));
        EXPECT_EQ(answer.body, "Welcome to SockJS!\n");
        EXPECT_NE(field(answer, "Connection"), "close");
    }
}

TEST_P(Http11, test_streaming) {
    const std::string request = http_request("POST", "/close/000/http11/xhr_streaming");
    const auto kept = stage->connect(Speaks::http);
    const HttpAnswer answer = ask(*stage, *kept, request);
    EXPECT_EQ(field(answer, "Transfer-Encoding"), "chunked");
    EXPECT_EQ(answer.body, prelude + "o\nc[3000,\"Go away!\"]\n");
    EXPECT_EQ(ask(*stage, *kept, http_request("GET", "/echo")).status, 200)
        << "the last chunk ended the response";
}

std::string utf8(std::uint32_t code) {
    std::string out;
    if (code < 0x80) return {static_cast<char>(code)};
    if (code < 0x800) {
        out += static_cast<char>(0xC0 | code >> 6);
    } else {
        out += static_cast<char>(0xE0 | code >> 12);
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    }
    out += static_cast<char>(0x80 | (code & 0x3F));
    return out;
}

std::string escape(std::uint32_t code) {
    constexpr const char* digits = "0123456789abcdef";
    return {'\\',
            'u',
            digits[code >> 12 & 15],
            digits[code >> 8 & 15],
            digits[code >> 4 & 15],
            digits[code & 15]};
}

/// Each of these is mangled by some browser or proxy, and so travels escaped.
TEST_P(JSONEncoding, test_xhr_server_encodes) {
    std::string sent;
    std::string expected;
    const std::map<std::uint32_t, std::string> short_forms{
        {0x08, "\\b"}, {0x09, "\\t"}, {0x0A, "\\n"}, {0x0C, "\\f"}, {0x0D, "\\r"}};
    for (const auto& [from, to] : {std::pair(0x00U, 0x1FU),
                                   {0x200CU, 0x200FU},
                                   {0x2028U, 0x202FU},
                                   {0x2060U, 0x206FU},
                                   {0xFFF0U, 0xFFFFU}})
        for (std::uint32_t code = from; code <= to; ++code) {
            sent += code < 0x20 ? escape(code) : utf8(code);
            const auto own = short_forms.find(code);
            expected += own == short_forms.end() ? escape(code) : own->second;
        }
    const std::string url = session();
    EXPECT_EQ(post(url + "/xhr").body, "o\n");
    EXPECT_EQ(post(url + "/xhr_send", "[\"" + sent + "\"]").status, 204);
    EXPECT_EQ(post(url + "/xhr").body, "a[\"" + expected + "\"]\n");
}

TEST_P(JSONEncoding, test_xhr_server_decodes) {
    const std::string url = session();
    EXPECT_EQ(post(url + "/xhr").body, "o\n");
    EXPECT_EQ(post(url + "/xhr_send", R"(["\u0041\u00e9\u20AC\ud83d\ude00\/\"\\"])").status, 204);
    EXPECT_EQ(post(url + "/xhr").body, "a[\"A\u00e9\u20ac\U0001F600/\\\"\\\\\"]\n");
}

}  // namespace
}  // namespace stentor::test
