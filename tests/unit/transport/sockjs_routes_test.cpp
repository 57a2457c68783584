#include "sockjs_client.hpp"

#include <gmock/gmock.h>

namespace stentor::transport {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

using Client = SockjsClient;

TEST(SockjsGreeting, IsATextAtTheBaseWithAndWithoutASlash) {
    for (const char* path : {"/sockjs", "/sockjs/"}) {
        const std::string said = Client().request(get(path));
        EXPECT_THAT(said, StartsWith("HTTP/1.1 200 OK")) << path;
        EXPECT_EQ(field(said, "Content-Type"), "text/plain; charset=UTF-8");
        EXPECT_EQ(body_of(said), "Welcome to SockJS!\n");
        EXPECT_EQ(field(said, "Set-Cookie"), std::nullopt);
    }
}

TEST(SockjsGreeting, OtherPathsAre404) {
    for (const char* path : {"/sockjs/a", "/sockjs/a.html", "/sockjs//", "/sockjs///", "/sockjs/a/a",
                             "/sockjs/a/a/", "/sockjs/iframe.html", "/sockjs/000/session1/jsonp?c=x",
                             "/sockjs/000/session1/htmlfile?c=x", "/sockjs/000/session1/jsonp_send"})
        EXPECT_THAT(Client().request(get(path)), StartsWith("HTTP/1.1 404 ")) << path;
}

TEST(SockjsInfo, TellsWhatMakesSense) {
    Client client;
    const std::string first = client.request(get("/sockjs/info"));
    EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK"));
    EXPECT_EQ(field(first, "Content-Type"), "application/json; charset=UTF-8");
    EXPECT_EQ(field(first, "Cache-Control"), not_cached);
    EXPECT_EQ(field(first, "Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(field(first, "Access-Control-Allow-Credentials"), std::nullopt);
    EXPECT_THAT(body_of(first),
                StartsWith(R"({"websocket":true,"origins":["*:*"],"cookie_needed":false,"entropy":)"));
    EXPECT_NE(body_of(client.request(get("/sockjs/info"))), body_of(first))
        << "the entropy differs each time";
}

TEST(SockjsInfo, SaysWhenWebSocketIsOff) {
    Client client;
    client.bench.sockjs_settings().websocket = false;
    EXPECT_THAT(client.request(get("/sockjs/info")), HasSubstr(R"("websocket":false)"));
    EXPECT_THAT(client.request(upgrade("/sockjs/000/session1/websocket")), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(client.request(upgrade("/sockjs/websocket")), StartsWith("HTTP/1.1 404 "));
}

TEST(SockjsCors, AnAllowedOriginIsEchoedWithCredentials) {
    const std::string said = Client().request(get("/sockjs/info", "Origin: http://x\r\n"));
    EXPECT_EQ(field(said, "Access-Control-Allow-Origin"), "http://x");
    EXPECT_EQ(field(said, "Access-Control-Allow-Credentials"), "true");
}

TEST(SockjsS11, AForeignOriginIsNotEchoed) {
    for (const std::string& request :
         {get("/sockjs/info", "Origin: http://evil\r\n"), post(xhr, "", "Origin: http://evil\r\n"),
          std::string("OPTIONS /sockjs/info HTTP/1.1\r\nHost: x\r\nOrigin: http://evil\r\n\r\n")}) {
        Client client;
        const std::string said = client.request(request);
        EXPECT_THAT(said, StartsWith("HTTP/1.1 403 "));
        EXPECT_EQ(field(said, "Access-Control-Allow-Origin"), std::nullopt);
        EXPECT_THAT(client.bench.notes.events, IsEmpty());
    }
}

TEST(SockjsCors, PreflightsAreAnsweredForEachRequest) {
    for (const auto& [path, methods] : {std::pair("/sockjs/info", "OPTIONS, GET"),
                                        {xhr, "OPTIONS, POST"},
                                        {xhr_send, "OPTIONS, POST"},
                                        {xhr_streaming, "OPTIONS, POST"}}) {
        const std::string said = Client().request("OPTIONS " + std::string(path) +
                                                  " HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\n"
                                                  "Access-Control-Request-Headers: a, b\r\n\r\n");
        EXPECT_THAT(said, StartsWith("HTTP/1.1 204 ")) << path;
        EXPECT_EQ(field(said, "Access-Control-Allow-Methods"), methods);
        EXPECT_EQ(field(said, "Access-Control-Allow-Headers"), "a, b");
        EXPECT_EQ(body_of(said), "");
    }
}

TEST(SockjsMethods, OthersAre405WithAllow) {
    for (const char* path : {xhr, xhr_send, xhr_streaming}) {
        const std::string said = Client().request(get(path));
        EXPECT_THAT(said, StartsWith("HTTP/1.1 405 ")) << path;
        EXPECT_EQ(field(said, "Allow"), "OPTIONS, POST");
    }
}

TEST(SockjsSessionUrls, PartsWithDotsOrWithoutTextAre404) {
    for (const char* path :
         {"/sockjs//session1/xhr", "/sockjs/a.b/session1/xhr", "/sockjs/000/sess.ion1/xhr",
          "/sockjs/000//xhr", "/sockjs/000/session1/xhr/", "/sockjs/000/session1/xhr;setup.bat"})
        EXPECT_THAT(Client().request(post(path)), StartsWith("HTTP/1.1 404 ")) << path;
}

TEST(SockjsS15, AWeakSessionIdIs404) {
    EXPECT_THAT(Client().request(post("/sockjs/000/1/xhr")), StartsWith("HTTP/1.1 404 "));
    Client permissive;
    permissive.bench.sockjs_settings().strict_ids = false;
    EXPECT_EQ(body_of(permissive.request(post("/sockjs/a/a/xhr"))), "o\n");
}

TEST(SockjsSessionUrls, TheServerPartIsNotPartOfTheSession) {
    Client client;
    client.open();
    EXPECT_THAT(client.request(post("/sockjs/999/session1/xhr_send", R"(["x"])")),
                StartsWith("HTTP/1.1 204 "));
}

}  // namespace
}  // namespace stentor::transport
