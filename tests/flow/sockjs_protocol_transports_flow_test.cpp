// The behaviours of the suite sockjs-protocol 0.3.3, under the names that its tests have, over the endpoints
// that it wants (examples/conformance serves the same). One transport after the other.
#include "sockjs_protocol.hpp"
#include "testing/client_frames.hpp"

#include <map>

namespace stentor::test {
namespace {

STENTOR_SUITE(WebsocketHttpErrors);
STENTOR_SUITE(WebsocketHybi10);
STENTOR_SUITE(RawWebsocket);
STENTOR_SUITE(XhrPolling);
STENTOR_SUITE(XhrStreaming);
STENTOR_SUITE(EventSource);
STENTOR_SUITE(HtmlFile);
STENTOR_SUITE(JsonPolling);
STENTOR_SUITE(JSONEncoding);

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
