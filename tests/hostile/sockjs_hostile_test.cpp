#include "hostile_site.hpp"

#include <algorithm>
#include <set>

namespace stentor::test {
namespace {

class HostileSockjs : public HostileSite {
protected:
    std::string get(const std::string& target, const std::string& fields = "") {
        return answer_once(http_request("GET", target, fields));
    }
    std::string post(const std::string& target, const std::string& body = "",
                     const std::string& fields = "") {
        return answer_once(http_request("POST", target, fields, body));
    }
    /// A receiving request that stays open; what came at once is taken.
    std::shared_ptr<Pipe> receive(const std::string& method, const std::string& target,
                                  const std::string& fields = "") {
        auto pipe = connect();
        pipe->send(http_request(method, target, fields));
        settle();
        return pipe;
    }
    static std::string cookie_of(std::string_view answer) {
        const std::string cookie = field_of(answer, "Set-Cookie");
        return "Cookie: " + cookie.substr(0, cookie.find(';')) + "\r\n";
    }
    static constexpr const char* form = "Content-Type: application/x-www-form-urlencoded\r\n";
};

TEST_F(HostileSockjs, S01_JsonpCallbacksThatAreCode) {
    for (const std::string& callback :
         {std::string("alert(1)//"), std::string("%0d%0a"), std::string("<script>"),
          std::string("%3Cscript%3E"), std::string("a.b[0]"), std::string("a;b"), std::string("a%00"),
          std::string("%C3%A4"), std::string(65, 'a'), std::string(3'000, 'a'), std::string()}) {
        const std::string said = answer(http_request("GET", "/all/000/hostile-01/jsonp?c=" + callback));
        EXPECT_EQ(status_of(said), 500) << callback;
        EXPECT_EQ(body_of(said), "invalid \"callback\" parameter") << callback;
    }
    EXPECT_EQ(body_of(answer(http_request("GET", "/all/000/hostile-01/jsonp"))),
              "\"callback\" parameter required");
    EXPECT_EQ(status_of(get("/all/000/hostile-01/jsonp?c=" + std::string(10 * 1024, 'a'))), 414)
        << "not even an URI";
    EXPECT_EQ(echo->opened, 1) << "the witness's is the only session";
}

TEST_F(HostileSockjs, S02_HtmlfileCallbacksThatAreMarkup) {
    for (const char* callback : {"</script><script>alert(1)", "%3C/script%3E", "a%22", "a'"}) {
        const std::string said =
            answer(http_request("GET", "/all/000/hostile-02/htmlfile?c=" + std::string(callback)));
        EXPECT_EQ(status_of(said), 500) << callback;
        EXPECT_EQ(field_of(said, "Content-Type"), "text/plain; charset=UTF-8");
    }
    const auto page = receive("GET", "/all/000/hostile-02/htmlfile?c=cb");
    const std::string head = page->take_output();
    EXPECT_EQ(field_of(head, "X-Content-Type-Options"), "nosniff");
    EXPECT_THAT(field_of(head, "Content-Security-Policy"), StartsWith("default-src 'none'"));
}

TEST_F(HostileSockjs, S03_JsonpAsOtherContent) {
    const std::string said = get("/all/000/hostile-03/jsonp?c=CWSMIKI0hCD0Up0IZUnnnnnnnn");
    EXPECT_THAT(body_of(said), StartsWith("/**/"));
    EXPECT_EQ(field_of(said, "Content-Type"), "application/javascript; charset=UTF-8");
    EXPECT_EQ(field_of(said, "X-Content-Type-Options"), "nosniff");
}

TEST_F(HostileSockjs, S04_PathsThatEndLikeAProgram) {
    for (const char* path : {"/jsonp;setup.bat?c=calc", "/jsonp.bat?c=calc", "/xhr.cmd",
                             "/jsonp%3bsetup.bat?c=calc", "/xhr;x", "/jsonp/setup.bat?c=calc"}) {
        EXPECT_EQ(status_of(answer(http_request("GET", "/all/000/hostile-04" + std::string(path)))), 404)
            << path;
        EXPECT_EQ(status_of(answer(http_request("POST", "/all/000/hostile-04" + std::string(path)))), 404)
            << path;
    }
    EXPECT_EQ(status_of(get("/all/000/setup.bat/jsonp?c=x")), 404);
    EXPECT_EQ(status_of(get("/all/000/hostile;setup/jsonp?c=x")), 404);
    EXPECT_EQ(field_of(get("/all/000/hostile-04/jsonp?c=x"), "Content-Disposition"),
              "attachment; filename=f.txt");
}

TEST_F(HostileSockjs, S05_AnswersWhoseTypeMightBeGuessed) {
    const std::string url = "/all/000/hostile-05";
    post(url + "/xhr");
    for (const std::string& request :
         {http_request("GET", "/all"), http_request("GET", "/all/info"),
          http_request("GET", "/all/iframe.html"), http_request("GET", "/all/nothing"),
          http_request("POST", url + "/xhr_send", "", "[]"),
          http_request("POST", url + "/xhr_send", "", "<script>"),
          http_request("POST", "/all/000/hostile-5x/xhr"),
          http_request("POST", "/all/000/hostile-5y/xhr_streaming"),
          http_request("GET", "/all/000/hostile-5z/eventsource"),
          http_request("GET", "/all/000/hostile-5a/jsonp"), http_request("GET", "/static/file.txt"),
          http_request("GET", "/nothing"), std::string("<script>\r\n\r\n"),
          http_request("GET", "/all", "Origin: http://evil\r\n")}) {
        const std::string said = answer_once(request);
        EXPECT_EQ(field_of(said, "X-Content-Type-Options"), "nosniff") << request;
        EXPECT_NE(field_of(said, "Content-Type"), "absent") << request;
    }
    for (const char* target : {"/all/info", "/all/000/hostile-5b/jsonp?c=x"})
        EXPECT_THAT(field_of(get(target), "Cache-Control"), StartsWith("no-store")) << target;
}

TEST_F(HostileSockjs, S06_AnotherSitesForms) {
    const std::string opened = post("/all/000/hostile-06/xhr");
    const std::string jsonp = get("/all/000/hostile-6j/jsonp?c=x");
    for (const std::string origin : {"http://evil.example", "null"}) {
        const std::string foreign = "Origin: " + origin + "\r\n" + cookie_of(opened);
        EXPECT_EQ(status_of(post("/all/000/hostile-06/xhr_send", "[\"x\"]",
                                 foreign + "Content-Type: text/plain\r\n")),
                  403);
        EXPECT_EQ(status_of(post("/all/000/hostile-6j/jsonp_send", "d=%5B%22x%22%5D", foreign + form)), 403);
    }
    EXPECT_EQ(status_of(post("/ws/000/hostile-06/jsonp_send", "d=%5B%22x%22%5D", form)), 404)
        << "off unless asked for";
    EXPECT_EQ(status_of(post("/all/000/hostile-06/jsonp_send", "d=%5B%22x%22%5D", form)), 404)
        << "nor to a session of another transport";
}

TEST_F(HostileSockjs, S07_CrossSiteWebSocketHijack) {
    const int before = echo->opened;
    for (const char* target : {"/ws", "/ws/websocket", "/ws/000/hostile-07/websocket", "/all/websocket"})
        expect_refused(
            403, upgrade_request(target, "Origin: http://evil.example\r\nCookie: session=the-victims\r\n"));
    EXPECT_EQ(echo->opened, before);
}

TEST_F(HostileSockjs, S08_OriginsThatResembleAnAllowedOne) {
    for (const std::string origin :
         {"https://good.com.evil.com", "https://evilgood.com", "http://good.com", "https://good.com:8443",
          "https://good.com.", "https://good.com/", "https://user@good.com", "https://good.com%2eevil.com",
          "https://sub.good.com", "good.com", "//good.com", "https://good.com, https://good.com",
          "https://good.com\\@evil.com", "https://", "*", ""}) {
        const std::string said = answer(upgrade_request("/ws/websocket", "Origin: " + origin + "\r\n"));
        EXPECT_EQ(status_of(said), 403) << origin;
    }
    EXPECT_EQ(status_of(answer(upgrade_request("/ws/websocket",
                                               "Origin: https://good.com\r\nOrigin: https://good.com\r\n"))),
              403);
    EXPECT_EQ(status_of(answer(
                  upgrade_request("/ws/websocket", "Origin: https://" + std::string(7'000, 'a') + "\r\n"))),
              403);
    for (const char* origin :
         {"https://good.com", "https://GOOD.com", "https://good.com:443", "http://localhost"})
        EXPECT_EQ(
            status_of(answer(upgrade_request("/ws/websocket", "Origin: " + std::string(origin) + "\r\n"))),
            101)
            << origin;
}

TEST_F(HostileSockjs, S09_TheNullOrigin) {
    expect_refused(403, upgrade_request("/ws/websocket", "Origin: null\r\n"));
    EXPECT_EQ(status_of(post("/ws/000/hostile-09/xhr", "", "Origin: null\r\n")), 403);
}

/// The catalogue wants 403 where a cookie authenticated the request. No cookie authenticates anybody here:
/// the one of ours binds a session to its browser, is SameSite=Strict, and opens no session of anybody else.
TEST_F(HostileSockjs, S10_NoOriginButACookie) {
    const std::string opened = post("/ws/000/hostile-10/xhr");
    EXPECT_THAT(field_of(opened, "Set-Cookie"), EndsWith("; HttpOnly; SameSite=Strict"));
    EXPECT_EQ(status_of(post("/ws/000/hostile-10/xhr_send", "[\"x\"]", cookie_of(opened))), 204);
    EXPECT_EQ(status_of(answer(upgrade_request("/ws/websocket", "Cookie: session=1\r\n"))), 101);
}

TEST_F(HostileSockjs, S11_CorsForForeignOrigins) {
    for (const std::string method : {"OPTIONS", "GET"}) {
        const std::string said = answer(http_request(
            method, "/ws/info",
            "Origin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\nCookie: a=b\r\n"));
        EXPECT_EQ(status_of(said), 403);
        EXPECT_EQ(field_of(said, "Access-Control-Allow-Origin"), "absent");
        EXPECT_EQ(field_of(said, "Access-Control-Allow-Credentials"), "absent");
    }
    const std::string allowed = get("/ws/info", "Origin: https://good.com\r\n");
    EXPECT_EQ(field_of(allowed, "Access-Control-Allow-Origin"), "https://good.com");
    EXPECT_EQ(field_of(allowed, "Vary"), "Origin");
    const std::string plain = get("/ws/info");
    EXPECT_EQ(field_of(plain, "Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(field_of(plain, "Access-Control-Allow-Credentials"), "absent");
    EXPECT_EQ(field_of(plain, "Vary"), "Origin");
}

TEST_F(HostileSockjs, S12_GuessedSessionIds) {
    const std::string opened = post("/ws/000/hostile-12/xhr");
    EXPECT_EQ(status_of(post("/ws/000/hostile-12/xhr_send", "[]", cookie_of(opened))), 204);
    const std::string absent = post("/ws/000/nobodys-12/xhr_send", "[\"x\"]");
    EXPECT_EQ(status_of(absent), 404);
    EXPECT_EQ(post("/ws/000/hostile-12/xhr_send", "[\"x\"]"), absent);
    EXPECT_EQ(post("/ws/000/hostile-12/xhr_send", "no JSON"), absent) << "not even what is wrong with it";
    EXPECT_EQ(post("/ws/000/hostile-12/xhr"), absent);
}

/// That of another user is in SockjsOwner's tests: nothing of an application's makes one before a session
/// opens yet.
TEST_F(HostileSockjs, S13_AStolenSessionId) {
    const std::string opened = post("/ws/000/hostile-13/xhr");
    const std::string own = cookie_of(opened);
    const std::string stolen_by = cookie_of(post("/ws/000/another-13/xhr"));
    ASSERT_NE(own, stolen_by);
    EXPECT_EQ(status_of(post("/ws/000/hostile-13/xhr_send", "[\"mine\"]", own)), 204);
    for (const std::string& cookie : {stolen_by, std::string(), std::string("Cookie: STENTOR_SOCKJS=\r\n")}) {
        EXPECT_EQ(status_of(post("/ws/000/hostile-13/xhr_send", "[\"theirs\"]", cookie)), 404);
        EXPECT_EQ(status_of(post("/ws/000/hostile-13/xhr", "", cookie)), 404);
    }
    EXPECT_EQ(body_of(post("/ws/000/hostile-13/xhr", "", own)), "a[\"mine\"]\n");
}

TEST_F(HostileSockjs, S14_ASessionPreparedForAVictim) {
    const std::string attackers = cookie_of(post("/ws/000/another-14/xhr"));
    post("/ws/000/hostile-14/xhr", "", attackers);
    const std::string victims = cookie_of(post("/ws/000/victims-14/xhr"));
    EXPECT_EQ(status_of(post("/ws/000/hostile-14/xhr", "", victims)), 404);
    EXPECT_EQ(status_of(post("/ws/000/hostile-14/xhr")), 404);
}

TEST_F(HostileSockjs, S15_StrangeSessionIds) {
    for (const std::string& id :
         {std::string("1"), std::string("1234567"), std::string("."), std::string("%2e%2e%2e%2e"),
          std::string("1234.678"), std::string("12345678;"), std::string("1234%2f678"), std::string(129, 'a'),
          std::string("%C3%A412345678"), std::string("12345 78"), std::string("1234%0078"), std::string()}) {
        const int status = status_of(answer_once(http_request("POST", "/ws/000/" + id + "/xhr")));
        EXPECT_TRUE(status == 404 || status == 400) << id << ' ' << status;
    }
    EXPECT_EQ(status_of(post("/ws/000/" + std::string(4'096, 'a') + "/xhr")), 414);
    EXPECT_EQ(status_of(post("/ws/000/" + std::string(128, 'a') + "/xhr")), 200);
    EXPECT_EQ(status_of(post("/ws/" + std::string(129, 'a') + "/12345678/xhr")), 404);
}

TEST_F(HostileSockjs, S16_IdsOfOursThatCouldBeForetold) {
    std::set<std::string> ids;
    for (int i = 0; i < 20; ++i) {
        const std::string opened = post("/ws/000/hostile-16-" + std::to_string(i) + "/xhr");
        const std::string cookie = field_of(opened, "Set-Cookie");
        for (const std::string& id : {echo->last->id(), cookie.substr(15, 32)}) {
            EXPECT_EQ(id.size(), 32U);
            EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
            EXPECT_TRUE(ids.insert(id).second) << "twice: " << id;
        }
        EXPECT_EQ(status_of(post("/ws/000/" + echo->last->id() + "/xhr_send", "[]")), 404)
            << "not what is in its URL";
    }
}

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
    EXPECT_THAT(again, Not(HasSubstr("one"))) << "nothing twice";
    EXPECT_THAT(again, Not(HasSubstr("two"))) << "nor anything behind a gap";
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
