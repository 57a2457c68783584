#include "hostile_site.hpp"

namespace stentor::test {
namespace {

using namespace std::string_literals;

using HostileNetwork = HostileSite;

TEST_F(HostileNetwork, T22_ProxyHeaders) {
    const std::string request = "GET /static/file.txt HTTP/1.1\r\nHost: localhost\r\n\r\n";
    expect_refused(400, "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n" + request);
    expect_refused(400, "PROXY UNKNOWN\r\n" + request);
    const std::string v2 = "\r\n\r\n\0\r\nQUIT\n"s;
    expect_refused(400, v2 + "\x21\x11\x00\x0c\x7f\x00\x00\x01\x7f\x00\x00\x01\x00\x01\x00\x02"s + request);
    expect_refused(
        400, v2 + "\x21\x11\xff\xff\x7f\x00\x00\x01\x7f\x00\x00\x01\x00\x01\x00\x02\x01\xff\xff"s + request);
    const std::string said = answer_once("PROXY " + std::string(1024 * 1024, 'x') + "\r\n" + request);
    EXPECT_EQ(status_of(said) / 100, 4) << said.substr(0, 100);
    EXPECT_THAT(said, EndsWith("|closed"));
}

/// Nobody's word is taken for it.
TEST_F(HostileNetwork, T23_AddressesThatAreOnlyClaimed) {
    std::string many;
    for (int i = 0; i < 1'000; ++i) many += "127.0.0.1,";
    for (const std::string& claimed : {"127.0.0.1"s, ""s, ", ,"s, "\xff"s, many.substr(0, 8'000)})
        for (const std::string name : {"X-Forwarded-For", "Forwarded", "X-Real-IP"}) {
            const auto pipe = connect();
            std::string request = upgrade_request("/ws/websocket");
            request.insert(request.size() - 2, name + ": " + claimed + "\r\n");
            pipe->send(request);
            settle();
            EXPECT_THAT(pipe->take_output(), StartsWith("HTTP/1.1 101 ")) << name << claimed.substr(0, 20);
            pipe->close();
            settle();
            EXPECT_NE(echo->last->handshake().remote_address, "127.0.0.1") << "without a port: the claim";
        }
}

/// Whatever the request: types are not guessed, nobody frames it who may not, and no address is passed on.
TEST_F(HostileNetwork, H32_WhatEveryAnswerTellsABrowser) {
    const auto get = [](const std::string& target, const std::string& fields = "") {
        return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
    };
    const auto post = [](const std::string& target, const std::string& body = "") {
        return "POST " + target +
               " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
               body;
    };
    const std::string etag = field_of(answer_once(get("/static/file.txt")), "ETag");
    const std::vector<std::pair<int, std::string>> requests{
        {200, get("/static/file.txt")},
        {304, get("/static/file.txt", "If-None-Match: " + etag + "\r\n")},
        {404, get("/static/nothing")},
        {405, post("/static/file.txt")},
        {400, "nonsense\r\n\r\n"},
        {414, get("/" + std::string(5'000, 'x'))},
        {431, get("/", "X: " + std::string(9'000, 'x') + "\r\n")},
        {405, "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {101, upgrade_request("/ws/websocket")},
        {400, get("/ws/websocket")},
        {403, get("/ws/websocket", "Origin: https://evil.com\r\n")},
        {426, get("/ws/websocket",
                  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 7\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")},
        {200, get("/all")},
        {200, get("/all/info")},
        {204, "OPTIONS /all/info HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {200, get("/all/iframe.html")},
        {200, post("/all/000/hostile1/xhr")},
        {200, post("/all/000/hostile2/xhr_streaming")},
        {200, get("/all/000/hostile3/eventsource")},
        {200, get("/all/000/hostile4/htmlfile?c=callback")},
        {200, get("/all/000/hostile5/jsonp?c=callback")},
        {500, get("/all/000/hostile6/jsonp")},
        {404, post("/all/000/hostile7/xhr_send", "[]")}};
    for (const auto& [status, request] : requests) {
        const auto pipe = connect();
        pipe->send(request);
        settle();
        const std::string said = pipe->take_output();
        EXPECT_EQ(status_of(said), status) << request;
        EXPECT_EQ(field_of(said, "X-Content-Type-Options"), "nosniff") << request;
        EXPECT_EQ(field_of(said, "Referrer-Policy"), "no-referrer") << request;
        EXPECT_NE(field_of(said, "Content-Security-Policy"), "absent") << request;
        EXPECT_EQ(field_of(said, "Strict-Transport-Security"), "absent") << "not in the clear: " << request;
        EXPECT_EQ(field_of(said, "Server"), "absent") << request;
        const bool is_transport = request.find("/all/000/") != std::string::npos && status == 200;
        if (is_transport) { EXPECT_THAT(field_of(said, "Cache-Control"), StartsWith("no-store")) << request; }
        const bool may_be_framed = request.find("iframe") != std::string::npos ||
                                   request.find("htmlfile") != std::string::npos ||
                                   (request.find("/static/file.txt") != std::string::npos && status < 400);
        if (!may_be_framed) {
            EXPECT_EQ(field_of(said, "Content-Security-Policy"), "frame-ancestors 'none'") << request;
        }
        pipe->close();
        settle();
    }
}

}  // namespace
}  // namespace stentor::test
