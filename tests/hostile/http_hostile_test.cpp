#include "hostile_site.hpp"

namespace stentor::test {
namespace {

using HostileHttp = HostileSite;

std::string with(std::string_view fields, std::string_view rest = "") {
    return "POST /ws/000/hostile-1/xhr_send HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) + "\r\n" +
           std::string(rest);
}
std::string chunked(std::string_view body) { return with("Transfer-Encoding: chunked\r\n", body); }
/// An upgrade request whose own fields are exactly these.
std::string upgrade(std::string_view fields, std::string_view target = "/ws") {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) + "\r\n";
}
constexpr const char* good_upgrade =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

TEST_F(HostileHttp, H01_ContentLengthAndTransferEncoding) {
    expect_refused(
        400, with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nGET / HTTP/1.1\r\n\r\n"));
    expect_refused(
        400, with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\nGET / HTTP/1.1\r\n\r\n"));
}

TEST_F(HostileHttp, H02_TransferEncodingInHttp10) {
    expect_refused(400, "POST /ws HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
}

TEST_F(HostileHttp, H03_TransferEncodingsOtherThanChunked) {
    for (const std::string_view fields :
         {"Transfer-Encoding: chunked, gzip\r\n"sv, "Transfer-Encoding: gzip, chunked\r\n"sv,
          "Transfer-Encoding: chunked, chunked\r\n"sv, "Transfer-Encoding: xchunked\r\n"sv,
          "Transfer-Encoding: \x0b"
          "chunked\r\n"sv,
          "Transfer-Encoding: \x0c"
          "chunked\r\n"sv,
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"sv,
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"sv,
          "Transfer-Encoding:\r\n chunked\r\n"sv, "Transfer-Encoding : chunked\r\n"sv,
          "Transfer-Encoding: \r\n"sv, "Transfer-Encoding: identity\r\n"sv,
          "Transfer-Encoding: \"chunked\"\r\n"sv, "Transfer-Encoding: chunked;q=1\r\n"sv})
        expect_refused(400, with(fields, "0\r\n\r\n"));
    EXPECT_EQ(status_of(answer(with("transfer-encoding: CHUNKED\r\n", "0\r\n\r\n"))), 404) << "well-formed";
}

TEST_F(HostileHttp, H04_MalformedContentLengths) {
    for (const std::string_view length :
         {"+5", "-1", "0x5", "05", "05 x", "5,5", "5, 6", "", "18446744073709551616", "9223372036854775808",
          "18446744073709551621", "\xef\xbc\x95", "5 5", "5.0", "1e1", "5;", "\"5\""})
        expect_refused(400, with("Content-Length: " + std::string(length) + "\r\n", "[\"x\"]"));
    expect_refused(400, with("Content-Length: 5\r\nContent-Length: 6\r\n", "[\"x\"]"));
    expect_refused(400, with("Content-Length: 5\r\nContent-Length: 5\r\n", "[\"x\"]"));
    expect_refused(413, with("Content-Length: 1099511627776\r\n"));
}

TEST_F(HostileHttp, H05_MalformedChunkSizes) {
    for (const std::string_view size :
         {"FFFFFFFFFFFFFFFF", "8000000000000005", "-1", "0x10", " 5", "5 ", "5_0", "+5", "", "g", ";"})
        expect_refused(400, chunked(std::string(size) + "\r\nhello\r\n0\r\n\r\n"));
    expect_refused(400, chunked(std::string(100, '0') + "5\r\nhello\r\n0\r\n\r\n"));
    expect_refused(413, chunked("7FFFFFFFFFFFFFFF\r\nhello"));
    std::string many;
    for (int i = 0; i < 33; ++i) many += "1000\r\n" + std::string(4096, 'x') + "\r\n";
    expect_refused(413, chunked(many));
}

TEST_F(HostileHttp, H06_ChunksThatAreNotWhatTheySay) {
    expect_refused(400, chunked("5;" + std::string(1024 * 1024, 'x')));
    for (const std::string_view body :
         {"5;a\nhello\r\n0\r\n\r\n"sv, "5;a\rb\r\nhello\r\n0\r\n\r\n"sv, "5;\0\r\n"sv,
          "5\r\nhello!\r\n0\r\n\r\n"sv, "5\r\nhello0\r\n\r\n"sv, "5\nhello\r\n"sv, "5\r\nhello\n0\r\n\r\n"sv,
          "0\r\n\n"sv, "0\r\nX\r\n\r\n"sv})
        expect_refused(400, chunked(body));
    std::string dripping;  // extensions are counted over the whole body
    for (int i = 0; i < 20; ++i) dripping += "1;" + std::string(60, 'x') + "\r\nx\r\n";
    expect_refused(400, chunked(dripping));
}

TEST_F(HostileHttp, H07_TrailersThatWouldChangeTheRequest) {
    const std::string said =
        answer(chunked("2\r\n[]\r\n0\r\nContent-Length: 100\r\nHost: evil\r\nAuthorization: Basic eA==\r\n"
                       "Transfer-Encoding: gzip\r\nConnection: close\r\n\r\n") +
               http_request("GET", "/ws"));
    EXPECT_EQ(status_of(said), 404);
    EXPECT_THAT(said, EndsWith("Welcome to SockJS!\n")) << "the connection goes on behind the body";
    expect_refused(431, chunked("0\r\n" + std::string(5'000, 'x')));
}

TEST_F(HostileHttp, H08_ControlCharactersAndLineEnds) {
    for (const std::string_view bytes :
         {"\0GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"sv, "\x01GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"sv,
          "\x7FGET / HTTP/1.1\r\nHost: localhost\r\n\r\n"sv, " GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"sv,
          "\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n"sv,
          "\r\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n"sv,
          "\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n"sv, "GET / HTTP/1.1\nHost: x\n\n"sv,
          "GET / HTTP/1.1\r\nHost: x\r\r\n\r\n"sv, "GET / HTTP/1.1\r\nHost: x\ry: z\r\n\r\n"sv,
          "GET /\r/ HTTP/1.1\r\nHost: localhost\r\n\r\n"sv, "GET\t/ HTTP/1.1\r\nHost: localhost\r\n\r\n"sv,
          "GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n"sv, "GET / HTTP/1.1 \r\nHost: localhost\r\n\r\n"sv})
        expect_refused(400, bytes);
    EXPECT_EQ(body_of(answer("\r\n" + http_request("GET", "/ws"))), "Welcome to SockJS!\n");
}

TEST_F(HostileHttp, H09_MalformedHeaderLines) {
    for (const std::string_view line :
         {"A : b"sv, "A b: c"sv, ": c"sv, "no colon"sv, "A: b\r\n folded"sv, "A: b\r\n\tfolded"sv, " A: b"sv,
          "A: b\0c"sv, "A: b\rc"sv, "\xc3\xa4: b"sv, "A\x80: b"sv, "A\0: b"sv, "A(: b"sv, "A: \x01"sv,
          "A: \x7F"sv})
        expect_refused(400, with(std::string(line) + "\r\n"));
}

TEST_F(HostileHttp, H10_NoHostOrMoreThanOne) {
    expect_refused(400, "GET /ws HTTP/1.1\r\n\r\n");
    expect_refused(400, "GET /ws HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
    for (const std::string host : {"a, b", "user@a", "a/b", "a b", "", "a:b", "a:99999999", "[::1", "[]",
                                   "a:1:2", "[x]", "a\\b", "<a>", "%61"})
        expect_refused(400, "GET /ws HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    expect_refused(400, "GET /ws HTTP/1.1\r\nHost: " + std::string(1024, 'a') + "\r\n\r\n");
    expect_refused(400, "GET http://a/ws HTTP/1.1\r\nHost: b\r\n\r\n");
    EXPECT_EQ(status_of(answer("GET /ws HTTP/1.1\r\nHost: localhost\r\nOrigin: \x80[://\r\n\r\n")), 403)
        << "a malformed Origin is a foreign one";
}

TEST_F(HostileHttp, H11_TooManyOrTooLongHeaders) {
    const auto fields = [](int count) {
        std::string lines;
        for (int i = 0; i < count; ++i) lines += "A: b\r\n";
        return lines;
    };
    EXPECT_EQ(status_of(answer_once("GET /ws HTTP/1.1\r\nHost: localhost\r\n" + fields(99) + "\r\n")), 200);
    expect_refused(431, "GET /ws HTTP/1.1\r\nHost: localhost\r\n" + fields(100) + "\r\n");
    expect_refused(431, "GET /ws HTTP/1.1\r\nHost: localhost\r\n" + fields(2'000) + "\r\n");
    expect_refused(431,
                   "GET /ws HTTP/1.1\r\nHost: localhost\r\nA: " + std::string(16 * 1024, 'x') + "\r\n\r\n");
    std::string head = "GET /ws HTTP/1.1\r\nHost: localhost\r\n";
    for (int i = 0; i < 9; ++i) head += "A: " + std::string(7 * 1024, 'x') + "\r\n";
    expect_refused(431, head + "\r\n");
    EXPECT_EQ(answer(byte_by_byte(head)), answer_once(head));
}

TEST_F(HostileHttp, H12_AnEndlessUri) {
    expect_refused(414, "GET /" + std::string(64 * 1024, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect_refused(414, "GET /?" + std::string(5 * 1024, 'x'));
    expect_refused(400, std::string(64 * 1024, 'G'));
}

TEST_F(HostileHttp, H13_OtherVersions) {
    for (const char* line : {"PRI * HTTP/2.0", "GET / HTTP/1.2", "GET / HTTP/9.9", "GET / HTTP/0.9"})
        expect_refused(505, std::string(line) + "\r\nHost: localhost\r\n\r\n");
    for (const char* line : {"GET / HTTP/1.10", "GET /", "GET / http/1.1", "GET / HTTP/1", "GET / HTTP/01.1",
                             "GET / HTTP/1.1x", "GET / HTTPS/1.1", "GET / HTTP/+1.1", "GET / HTTP /1.1"})
        expect_refused(400, std::string(line) + "\r\nHost: localhost\r\n\r\n");
}

TEST_F(HostileHttp, H14_TargetsThatAreNoPathOfOurs) {
    expect_refused(400, "GET http://evil/ws HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect_refused(400, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n");
    // The authority form is no path of this host, so that CONNECT is not even understood: 400, not 405.
    expect_refused(400, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n");
    EXPECT_EQ(status_of(answer("GET //evil/ws HTTP/1.1\r\nHost: localhost\r\n\r\n")), 404);
    EXPECT_EQ(status_of(answer("CONNECT /ws HTTP/1.1\r\nHost: localhost\r\n\r\n")), 405);
    const std::string traced =
        answer("TRACE /static/file.txt HTTP/1.1\r\nHost: localhost\r\nCookie: secret\r\n\r\n");
    EXPECT_EQ(status_of(traced), 405);
    EXPECT_NE(field_of(traced, "Allow"), "absent");
    EXPECT_THAT(traced, Not(HasSubstr("secret")));
    EXPECT_EQ(body_of(answer("GET http://localhost/static/file.txt HTTP/1.1\r\nHost: localhost\r\n\r\n")),
              "0123456789");
    expect_refused(400, upgrade(good_upgrade, "http://evil/ws"));
    EXPECT_EQ(status_of(answer(upgrade(good_upgrade, "//evil/ws"))), 404);
}

TEST_F(HostileHttp, H15_PathsThatClimb) {
    std::filesystem::create_directories(folder);
    for (const char* path : {"/static/..%2f..%2fetc/passwd", "/%2e%2e/etc/passwd", "/static/./../file.txt",
                             "/static/%2e/file.txt", "/static/file.txt;x=y", "/static/%252e%252e/x",
                             "/static//file.txt", "/static/file.txt/", "/static/..;/file.txt", "/static/sub"})
        EXPECT_EQ(status_of(answer(http_request("GET", path))), 404) << path;
    for (const char* path : {"/static\\file.txt", "/static/%5c..", "/static/%00", "/static/file.txt%00.js",
                             "/static/%c0%ae%c0%ae/x", "/static/%", "/static/%2", "/static/%zz",
                             "/static/%ff", "static/file.txt"})
        expect_refused(400, http_request("GET", path));
}

TEST_F(HostileHttp, H16_OtherSpellingsOfAnEndpoint) {
    for (const char* path : {"/ws", "/%77s", "/w%73"}) {
        EXPECT_EQ(status_of(answer(upgrade(good_upgrade, path))), 101) << path;
        EXPECT_EQ(status_of(answer(upgrade(std::string(good_upgrade) + "Origin: http://evil\r\n", path))),
                  403)
            << path;
    }
    for (const char* path :
         {"/WS", "/ws;x", "//ws", "/ws//", "/ws/.", "/./ws", "/ws%2f", "/ws%00", "/ws%20", "/x/../ws"}) {
        const int status = status_of(answer(upgrade(good_upgrade, path)));
        EXPECT_TRUE(status == 404 || status == 400) << path << ' ' << status;
    }
    EXPECT_EQ(status_of(answer(upgrade(good_upgrade, "/ws/"))), 200)
        << "SockJS's greeting, which is no WebSocket";
}

TEST_F(HostileHttp, H17_ASecondRequestBehindAnUpgrade) {
    const std::string smuggled = http_request("GET", "/static/file.txt");
    const std::string accepted = answer(upgrade(good_upgrade) + smuggled);
    EXPECT_EQ(status_of(accepted), 101);
    EXPECT_THAT(accepted, Not(HasSubstr("0123456789")));
    EXPECT_THAT(accepted, EndsWith("|closed")) << "it was no WebSocket frame";
    for (const char* target : {"/nothing", "/ws/info", "/static/file.txt?"}) {
        const std::string refused = answer_once(upgrade(good_upgrade, target) + smuggled);
        EXPECT_EQ(refused.find("HTTP/1.1", 1), std::string::npos) << target;
        EXPECT_THAT(refused, EndsWith("|closed"));
    }
}

TEST_F(HostileHttp, H18_AnUpgradeWithABody) {
    const std::string smuggled = http_request("GET", "/static/file.txt");
    const std::string length = "Content-Length: " + std::to_string(smuggled.size()) + "\r\n";
    expect_refused(400, upgrade(good_upgrade + length) + smuggled);
    expect_refused(
        400, upgrade(std::string(good_upgrade) + "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n" + smuggled);
    EXPECT_EQ(status_of(answer(upgrade(std::string(good_upgrade) + "Content-Length: 0\r\n"))), 101)
        << "that is none";
}

TEST_F(HostileHttp, H19_Expectations) {
    for (const char* expectation : {"100-continue", "200-maybe", ""})
        expect_refused(417,
                       with("Expect: " + std::string(expectation) + "\r\nContent-Length: 5\r\n", "[\"x\"]"));
}

TEST_F(HostileHttp, H20_OtherMethodsAtAWebSocket) {
    for (const std::string method : {"POST", "PUT", "HEAD", "DELETE", "get"}) {
        for (const std::string fields : {"", good_upgrade}) {
            const std::string said =
                answer(method + " /ws/websocket HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
            EXPECT_EQ(status_of(said), 405) << method;
            EXPECT_EQ(field_of(said, "Allow"), "GET") << method;
        }
    }
    EXPECT_EQ(status_of(answer(http_request("GET", "/ws/websocket"))), 400);
}

TEST_F(HostileHttp, H21_ConnectionIsAList) {
    const auto status = [&](const std::string& connection) {
        return status_of(
            answer(upgrade("Upgrade: WebSocket\r\n" + connection +
                               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                           "/ws/websocket")));
    };
    for (const char* connection :
         {"Connection: keep-alive, Upgrade\r\n", "Connection: UPGRADE,keep-alive\r\n",
          "connection: keep-alive\r\nConnection: upgrade\r\n", "Connection: , ,upgrade ,\r\n"})
        EXPECT_EQ(status(connection), 101) << connection;
    for (const char* connection :
         {"", "Connection: close\r\n", "Connection: keep-alive\r\n", "Connection: upgraded\r\n",
          "Connection: x upgrade\r\n", "Connection: \"Upgrade\"\r\n"})
        EXPECT_EQ(status(connection), 400) << connection;
}

TEST_F(HostileHttp, H22_AnUpgradeWhereThereIsNoWebSocket) {
    EXPECT_EQ(status_of(answer_once(upgrade(good_upgrade, "/ws/info"))), 200);
    EXPECT_EQ(status_of(answer_once(upgrade(good_upgrade, "/"))), 404);
    EXPECT_EQ(status_of(answer_once(upgrade(good_upgrade, "/static/file.txt"))), 200);
    EXPECT_EQ(status_of(answer_once(upgrade(good_upgrade, "/ws/000/hostile-22/xhr"))), 405);
    EXPECT_EQ(status_of(answer_once(upgrade(good_upgrade, "/ws/000/hostile-22/eventsource"))), 200);
    EXPECT_EQ(status_of(answer_once(upgrade("Upgrade: mqtt\r\nConnection: Upgrade\r\n", "/ws/websocket"))),
              400);
}

TEST_F(HostileHttp, H23_AHandshakeThatFailsOrIsLeft) {
    const std::string request = upgrade(good_upgrade, "/ws/websocket");
    for (std::size_t cut = 0; cut <= request.size(); ++cut) {
        const auto pipe = connect();
        pipe->send(request.substr(0, cut));
        pipe->close();
        settle();
        EXPECT_EQ(pipe->take_output().find("HTTP/1.1", 1), std::string::npos) << cut;
    }
    EXPECT_EQ(echo->opened - echo->closed, 1) << "the witness's session is the only one left";
    echo->throws = true;
    const std::string said = answer_once(request);
    echo->throws = false;
    EXPECT_EQ(status_of(said), 101);
    EXPECT_THAT(said, HasSubstr("\r\n\r\n\x88")) << "one answer, then a close frame";
    EXPECT_THAT(said, HasSubstr("\x03\xF3")) << "1011";
}

TEST_F(HostileHttp, H24_OtherWebSocketVersions) {
    for (const std::string version :
         {"Sec-WebSocket-Version: 8\r\n", "Sec-WebSocket-Version: 99\r\n", "",
          "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13\r\n", "Sec-WebSocket-Version: 13, 8\r\n",
          "Sec-WebSocket-Version: 013\r\n", "Sec-WebSocket-Version: \r\n"}) {
        const std::string said = answer(upgrade(
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
            version));
        EXPECT_EQ(status_of(said), 426) << version;
        EXPECT_EQ(field_of(said, "Sec-WebSocket-Version"), "13") << version;
        EXPECT_THAT(said, EndsWith("|closed"));
    }
}

TEST_F(HostileHttp, H25_MalformedWebSocketKeys) {
    for (const std::string key :
         {"", "Sec-WebSocket-Key: \r\n", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZTE=\r\n", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j*Q==\r\n",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"})
        expect_refused(
            400, upgrade("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" + key));
}

TEST_F(HostileHttp, H26_OddSubprotocols) {
    for (const std::string value :
         {std::string(8'000, ' ') + "x", std::string(8'000, ','), std::string("x, x, x"),
          std::string(", ,,x,"), std::string("\xff\xfe"), std::string("none-we-know")}) {
        const std::string said =
            answer(upgrade(std::string(good_upgrade) + "Sec-WebSocket-Protocol: " + value + "\r\n"));
        EXPECT_EQ(status_of(said), 101);
        EXPECT_EQ(field_of(said, "Sec-WebSocket-Protocol"), "absent");
    }
}

TEST_F(HostileHttp, H27_OddExtensions) {
    std::string thousand;
    for (int i = 0; i < 1'000; ++i) thousand += "a;b=c,";
    for (const std::string value :
         {std::string("unknown"), thousand, std::string("permessage-deflate; x=\"unclosed"),
          std::string("permessage-deflate; server_max_window_bits=99"), std::string(";;;==="),
          std::string("permessage-deflate; server_no_context_takeover; server_no_context_takeover"),
          std::string()}) {
        const std::string said =
            answer(upgrade(std::string(good_upgrade) + "Sec-WebSocket-Extensions: " + value + "\r\n"));
        EXPECT_EQ(status_of(said), 101) << value.substr(0, 60);
        EXPECT_EQ(field_of(said, "Sec-WebSocket-Extensions"), "absent") << value.substr(0, 60);
    }
}

TEST_F(HostileHttp, H28_LineEndsInReflectedValues) {
    const std::string evil = "%0d%0aSet-Cookie:%20evil=1";
    for (const std::string& request :
         {http_request("GET", "/all/000/hostile-28/jsonp?c=" + evil),
          http_request("GET", "/all/000/hostile-28/htmlfile?c=" + evil),
          http_request("GET", "/static/" + evil), http_request("GET", "/ws/" + evil),
          http_request("OPTIONS", "/ws/info",
                       "Access-Control-Request-Headers: a%0d%0aSet-Cookie: evil=1\r\n"),
          http_request("OPTIONS", "/ws/info", "Access-Control-Request-Headers: a;b=\"c\"\r\n"),
          http_request("POST", "/all/000/hostile-28/xhr", "Cookie: JSESSIONID=a" + evil + "\r\n")}) {
        const std::string said = answer_once(request);
        const std::string head = said.substr(0, said.find("\r\n\r\n"));
        EXPECT_THAT(head, Not(HasSubstr("evil"))) << request;
        EXPECT_EQ(field_of(said, "Access-Control-Allow-Headers"), "absent") << request;
    }
}

TEST_F(HostileHttp, H29_UnderscoresAreNotDashes) {
    const std::string said =
        answer(with("Content_Length: 5\r\nTransfer_Encoding: chunked\r\n") + http_request("GET", "/ws"));
    EXPECT_EQ(body_of(said.substr(1)).substr(0, 10), "Not found\n") << "a body of nothing";
    EXPECT_THAT(said, EndsWith("Welcome to SockJS!\n")) << "and then a request";
}

TEST_F(HostileHttp, H30_CompressedBodies) {
    expect_refused(415, with("Content-Encoding: gzip\r\nContent-Length: 5\r\n", "\x1f\x8b\x08xx"));
    expect_refused(415, with("Content-Encoding: identity\r\nContent-Length: 2\r\n", "[]"));
}

TEST_F(HostileHttp, H31_AThousandRanges) {
    std::string ranges = "Range: bytes=0-";
    for (int i = 0; i < 1'000; ++i) ranges += "," + std::to_string(i % 10) + "-";
    const std::string said = answer(http_request("GET", "/static/file.txt", ranges + "\r\n"));
    EXPECT_EQ(status_of(said), 200) << "ranges are not served: RFC 9110 14.2 lets a server ignore them";
    EXPECT_EQ(body_of(said), "0123456789");
}

}  // namespace
}  // namespace stentor::test
