#include "http/request_parser.hpp"

#include "support/http_cuts.hpp"

#include <gtest/gtest.h>

namespace stentor::http {
namespace {

using namespace std::literals;
using test::HttpOutcome;
using test::parse;

const std::string head = "GET /chat HTTP/1.1\r\nHost: a\r\n";

TEST(HttpRequestParser, GivesAWholeRequest) {
    const HttpOutcome outcome =
        parse("POST /a%20b?c=d HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\nX:  y \r\n\r\nhello");
    ASSERT_EQ(outcome.requests.size(), 1u);
    const Request& request = outcome.requests.front();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/a%20b?c=d");
    EXPECT_EQ(request.path, "/a b");
    EXPECT_EQ(request.query, "c=d");
    EXPECT_EQ(request.header("x"), "y");
    EXPECT_EQ(request.body, "hello");
    EXPECT_TRUE(request.keep_alive);
    EXPECT_FALSE(outcome.in_request);
}

TEST(HttpRfc9112_9_3_2, PipelinedRequestsAreGivenOneByOne) {
    const HttpOutcome outcome = parse(
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
        "POST /2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nHost: evil\r\n\r\n"
        "POST /3 HTTP/1.0\r\nContent-Length: 2\r\n\r\nxy"
        "\r\nDELETE /4 HTTP/1.1\r\nHost: a\r\n\r\n"
        "GET /5 HT");
    ASSERT_EQ(outcome.requests.size(), 4u);
    EXPECT_EQ(outcome.requests[1].body, "abc");
    EXPECT_EQ(outcome.requests[1].header("Host"), "a");
    EXPECT_EQ(outcome.requests[2].body, "xy");
    EXPECT_FALSE(outcome.requests[2].keep_alive);
    EXPECT_EQ(outcome.requests[3].path, "/4");
    EXPECT_TRUE(outcome.in_request);
    EXPECT_EQ(outcome.rest, "GET /5 HT");
}

TEST(HttpRequestParser, InRequestIsTrueFromTheFirstByteToTheLast) {
    RequestParser parser;
    EXPECT_FALSE(parser.in_request());
    const std::string bytes = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab";
    for (char c : bytes.substr(0, bytes.size() - 1)) {
        parser.feed({&c, 1});
        ASSERT_FALSE(*parser.next());
        EXPECT_TRUE(parser.in_request());
    }
    parser.feed("b");
    EXPECT_TRUE(*parser.next());
    EXPECT_FALSE(parser.in_request());
}

TEST(HttpH17, BytesAfterAnUpgradeAreNeverHttp) {
    const HttpOutcome outcome =
        parse(head + "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\r\n" + head + "\r\n");
    EXPECT_EQ(outcome.requests.size(), 1u);
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.rest, head + "\r\n");
    EXPECT_FALSE(outcome.in_request);
}

TEST(HttpRfc9110_7_8, AnotherProtocolInUpgradeIsIgnored) {
    const HttpOutcome outcome =
        parse(head + "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n" + head + "\r\n");
    EXPECT_EQ(outcome.requests.size(), 2u);
}

TEST(HttpH18, AnUpgradeWithABodyIsRefused) {
    const std::string upgrade = head + "Upgrade: websocket\r\nConnection: Upgrade\r\n";
    EXPECT_EQ(parse(upgrade + "Content-Length: 40\r\n\r\nGET /").status, 400);
    EXPECT_EQ(parse(upgrade + "Transfer-Encoding: chunked\r\n\r\n5\r\n").status, 400);
}

TEST(HttpRfc9112_6_3, AmbiguousFramingIsRefused) {
    for (const char* fields :
         {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "Content-Length: 5\r\nContent-Length: 5\r\n",
          "Content-Length: 5\r\nContent-Length: 6\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: \fchunked\r\n",
          "Transfer-Encoding: \vchunked\r\n", "Transfer-Encoding:\r\n chunked\r\n", "Content-Length:\r\n",
          "Transfer-Encoding : chunked\r\n"}) {
        EXPECT_EQ(parse(head + fields + "\r\n5\r\nhello\r\n0\r\n\r\n").status, 400) << fields;
    }
}

TEST(HttpRfc9112_2_2, LinesEndWithCrLfAndOneEmptyLineMayComeFirst) {
    EXPECT_EQ(parse("\r\n" + head + "\r\n").requests.size(), 1u);
    for (const std::string& bytes :
         {"\r\n\r\n" + head + "\r\n", "\n" + head, "GET / HTTP/1.1\nHost: a\n\n"s,
          "GET / HTTP/1.1\r\nHost: a\n\r\n"s, "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"s,
          head + "a: b\rc\r\n\r\n", head + "\r\r\n", head + "\n", "\0GET / HTTP/1.1\r\n"s,
          "\x01GET / HTTP/1.1\r\n"s, "\x7fGET / HTTP/1.1\r\n"s, "\rGET / HTTP/1.1\r\n"s}) {
        const HttpOutcome outcome = parse(bytes);
        EXPECT_EQ(outcome.status, 400) << bytes;
        EXPECT_TRUE(outcome.requests.empty());
    }
}

TEST(HttpT17, ATlsHelloIsRefusedAtItsFirstByte) { EXPECT_EQ(parse("\x16").status, 400); }

TEST(HttpRfc9112_5, SpoiltHeaderLinesAreRefused) {
    for (const std::string& line :
         {"Host : a"s, "Ho st: a"s, ": a"s, "nothing"s, " folded"s, "\tfolded"s, "a: \0"s, "\x80: a"s}) {
        EXPECT_EQ(parse(head + line + "\r\n\r\n").status, 400) << line;
    }
    EXPECT_EQ(parse("GET / HTTP/1.1\r\n folded: first\r\nHost: a\r\n\r\n").status, 400);
}

TEST(HttpH11, HeadersAreLimitedInNumber) {
    const Limits limits{.max_fields = 3};
    EXPECT_EQ(parse(head + "a: 1\r\nb: 2\r\n\r\n", limits).requests.size(), 1u);
    EXPECT_EQ(parse(head + "a: 1\r\nb: 2\r\nc: 3\r\n", limits).status, 431);
}

TEST(HttpH11, ALineAndTheHeadAreLimitedInBytes) {
    const Limits limits{.max_head = 200, .max_line = 100};
    EXPECT_EQ(parse(head + "a: " + std::string(95, 'x') + "\r\n\r\n", limits).requests.size(), 1u);
    EXPECT_EQ(parse(head + "a: " + std::string(96, 'x') + "\r\n\r\n", limits).reason, "header line too long");
    EXPECT_EQ(parse(head + "a: " + std::string(98, 'x'), limits).status, 431);
    const std::string two = head + "a: " + std::string(90, 'x') + "\r\nb: ";
    EXPECT_EQ(parse(two + std::string(200 - two.size() - 4, 'y') + "\r\n\r\n", limits).requests.size(), 1u);
    EXPECT_EQ(parse(two + std::string(200 - two.size() - 3, 'y') + "\r\n\r\n", limits).reason,
              "head too large");
}

TEST(HttpH11, TheDefaultsRefuseA16KiBHeader) {
    EXPECT_EQ(parse(head + "a: " + std::string(16384, 'x') + "\r\n\r\n").status, 431);
    std::string many = head;
    for (int i = 0; i < 101; ++i) many += "a: b\r\n";
    EXPECT_EQ(parse(many + "\r\n").status, 431);
}

TEST(HttpH12, ALongTargetIsRefusedBeforeItsEnd) {
    EXPECT_EQ(parse("GET /" + std::string(4095, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n").requests.size(), 1u);
    EXPECT_EQ(parse("GET /" + std::string(4096, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n").status, 414);
    EXPECT_EQ(parse("GET /" + std::string(65536, 'a')).status, 414);
    EXPECT_EQ(parse(std::string(5000, 'A')).status, 400);
    EXPECT_EQ(parse("GET /" + std::string(200, 'a'), Limits{.max_head = 100, .max_target = 4096}).status,
              431);
    EXPECT_EQ(parse("GET /" + std::string(200, 'a'), Limits{.max_head = 150, .max_target = 100}).status, 414);
}

TEST(HttpH13, OtherVersionsAreRefused) {
    EXPECT_EQ(parse("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status, 505);
    EXPECT_EQ(parse("GET / HTTP/1.10\r\n\r\n").status, 400);
}

TEST(HttpRequestParser, ABodyIsLimited) {
    const Limits limits{.max_body = 4};
    EXPECT_EQ(parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody", limits).requests.size(),
              1u);
    EXPECT_EQ(parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", limits).status, 413);
    EXPECT_EQ(parse("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n", limits).status,
              413);
}

TEST(HttpH19_H30, ExpectationsAndCompressedBodiesAreRefused) {
    EXPECT_EQ(parse(head + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n").status, 417);
    EXPECT_EQ(parse(head + "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\n").status, 415);
}

TEST(HttpRequestParser, ARefusalIsForGood) {
    RequestParser parser;
    parser.feed("nonsense\r\n");
    const auto first = parser.next();
    ASSERT_TRUE(first.has_error());
    parser.feed(head + "\r\n");
    EXPECT_EQ(parser.next().error(), first.error());
    EXPECT_FALSE(parser.in_request());
    EXPECT_EQ(parser.take_rest(), "");
}

TEST(HttpRequestParser, GoodRequestsBeforeABadOneAreGiven) {
    const HttpOutcome outcome = parse(head + "\r\n" + "BAD\r\n");
    EXPECT_EQ(outcome.requests.size(), 1u);
    EXPECT_EQ(outcome.status, 400);
}

TEST(HttpRequestParser, TellsHowMuchOfABodyHasCome) {
    RequestParser parser;
    const auto after = [&](std::string_view bytes) {
        parser.feed(bytes);
        EXPECT_TRUE(parser.next());
        return parser.body_bytes();
    };
    EXPECT_EQ(after(""), std::nullopt);
    EXPECT_EQ(after(head), std::nullopt);
    EXPECT_EQ(after("Content-Length: 5\r\n\r\n"), 0U);
    EXPECT_EQ(after("abc"), 3U);
    EXPECT_EQ(after("de"), std::nullopt) << "it was given out";
    EXPECT_EQ(after(head + "Transfer-Encoding: chunked\r\n\r\n"), 0U);
    EXPECT_EQ(after("5;extension\r\nab"), 2U) << "framing is no body";
    EXPECT_EQ(after("cde\r\n0\r\n"), 5U);
    EXPECT_EQ(after("\r\n"), std::nullopt);
}

TEST(HttpRequestParser, ShowsWhatIsNotReadYet) {
    RequestParser parser;
    parser.feed(head + "\r\nGET /next");
    ASSERT_TRUE(*parser.next());
    EXPECT_EQ(parser.unread(), "GET /next");
    EXPECT_EQ(parser.take_rest(), "GET /next");
    EXPECT_EQ(parser.unread(), "");
}

TEST(HttpRequestParser, CanBeMoved) {
    RequestParser first;
    first.feed(head);
    RequestParser second = std::move(first);
    second.feed("\r\n");
    EXPECT_TRUE(*second.next());
}

}  // namespace
}  // namespace stentor::http
