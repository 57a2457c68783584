#include "sockjs_client.hpp"

#include <gmock/gmock.h>

namespace stentor::transport {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using Client = SockjsClient;

constexpr const char* jsonp = "/sockjs/000/session1/jsonp?c=cb";
constexpr const char* jsonp_send = "/sockjs/000/session1/jsonp_send";

/// A receiving GET that stays open; `said` is what came at once.
TransportBench::Link& receive_by_get(Client& client, std::string_view target, std::string& said) {
    auto& link = client.bench.connect();
    said = client.bench.send(link, get(target));
    return link;
}

/// What a message of the session's brings to that connection.
std::string message_to(Client& client, TransportBench::Link& link, std::string_view text) {
    client.bench.notes.send(text);
    client.bench.end_turn();
    return link.pipe->take_output();
}

TEST(SockjsEventSource, StreamsEventsWithoutBeingAskedFor) {
    Client client;
    std::string head;
    auto& stream = receive_by_get(client, "/sockjs/000/session1/eventsource", head);
    EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK"));
    EXPECT_EQ(field(head, "Content-Type"), "text/event-stream");
    EXPECT_EQ(field(head, "Cache-Control"), not_cached);
    EXPECT_THAT(chunks_of(head), ElementsAre("\r\n", "data: o\r\n\r\n"));
    EXPECT_THAT(chunks_of(message_to(client, stream, "a\nb")), ElementsAre("data: a[\"a\\nb\"]\r\n\r\n"));
}

TEST(SockjsHtmlFile, StreamsScriptsWhereItIsSwitchedOn) {
    Client client;
    client.bench.sockjs_settings().htmlfile = true;
    std::string head;
    auto& stream = receive_by_get(client, "/sockjs/000/session1/htmlfile?c=parent.cb", head);
    EXPECT_EQ(field(head, "Content-Type"), "text/html; charset=UTF-8");
    EXPECT_NE(field(head, "Content-Security-Policy"), std::nullopt);
    EXPECT_THAT(chunks_of(message_to(client, stream, "</script>")),
                ElementsAre("<script>\np(\"a[\\\"\\u003c/script>\\\"]\");\n</script>\r\n"));
}

TEST(SockjsS1, ABadCallbackOpensNoSession) {
    Client client;
    client.bench.sockjs_settings().jsonp = true;
    const std::string missing = client.request(get("/sockjs/000/session1/jsonp"));
    EXPECT_THAT(missing, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(body_of(missing), HasSubstr("\"callback\" parameter required"));
    EXPECT_THAT(body_of(client.request(get("/sockjs/000/session1/jsonp?c=alert(1)"))),
                HasSubstr("invalid \"callback\" parameter"));
    EXPECT_EQ(client.bench.sockjs.size(), 0U);
}

TEST(SockjsJsonp, OneFrameAResponseAndSendsByForm) {
    Client client;
    client.bench.sockjs_settings().jsonp = true;
    const std::string opened = client.request(get(jsonp));
    EXPECT_EQ(field(opened, "Content-Type"), "application/javascript; charset=UTF-8");
    EXPECT_NE(field(opened, "Content-Disposition"), std::nullopt) << "S4";
    EXPECT_EQ(body_of(opened), "/**/cb(\"o\");\r\n");
    const std::string sent = client.request(
        post(jsonp_send, "d=%5B%22x%22%5D", "Content-Type: application/x-www-form-urlencoded\r\n"));
    EXPECT_THAT(sent, StartsWith("HTTP/1.1 200 OK"));
    EXPECT_EQ(body_of(sent), "ok");
    EXPECT_THAT(client.bench.notes.events, testing::Contains("text x"));
    EXPECT_THAT(client.request(post(jsonp_send, "d=", "Content-Type: application/x-www-form-urlencoded\r\n")),
                HasSubstr("Payload expected."));
}

TEST(SockjsIframe, IsServedWhereItIsSwitchedOn) {
    Client client;
    client.bench.sockjs_settings().iframe = true;
    client.bench.sockjs_settings().client_url = "/sockjs.js";
    const std::string page = client.request(get("/sockjs/iframe-1.0.html"));
    EXPECT_THAT(page, StartsWith("HTTP/1.1 200 OK"));
    EXPECT_THAT(body_of(page), HasSubstr("/sockjs.js"));
    const auto etag = field(page, "ETag");
    ASSERT_NE(etag, std::nullopt);
    EXPECT_THAT(client.request(get("/sockjs/iframe.html", "If-None-Match: " + std::string(*etag) + "\r\n")),
                StartsWith("HTTP/1.1 304 "));
    EXPECT_THAT(client.request(get("/sockjs/IFRAME.html")), StartsWith("HTTP/1.1 404 "));
}

TEST(SockjsCookies, JsessionidIsSetOnTransportsWhereItIsNeeded) {
    Client client;
    client.bench.sockjs_settings().cookie_needed = true;
    const std::string polled = client.request(post(xhr));
    EXPECT_EQ(field(polled, "Set-Cookie"), "JSESSIONID=dummy; path=/");
    EXPECT_EQ(field(client.request(post(xhr_send, "[]", "Cookie: JSESSIONID=abc\r\n")), "Set-Cookie"),
              "JSESSIONID=abc; path=/");
    EXPECT_EQ(field(client.request(get("/sockjs/info")), "Set-Cookie"), std::nullopt);
}

}  // namespace
}  // namespace stentor::transport
