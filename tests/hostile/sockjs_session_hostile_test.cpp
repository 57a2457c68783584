#include "hostile_sockjs.hpp"

#include <set>

namespace stentor::test {
namespace {

TEST_F(HostileSockjs, S17_ASecondReceiver) {
    post("/ws/000/hostile-17/xhr");
    const auto first = receive("POST", "/ws/000/hostile-17/xhr");
    const auto second = receive("POST", "/ws/000/hostile-17/xhr");
    EXPECT_EQ(body_of(second->take_output()), "c[2010,\"Another connection still open\"]\n");
    post("/ws/000/hostile-17/xhr_send", "[\"x\"]");
    EXPECT_EQ(body_of(first->take_output()), "a[\"x\"]\n");
}

TEST_F(HostileSockjs, S18_SessionsThatAreOpenedAndLeft) {
    const auto opened = [&](int from, int to) {
        int count = 0;
        for (int i = from; i < to; ++i)
            count += status_of(post("/ws/000/hostile-18-" + std::to_string(i) + "/xhr")) == 200 ? 1 : 0;
        return count;
    };
    EXPECT_EQ(opened(0, 1'000), 100) << "sockjs.session_burst";
    EXPECT_EQ(status_of(post("/ws/000/hostile-18-x/xhr")), 429);
    advance(5s);
    EXPECT_EQ(echo->opened - echo->closed, 1) << "all but the witness's are gone";
    EXPECT_EQ(opened(1'000, 2'000), 100) << "20 a second have been made up for";
    advance(1s);
    EXPECT_EQ(opened(2'000, 3'000), 20);
}

struct HostileSockjsFull : HostileSockjs {
    void configure() override { config.sockjs.max_sessions = 10; }
};
TEST_F(HostileSockjsFull, S18_SessionsBeyondTheCap) {
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(status_of(post("/ws/000/hostile-18-" + std::to_string(i) + "/xhr")), 200);
    EXPECT_EQ(status_of(post("/ws/000/hostile-18-x/xhr")), 503);
    EXPECT_EQ(status_of(answer_once(upgrade_request("/ws/000/hostile-18-y/websocket"))), 101)
        << "a connection is another matter";
    advance(5s);
    EXPECT_EQ(status_of(post("/ws/000/hostile-18-x/xhr")), 200);
}

struct HostileSockjsTimed : HostileSockjs {
    void configure() override {
        SockjsOptions own;
        own.heartbeat = 2s;
        own.disconnect_delay = 3s;
        app.add_handler("/timed", echo).with_sockjs(own);
        config.http.body_grace = 4s;
        config.http.min_body_rate = 10;
    }
};
TEST_F(HostileSockjsTimed, S18_TheDelayIsTheEndpointsOwn) {
    post("/timed/000/hostile-18/xhr");
    const auto poll = receive("POST", "/timed/000/hostile-18/xhr");
    advance(2s);
    EXPECT_EQ(body_of(poll->take_output()), "h\n");
    advance(3s - 1ms);
    EXPECT_EQ(echo->opened - echo->closed, 2);
    advance(1ms);
    EXPECT_EQ(echo->opened - echo->closed, 1);
}

TEST_F(HostileSockjsTimed, S20_TheRateIsASetting) {
    const auto pipe = connect();
    pipe->send(
        http_request("POST", "/timed/000/hostile-20/xhr_send", "", std::string(200, ' ')).substr(0, 160));
    settle();
    advance(4s);
    const std::string request =
        http_request("POST", "/timed/000/hostile-20/xhr_send", "", std::string(200, ' '));
    const std::size_t sent = 160 - (request.size() - 200);
    ASSERT_GT(sent, 40U) << "so that more than the grace is earned";
    EXPECT_EQ(said_by(*pipe), "");
    advance(std::chrono::milliseconds(sent * 100) - 4s - 1ms);
    EXPECT_EQ(said_by(*pipe), "");
    advance(1ms);
    EXPECT_EQ(status_of(said_by(*pipe)), 408);
}

TEST_F(HostileSockjs, S19_BodiesThatAreNoMessages) {
    const std::string url = "/ws/000/hostile-19";
    post(url + "/xhr");
    EXPECT_EQ(body_of(answer(http_request("POST", url + "/xhr_send"))), "Payload expected.");
    for (const std::string& body :
         {std::string("{}"), std::string("1"), std::string("[1]"), std::string("[[\"x\"]]"),
          std::string("\"x\""), std::string("[\"x\""), std::string("[\"x\",]"), std::string("[\"\xff\"]"),
          std::string("[\"\n\"]"), std::string("[\"\\x\"]"), std::string("[\"\\u12\"]"), std::string("null"),
          std::string("[null]"), std::string("['x']"), std::string("[\"x\"] x"),
          std::string("\xef\xbb\xbf[]"), std::string(10'000, '[')}) {
        const std::string said = answer(http_request("POST", url + "/xhr_send", "", body));
        EXPECT_EQ(status_of(said), 500) << body.substr(0, 50);
        EXPECT_EQ(body_of(said), "Broken JSON encoding.") << body.substr(0, 50);
    }
    std::string many = "[\"\"";
    for (int i = 0; i < 30'000; ++i) many += ",\"\"";
    EXPECT_EQ(status_of(answer_once(http_request("POST", url + "/xhr_send", "", many + "]"))), 413);
    EXPECT_EQ(status_of(post(url + "/xhr_send", std::string(10 * 1024 * 1024, ' '))), 413);
    EXPECT_EQ(status_of(post(url + "/xhr_send", "[]", "Content-Type: text/xml\r\n")), 204)
        << "the type is of no meaning";
    EXPECT_EQ(status_of(post(url + "/xhr_send", "[\"x\"]")), 204) << "the session has survived it all";
}

TEST_F(HostileSockjs, S20_ABodyThatTricklesIn) {
    for (const bool chunked : {true, false}) {
        const auto pipe = connect();
        pipe->send(std::string("POST /ws/000/hostile-20/xhr_send HTTP/1.1\r\nHost: localhost\r\n") +
                   (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: 10000\r\n\r\n"));
        settle();
        for (int second = 1; second < 10; ++second) {
            advance(1s);
            pipe->send(chunked ? "1\r\n \r\n" : " ");
            settle();
            EXPECT_EQ(said_by(*pipe), "") << second;
        }
        advance(1s);
        const std::string said = said_by(*pipe);
        EXPECT_EQ(status_of(said), 408);
        EXPECT_THAT(said, EndsWith("|closed"));
    }
}

TEST_F(HostileSockjs, S21_AStreamThatIsNeverRead) {
    const auto stream = receive("POST", "/ws/000/hostile-21/xhr_streaming");
    const WebSocketSession session = *echo->last;
    stream->stop_reading();
    const int before = echo->closed;
    const std::string piece(64 * 1024, 'x');
    for (int i = 0; i < 10; ++i) {
        session.send_text(piece);
        settle();
    }
    EXPECT_EQ(echo->closed, before + 1) << "512 KiB wait for it";
    stream->close();
}

TEST_F(HostileSockjs, S22_LineEndsInAnEventStream) {
    const auto stream = receive("GET", "/ws/000/hostile-22/eventsource");
    stream->take_output();
    echo->last->send_text(
        "a\r\nb\n\ndata: evil\rid: 1\xe2\x80\xa8"
        "c%0A");
    settle();
    const std::string said = stream->take_output();
    const std::string event = said.substr(said.find("\r\n") + 2);
    EXPECT_EQ(event, "data: a[\"a\\r\\nb\\n\\ndata: evil\\rid: 1\\u2028c%250A\"]\r\n\r\n\r\n");
}

TEST_F(HostileSockjs, S23_CharactersThatNetworksMangle) {
    post("/ws/000/hostile-23/xhr");
    echo->last->send_text("\0\x1f\x7f\xe2\x80\x8c\xe2\x80\xa8\xe2\x81\xa0\xef\xbf\xb0\xed\xa0\x80"sv);
    settle();
    EXPECT_THAT(body_of(post("/ws/000/hostile-23/xhr")),
                StartsWith("a[\"\\u0000\\u001f\\u007f\\u200c\\u2028\\u2060\\ufff0\\ufffd"))
        << "half a surrogate pair is no UTF-8, and becomes U+FFFD";
}

TEST_F(HostileSockjs, S24_MarkupInMessagesToPages) {
    const auto page = receive("GET", "/all/000/hostile-24/htmlfile?c=cb");
    page->take_output();
    echo->last->send_text("</script><script>alert(1)</script><!--");
    settle();
    const std::string script = page->take_output();
    EXPECT_THAT(script, HasSubstr("\\u003c/script>\\u003cscript>alert(1)\\u003c/script>\\u003c!--"));
    EXPECT_EQ(script.find("</script>"), script.rfind("</script>")) << "its own alone";
    get("/all/000/hostile-2j/jsonp?c=cb");
    echo->last->send_text("</script>");
    settle();
    EXPECT_THAT(get("/all/000/hostile-2j/jsonp?c=cb"), HasSubstr("\\u003c/script>"));
}

/// The catalogue wants 404 where origins are listed; there the page says that these alone may frame it.
TEST_F(HostileSockjs, S25_AForeignPageThatFramesTheIframePage) {
    EXPECT_EQ(status_of(get("/ws/iframe.html")), 404) << "off unless asked for";
    const std::string page = get("/all/iframe.html");
    EXPECT_EQ(field_of(page, "Content-Security-Policy"), "frame-ancestors 'self' https://good.com");
    const std::string kept = get("/all/iframe.html", "If-None-Match: " + field_of(page, "ETag") + "\r\n");
    EXPECT_EQ(status_of(kept), 304);
    EXPECT_EQ(field_of(kept, "Content-Security-Policy"), "frame-ancestors 'self' https://good.com");
    EXPECT_EQ(field_of(page, "Set-Cookie"), "absent");
}

TEST_F(HostileSockjs, S26_OtherSpellingsOfTheIframePage) {
    for (const char* path :
         {"/iframe-../../x.html", "/IFRAME.html", "/iframe", "/iframe.htm", "/iframe.HTML", "/iframe-A.html",
          "/iframe.html/", "/iframe%2ehtml", "/x/iframe.html", "/iframe-%3Cscript%3E.html"})
        EXPECT_EQ(status_of(answer(http_request("GET", "/all" + std::string(path)))), 404) << path;
    EXPECT_EQ(body_of(get("/all/iframe.html?t=..%2f")), body_of(get("/all/iframe.html")))
        << "a query changes nothing";
}

TEST_F(HostileSockjs, S27_AnotherTransportForASession) {
    const std::string url = "/all/000/hostile-27";
    post(url + "/xhr");
    const std::string absent = post("/all/000/nobodys-27/xhr_send", "[]");
    EXPECT_EQ(get(url + "/eventsource"), absent);
    EXPECT_EQ(get(url + "/jsonp?c=x"), absent);
    EXPECT_EQ(get(url + "/htmlfile?c=x"), absent);
    EXPECT_EQ(post(url + "/xhr_streaming"), absent);
    EXPECT_EQ(post(url + "/jsonp_send", "[\"x\"]"), absent);
    EXPECT_EQ(status_of(post(url + "/xhr_send", "[\"x\"]")), 204);
    EXPECT_EQ(body_of(post(url + "/xhr")), "a[\"x\"]\n");
}

TEST_F(HostileSockjs, S28_InfoAgainAndAgain) {
    std::set<std::string> seen;
    for (int i = 0; i < 2'000; ++i) {
        const std::string said = get("/ws/info");
        ASSERT_EQ(status_of(said), 200);
        ASSERT_THAT(field_of(said, "Cache-Control"), StartsWith("no-store"));
        seen.insert(body_of(said));
    }
    EXPECT_GT(seen.size(), 1'990U) << "fresh entropy";
    EXPECT_EQ(echo->opened, 1) << "and no session";
}

TEST_F(HostileSockjs, S29_JsessionidsThatWouldBreakTheHeader) {
    int session = 0;
    const auto echoed = [&](const std::string& value) {
        const std::string url = "/all/000/hostile-29-" + std::to_string(++session);
        return field_of(post(url + "/xhr", "", "Cookie: JSESSIONID=" + value + "\r\n"), "Set-Cookie");
    };
    EXPECT_EQ(echoed("abc.DEF_1-2"), "JSESSIONID=abc.DEF_1-2; path=/");
    for (const std::string& value :
         {std::string("a b"), std::string("a,b"), std::string("\"a\""), std::string("a%0d%0aX: y"),
          std::string("\xff"), std::string(65, 'a'), std::string("<script>"), std::string()})
        EXPECT_EQ(echoed(value), "JSESSIONID=dummy; path=/") << value;
    expect_refused(400, "GET /all HTTP/1.1\r\nHost: localhost\r\nCookie: JSESSIONID=a\rX: y\r\n\r\n");
    EXPECT_THAT(field_of(post("/ws/000/hostile-29/xhr", "", "Cookie: JSESSIONID=abc\r\n"), "Set-Cookie"),
                Not(HasSubstr("JSESSIONID")))
        << "off unless asked for";
}

TEST_F(HostileSockjs, S30_AStreamThatIsCutAndOpenedAgain) {
    const std::string url = "/ws/000/hostile-30";
    auto stream = receive("POST", url + "/xhr_streaming");
    const WebSocketSession session = *echo->last;
    session.send_text("one");
    settle();
    EXPECT_THAT(stream->take_output(), HasSubstr("a[\"one\"]"));
    stream->close();
    settle();
    session.send_text("two");
    settle();
    const std::string again = post(url + "/xhr_streaming");
    EXPECT_THAT(again, HasSubstr("c[1002,\"Connection interrupted\"]"));
    EXPECT_THAT(again, Not(HasSubstr("\"one"))) << "nothing twice";
    EXPECT_THAT(again, Not(HasSubstr("two\""))) << "nor anything behind a gap";
}

/// There is no framing above SockJS's that has lengths: a text is a JSON string. What comes nearest is a
/// WebSocket frame.
TEST_F(HostileSockjs, S31_LengthsThatLie) {
    const auto pipe = connect();
    pipe->send(upgrade_request("/ws/000/hostile-31/websocket"));
    settle();
    pipe->take_output();
    pipe->send("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xffmask[\"x\"]"sv);
    settle();
    EXPECT_THAT(pipe->take_output(), HasSubstr("\x03\xF1")) << "1009, before any of it is stored";
    EXPECT_TRUE(pipe->is_closed());
}

}  // namespace
}  // namespace stentor::test
