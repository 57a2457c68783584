#include "security/web_origin.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

using namespace std::string_view_literals;
using Parsed = std::optional<WebOrigin>;

TEST(WebOriginRfc6454_4, SchemeHostAndPortAreTold) {
    EXPECT_EQ(parse_web_origin("https://app.example.com:8443"), Parsed({"https", "app.example.com", 8443}));
    EXPECT_EQ(parse_web_origin("http://localhost:1"), Parsed({"http", "localhost", 1}));
    EXPECT_EQ(parse_web_origin("http://a:65535"), Parsed({"http", "a", 65535}));
}

TEST(WebOriginRfc6454_4, AMissingPortIsTheSchemesOwn) {
    EXPECT_EQ(parse_web_origin("http://a"), parse_web_origin("http://a:80"));
    EXPECT_EQ(parse_web_origin("https://a"), parse_web_origin("https://a:443"));
    EXPECT_EQ(parse_web_origin("ws://a"), Parsed({"ws", "a", 80}));
    EXPECT_EQ(parse_web_origin("wss://a"), Parsed({"wss", "a", 443}));
    EXPECT_EQ(parse_web_origin("capacitor://localhost"), Parsed({"capacitor", "localhost", 0}));
}

TEST(WebOriginRfc6454_4, CaseOfSchemeAndHostDoesNotCount) {
    EXPECT_EQ(parse_web_origin("HTTPS://Good.COM"), Parsed({"https", "good.com", 443}));
}

TEST(WebOriginRfc6454_4, AddressesAreHosts) {
    EXPECT_EQ(parse_web_origin("http://127.0.0.1:3000"), Parsed({"http", "127.0.0.1", 3000}));
    EXPECT_EQ(parse_web_origin("http://[::1]"), Parsed({"http", "[::1]", 80}));
    EXPECT_EQ(parse_web_origin("https://[2001:DB8::1]:8443"), Parsed({"https", "[2001:db8::1]", 8443}));
}

TEST(WebOriginRfc6454_4, ATrailingDotIsAnotherHost) {
    EXPECT_NE(parse_web_origin("https://good.com."), parse_web_origin("https://good.com"));
}

TEST(WebOriginRfc6454_4, PagesFromFilesHaveNoHost) {
    EXPECT_EQ(parse_web_origin("file://"), Parsed({"file", "", 0}));
}

// S8
TEST(WebOriginRfc6454_7, AnythingElseIsNoOrigin) {
    for (const std::string_view text : {""sv,
                                        "null"sv,
                                        "good.com"sv,
                                        "https"sv,
                                        "https:"sv,
                                        "https:/good.com"sv,
                                        "//good.com"sv,
                                        "://good.com"sv,
                                        "https://"sv,
                                        "https://good.com/"sv,
                                        "https://good.com/a"sv,
                                        "https://good.com?a"sv,
                                        "https://good.com#a"sv,
                                        "https://user@good.com"sv,
                                        "https://good.com:443@evil.com"sv,
                                        "https://good.com https://evil.com"sv,
                                        "https://good.com,https://evil.com"sv,
                                        " https://good.com"sv,
                                        "https://good.com "sv,
                                        "https://good.com\0"sv,
                                        "https://good.com\t"sv,
                                        "https://.good.com"sv,
                                        "https://good..com"sv,
                                        "https://*.good.com"sv,
                                        "https://g%6fod.com"sv,
                                        "https://good.com\\evil.com"sv,
                                        "https://g\xc3\xb6od.com"sv,
                                        "1https://good.com"sv,
                                        "ht tps://good.com"sv})
        EXPECT_EQ(parse_web_origin(text), std::nullopt) << text;
}

TEST(WebOriginRfc6454_7, MalformedPortsAreRefused) {
    for (const std::string_view port : {"", "0", "00", "080", "65536", "99999999999999999999", "-1", "+1",
                                        " 1", "1 ", "a", "1a", "80:80", "*"})
        EXPECT_EQ(parse_web_origin("http://a:" + std::string(port)), std::nullopt) << port;
}

TEST(WebOriginRfc6454_7, MalformedBracketsAreRefused) {
    for (const std::string_view host : {"[", "]", "[]", "[:", "[::1", "::1", "[::1]a", "[::1]]", "[g::1]",
                                        "[fe80::1%25eth0]", "[::1]:", "a[::1]", "[[::1]]"})
        EXPECT_EQ(parse_web_origin("http://" + std::string(host)), std::nullopt) << host;
}

TEST(WebOriginRfc6454_7, SizesAreBounded) {
    EXPECT_NE(parse_web_origin("https://" + std::string(255, 'a')), std::nullopt);
    EXPECT_EQ(parse_web_origin("https://" + std::string(256, 'a')), std::nullopt);
    EXPECT_EQ(parse_web_origin("https://" + std::string(8192, 'a')), std::nullopt);
    EXPECT_NE(parse_web_origin(std::string(32, 'a') + "://a"), std::nullopt);
    EXPECT_EQ(parse_web_origin(std::string(33, 'a') + "://a"), std::nullopt);
    EXPECT_EQ(parse_web_origin("http://[" + std::string(60, ':') + "]"), std::nullopt);
}

TEST(WebOriginRfc6454_7, AnOriginCutAtAnyPlaceIsNeverTheWholeOne) {
    const std::string_view text = "https://app.example.com:8443";
    for (std::size_t cut = 0; cut < text.size(); ++cut)
        EXPECT_NE(parse_web_origin(text.substr(0, cut)), parse_web_origin(text)) << cut;
}

TEST(HostRfc9112_3_2, TellsTheOriginARequestWentTo) {
    EXPECT_EQ(origin_of_host("https", "Good.com"), Parsed({"https", "good.com", 443}));
    EXPECT_EQ(origin_of_host("http", "localhost:8080"), Parsed({"http", "localhost", 8080}));
    EXPECT_EQ(origin_of_host("http", "[::1]:8080"), Parsed({"http", "[::1]", 8080}));
}

// H10
TEST(HostRfc9112_3_2, AMalformedHostIsNoOrigin) {
    for (const std::string_view host : {""sv, "a, b"sv, "a b"sv, "user@a"sv, "a/b"sv, ":80"sv, "a:"sv,
                                        "a:b"sv, "http://a"sv, "a:80:80"sv, "[::1"sv, "a\0"sv, "*"sv})
        EXPECT_EQ(origin_of_host("http", host), std::nullopt) << host;
    EXPECT_EQ(origin_of_host("http", std::string(1024, 'a')), std::nullopt);
}

}  // namespace
}  // namespace stentor::security
