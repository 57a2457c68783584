#include "hostile_sockjs.hpp"

#include <set>

namespace stentor::test {
namespace {

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

}  // namespace
}  // namespace stentor::test
