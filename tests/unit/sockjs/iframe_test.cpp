#include "sockjs/iframe.hpp"

#include "unit/sockjs/get_request.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace stentor::sockjs {
namespace {

using test::get_request;
using Value = std::optional<std::string_view>;

constexpr std::string_view client_url = "https://cdn.example/sockjs.min.js";

constexpr std::string_view page = R"(<!DOCTYPE html>
<html>
<head>
  <meta http-equiv="X-UA-Compatible" content="IE=edge" />
  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
  <script src="https://cdn.example/sockjs.min.js"></script>
  <script>
    document.domain = document.domain;
    SockJS.bootstrap_iframe();
  </script>
</head>
<body>
  <h2>Don't panic!</h2>
  <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
</body>
</html>)";

http::Response answer(http::Fields fields, const std::vector<std::string>& origins = {}) {
    return iframe_response(get_request("", std::move(fields)), client_url, origins);
}

std::string tag() { return std::string(answer({}).fields.find("ETag").value()); }

std::string policy(const std::vector<std::string>& origins) {
    return std::string(answer({}, origins).fields.find("Content-Security-Policy").value());
}

TEST(SockJsIFramePage, IsAFixedPageWithTheClientsUrl) {
    EXPECT_EQ(iframe_page(client_url), page);
    const http::Response response = answer({});
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, page);
    EXPECT_EQ(response.fields.find("Content-Type"), Value("text/html; charset=UTF-8"));
    EXPECT_EQ(response.fields.find("X-Content-Type-Options"), Value("nosniff"));
    EXPECT_EQ(response.fields.find("Set-Cookie"), std::nullopt);
}

TEST(SockJsIFramePage, TheUrlStaysInItsAttribute) {
    EXPECT_NE(iframe_page("/s.js?a=1&b=2").find(R"(<script src="/s.js?a=1&amp;b=2"></script>)"),
              std::string::npos);
    EXPECT_NE(iframe_page("\"><b>").find(R"(<script src="&quot;&gt;&lt;b&gt;"></script>)"),
              std::string::npos);
}

TEST(SockJsIFramePage, IsCachedForAYear) {
    const http::Response response = answer({});
    EXPECT_EQ(response.fields.find("Cache-Control"), Value("public, max-age=31536000"));
    EXPECT_EQ(response.fields.find("Expires"), Value("Thu, 31 Dec 2037 23:55:55 GMT"));
    EXPECT_EQ(response.fields.find("Last-Modified"), std::nullopt);
}

/// Computed with another FNV-1a 64: a tag must not change with the build, the machine or the restart.
TEST(SockJsIFramePage, TheTagFollowsFromTheContentAlone) {
    EXPECT_EQ(tag(), "\"c6b75928372a1487\"");
    EXPECT_EQ(answer({}, {"https://a.example"}).fields.find("ETag"), Value(tag()));
    EXPECT_NE(iframe_response(get_request(""), "/other.js", {}).fields.find("ETag"), Value(tag()));
}

TEST(SockJsIFramePage, ABrowserThatHasThePageGetsNoBodyAndNoType) {
    const http::Response response = answer({{"If-None-Match", tag()}}, {"https://a.example"});
    EXPECT_EQ(response.status, 304);
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(response.fields.find("Content-Type"), std::nullopt);
    EXPECT_EQ(response.fields.find("ETag"), Value(tag()));
    EXPECT_EQ(response.fields.find("Cache-Control"), Value("public, max-age=31536000"));
    EXPECT_EQ(response.fields.find("Content-Security-Policy"),
              Value("frame-ancestors 'self' https://a.example"));
}

TEST(Rfc9110_13_1_2, TagsAreAListComparedWeakly) {
    EXPECT_EQ(answer({{"If-None-Match", "\"x\" , " + tag()}}).status, 304);
    EXPECT_EQ(answer({{"If-None-Match", "W/" + tag()}}).status, 304);
    EXPECT_EQ(answer({{"if-none-match", "\"x\""}, {"If-None-Match", tag()}}).status, 304);
    EXPECT_EQ(answer({{"If-None-Match", "*"}}).status, 304);
}

TEST(Rfc9110_13_1_2, OtherTagsGetThePage) {
    const std::string unquoted = tag().substr(1, 16);
    for (const std::string& value : {std::string(), std::string("\"x\""), unquoted, "\"" + unquoted,
                                     "x" + tag(), tag() + "x", std::string("W/*"), std::string(",,")})
        EXPECT_EQ(answer({{"If-None-Match", value}}).body, page) << value;
    EXPECT_EQ(answer({{"If-Match", tag()}}).body, page);
}

TEST(Rfc9110_13_1_2, ATagCutAtAnyPlaceGetsThePage) {
    const std::string whole = tag();
    for (std::size_t cut = 0; cut < whole.size(); ++cut)
        EXPECT_EQ(answer({{"If-None-Match", whole.substr(0, cut)}}).status, 200) << cut;
}

// S25
TEST(SockJsIFramePage, OnlyAllowedOriginsMayFrameIt) {
    EXPECT_EQ(policy({}), "frame-ancestors 'self'");
    EXPECT_EQ(policy({"https://a.example", "http://b.example:8080"}),
              "frame-ancestors 'self' https://a.example http://b.example:8080");
    EXPECT_EQ(policy({"https://*.example.com", "http://localhost:*"}),
              "frame-ancestors 'self' https://*.example.com http://localhost:*");
    EXPECT_EQ(policy({"*"}), "frame-ancestors 'self' *");
}

// S25: nothing configured can become another source, another directive or another header.
TEST(SockJsIFramePage, WhatIsNoWebOriginIsLeftOut) {
    for (const char* origin :
         {"null", "", "a.example", "https:", "https://a.example; script-src *", "https://a.example *",
          "https://a.example,https://b.example", "'unsafe-inline'", "https://a.example\r\nX: y",
          "https://\xc3\xa9.example", "**"})
        EXPECT_EQ(policy({origin}), "frame-ancestors 'self'") << origin;
    EXPECT_EQ(policy({"null", "https://a.example"}), "frame-ancestors 'self' https://a.example");
}

}  // namespace
}  // namespace stentor::sockjs
