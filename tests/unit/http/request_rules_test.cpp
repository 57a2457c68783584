#include "http/request_rules.hpp"

#include <gtest/gtest.h>

namespace stentor::http {
namespace {

struct Judged {
    int status = 200;
    Request request;
    Framing framing;
};

Judged judge(std::string target, Fields fields, int minor_version = 1) {
    Judged judged;
    judged.request.method = "GET";
    judged.request.target = std::move(target);
    judged.request.fields = std::move(fields);
    judged.request.minor_version = minor_version;
    if (auto refusal = judge_head(judged.request, judged.framing, Limits{})) judged.status = refusal->status;
    return judged;
}

int status_with(const char* name, const char* value, int minor_version = 1) {
    return judge("/", {{"Host", "a"}, {name, value}}, minor_version).status;
}

TEST(HttpRfc9112_3_2, Http11NeedsExactlyOneHost) {
    EXPECT_EQ(judge("/", {}).status, 400);
    EXPECT_EQ(judge("/", {{"Host", "a"}, {"host", "a"}}).status, 400);
    EXPECT_EQ(judge("/", {{"Host", "a"}}).status, 200);
    EXPECT_EQ(judge("/", {}, 0).status, 200);
    EXPECT_EQ(judge("/", {{"Host", "a"}, {"Host", "b"}}, 0).status, 400);
}

TEST(HttpRfc9110_7_2, HostIsANameOrAnAddressWithAPort) {
    for (const char* host : {"a", "a.example", "A_b-c.~", "127.0.0.1:80", "localhost:65535", "[::1]",
                             "[::ffff:1.2.3.4]:8080", "a:"}) {
        EXPECT_TRUE(is_host(host)) << host;
    }
    for (const char* host :
         {"",   "a, b", "a,b", "u@a",    "a/b",     "a b", ":80",  "a:b", "a:65536", "a:000080", "a:80:80",
          "[]", "[::1", "[g]", "[::1]x", "[::1]:x", "::1", "a\\b", "a?b", "a%2e",    "\xC3\xA9"}) {
        EXPECT_FALSE(is_host(host)) << host;
    }
    EXPECT_TRUE(is_host(std::string(255, 'a')));
    EXPECT_FALSE(is_host(std::string(256, 'a')));
}

TEST(HttpRfc9112_3_2_1, OriginFormIsSplitAtTheFirstQuestionMark) {
    const Judged judged = judge("/a%20b?c=%2F?d", {{"Host", "a"}});
    EXPECT_EQ(judged.request.path, "/a b");
    EXPECT_EQ(judged.request.raw_path, "/a%20b");
    EXPECT_EQ(judged.request.query, "c=%2F?d");
    EXPECT_EQ(judge("/a?", {{"Host", "a"}}).request.query, "");
    EXPECT_EQ(judge("//evil/x", {{"Host", "a"}}).request.path, "//evil/x");
}

TEST(HttpRfc9112_3_2_2, AbsoluteFormMustNameOurHost) {
    const Judged judged = judge("HTTP://A:80/b?c", {{"Host", "a:80"}});
    EXPECT_EQ(judged.status, 200);
    EXPECT_EQ(judged.request.raw_path, "/b");
    EXPECT_EQ(judged.request.query, "c");
    EXPECT_EQ(judged.request.target, "HTTP://A:80/b?c");
    EXPECT_EQ(judge("https://a", {{"Host", "a"}}).request.path, "/");
    EXPECT_EQ(judge("http://a?q", {{"Host", "a"}}).request.query, "q");
    for (const char* target :
         {"http://evil/", "http://a:81/", "http://u@a/", "ftp://a/", "http:/a", "http://", "ws://a/"}) {
        EXPECT_EQ(judge(target, {{"Host", "a"}}).status, 400) << target;
    }
    EXPECT_EQ(judge("http://a/", {}, 0).status, 400);
}

TEST(HttpRfc9112_3_2_3, AuthorityAndAsteriskFormNameNothingHere) {
    EXPECT_EQ(judge("*", {{"Host", "a"}}).status, 400);
    EXPECT_EQ(judge("a:1", {{"Host", "a:1"}}).status, 400);
}

TEST(HttpPathRules, SpoiltPathsAre400AndClimbingOnesAre404) {
    EXPECT_EQ(judge("/%00", {{"Host", "a"}}).status, 400);
    EXPECT_EQ(judge("/%c0%ae", {{"Host", "a"}}).status, 400);
    EXPECT_EQ(judge("/\\", {{"Host", "a"}}).status, 400);
    EXPECT_EQ(judge("/%2e%2e/etc", {{"Host", "a"}}).status, 404);
    EXPECT_EQ(judge("/a/./b", {{"Host", "a"}}).status, 404);
}

TEST(HttpRfc9110_8_6, ContentLengthIsPlainDigits) {
    for (const char* value : {"+5", "-1", "0x5", "05", "00", "5,5", "5, 6", "", "5 5", "\xEF\xBC\x95",
                              "18446744073709551616", "9223372036854775808", "1e3", "5;"}) {
        EXPECT_EQ(status_with("Content-Length", value), 400) << value;
    }
    EXPECT_EQ(judge("/", {{"Host", "a"}, {"content-length", "131072"}}).framing.length, 131072u);
    EXPECT_EQ(status_with("Content-Length", "0"), 200);
    EXPECT_EQ(status_with("Content-Length", "131073"), 413);
    EXPECT_EQ(status_with("Content-Length", "999999999999999999"), 413);
}

TEST(HttpRfc9112_6_1, OnlyChunkedIsATransferCoding) {
    EXPECT_TRUE(judge("/", {{"Host", "a"}, {"Transfer-Encoding", "CHUNKED"}}).framing.chunked);
    for (const char* value : {"chunked, gzip", "gzip, chunked", "xchunked", "chunked,", "chunked;q=1",
                              "identity", "", "\"chunked\""}) {
        EXPECT_EQ(status_with("Transfer-Encoding", value), 400) << value;
    }
    EXPECT_EQ(status_with("Transfer-Encoding", "chunked", 0), 400);
}

TEST(HttpRfc9112_6_3, AmbiguousFramingIsRefusedInEitherOrder) {
    const Field host{"Host", "a"};
    const Field length{"Content-Length", "5"};
    const Field coding{"Transfer-Encoding", "chunked"};
    EXPECT_EQ(judge("/", {host, length, coding}).status, 400);
    EXPECT_EQ(judge("/", {host, coding, length}).status, 400);
    EXPECT_EQ(judge("/", {host, length, length}).status, 400);
    EXPECT_EQ(judge("/", {host, coding, coding}).status, 400);
}

TEST(HttpH29, AnUnderscoreIsNoDash) {
    EXPECT_EQ(
        judge("/", {{"Host", "a"}, {"Content_Length", "5"}, {"Transfer_Encoding", "chunked"}}).framing.length,
        0u);
}

TEST(HttpRfc9110_10_1_1, ExpectationsAndCodedBodiesAreRefused) {
    EXPECT_EQ(status_with("Expect", "100-continue"), 417);
    EXPECT_EQ(status_with("Expect", "the unexpected"), 417);
    EXPECT_EQ(status_with("Content-Encoding", "gzip"), 415);
}

TEST(HttpRfc9112_9_3, KeepAliveFollowsVersionAndConnection) {
    const auto kept = [](const char* connection, int minor_version) {
        return judge("/", {{"Host", "a"}, {"Connection", connection}}, minor_version).request.keep_alive;
    };
    EXPECT_TRUE(kept("", 1));
    EXPECT_FALSE(kept("", 0));
    EXPECT_FALSE(kept("foo, Close", 1));
    EXPECT_TRUE(kept("Keep-Alive", 0));
    EXPECT_FALSE(kept("keep-alive, close", 0));
}

TEST(HttpRfc9110_7_8, OnlyWebSocketWithItsConnectionOptionIsAnUpgrade) {
    const auto asks = [](const char* upgrade, const char* connection) {
        Request request;
        request.fields = {{"Upgrade", upgrade}, {"Connection", connection}};
        return asks_for_websocket(request);
    };
    EXPECT_TRUE(asks("websocket", "Upgrade"));
    EXPECT_TRUE(asks("foo, WebSocket", "keep-alive, UPGRADE"));
    EXPECT_FALSE(asks("websocket", "close"));
    EXPECT_FALSE(asks("websocket/13", "Upgrade"));
    EXPECT_FALSE(asks("h2c", "Upgrade, HTTP2-Settings"));
}

TEST(HttpH18, AnUpgradeHasNoBody) {
    const Field host{"Host", "a"};
    const Field upgrade{"Upgrade", "websocket"};
    const Field connection{"Connection", "Upgrade"};
    EXPECT_EQ(judge("/", {host, upgrade, connection, {"Content-Length", "40"}}).status, 400);
    EXPECT_EQ(judge("/", {host, upgrade, connection, {"Transfer-Encoding", "chunked"}}).status, 400);
    EXPECT_EQ(judge("/", {host, upgrade, connection, {"Content-Length", "0"}}).status, 200);
    EXPECT_EQ(judge("/", {host, {"Upgrade", "h2c"}, connection, {"Content-Length", "40"}}).status, 200);
}

}  // namespace
}  // namespace stentor::http
