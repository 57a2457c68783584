// The behaviours of the suite sockjs-protocol 0.3.3, under the names that its tests have, over the endpoints
// that it wants (examples/conformance serves the same). What is not of one transport.
#include "sockjs_protocol.hpp"

#include <regex>

namespace stentor::test {
namespace {

STENTOR_SUITE(BaseUrlGreeting);
STENTOR_SUITE(IframePage);
STENTOR_SUITE(InfoTest);
STENTOR_SUITE(SessionURLs);
STENTOR_SUITE(Protocol);
STENTOR_SUITE(JsessionidCookie);
STENTOR_SUITE(HandlingClose);
STENTOR_SUITE(Http10);
STENTOR_SUITE(Http11);

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

}  // namespace
}  // namespace stentor::test
