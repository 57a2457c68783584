#include "sockjs/frame.hpp"
#include "sockjs/transport.hpp"
#include "unit/sockjs/get_request.hpp"

#include <gtest/gtest.h>

#include <array>

namespace stentor::sockjs {
namespace {

using namespace std::string_view_literals;
using test::get_request;
using Value = std::optional<std::string_view>;

constexpr std::string_view head_with_callback = R"(<!doctype html>
<html><head>
  <meta http-equiv="X-UA-Compatible" content="IE=edge" />
  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
</head><body><h2>Don't panic!</h2>
  <script>
    document.domain = document.domain;
    var c = parent.callback;
    c.start();
    function p(d) {c.message(d);};
    window.onload = function() {c.stop();};
  </script>)";

std::string script(std::string_view frame) {
    std::string out;
    htmlfile.append(out, frame, get_request("c=callback"));
    return out;
}

TEST(SockJsHtmlFile, IsAGetAnsweredWithAPage) {
    EXPECT_EQ(htmlfile.name, "htmlfile");
    EXPECT_EQ(htmlfile.method, "GET");
    EXPECT_EQ(htmlfile.content_type, "text/html; charset=UTF-8");
    EXPECT_TRUE(htmlfile.streaming);
    EXPECT_FALSE(htmlfile.offered_by_default);
}

TEST(SockJsHtmlFile, BeginsWithTheHeadPaddedBeyondOneKibibyte) {
    const std::string padding(1024 - head_with_callback.size(), ' ');
    EXPECT_EQ(htmlfile.prelude(get_request("c=%63allback")),
              std::string(head_with_callback) + padding + "\r\n\r\n");
}

TEST(SockJsHtmlFile, TheLongestCallbackHasItsPaddingToo) {
    const std::string longest(64, 'x');
    const std::string head = htmlfile.prelude(get_request("c=" + longest));
    EXPECT_EQ(head.size(), 1028U);
    EXPECT_NE(head.find("var c = parent." + longest + ";\n"), std::string::npos);
}

TEST(SockJsHtmlFile, EachFrameIsAScript) {
    EXPECT_EQ(script("o"), "<script>\np(\"o\");\n</script>\r\n");
    EXPECT_EQ(script(R"(a["x"])"), "<script>\np(\"a[\\\"x\\\"]\");\n</script>\r\n");
    EXPECT_EQ(script(R"(a["\n"])"), "<script>\np(\"a[\\\"\\\\n\\\"]\");\n</script>\r\n");
}

// S24
TEST(SockJsHtmlFile, AMessageCannotEndItsScript) {
    EXPECT_EQ(script(R"(a["</script><script>alert(1)//"])"),
              "<script>\np(\"a[\\\"\\u003c/script>\\u003cscript>alert(1)//\\\"]\");\n</script>\r\n");
    EXPECT_EQ(script(R"(a["<!--"])"), "<script>\np(\"a[\\\"\\u003c!--\\\"]\");\n</script>\r\n");
}

// S22, S24
TEST(SockJsHtmlFile, WhateverTheFrameThereIsOneScriptOfThreeLines) {
    for (const std::string_view frame : {"</script>"sv, "\n\r\u2028\0"sv, "\");alert(1);(\""sv, "\\"sv,
                                         "\xff<\xc3"sv, "<SCRIPT>"sv, "</"sv, "<"sv}) {
        std::string quoted;
        append_script_quoted(quoted, frame);
        EXPECT_EQ(script(frame), "<script>\np(" + quoted + ");\n</script>\r\n");
        EXPECT_EQ(quoted.find_first_of("<\n\r"), std::string::npos) << frame;
    }
}

// S2
TEST(SockJsHtmlFile, RefusesAMissingOrHostileCallback) {
    EXPECT_EQ(htmlfile.refuse(get_request(""))->body, R"("callback" parameter required)");
    EXPECT_EQ(htmlfile.refuse(get_request("c=</script><script>alert(1)"))->body,
              R"(invalid "callback" parameter)");
    EXPECT_EQ(htmlfile.refuse(get_request("c=%3C/script%3E"))->status, 500);
    EXPECT_FALSE(htmlfile.refuse(get_request("c=_jp.abc")).has_value());
}

// S2: even if nobody asked whether to refuse.
TEST(SockJsHtmlFile, ABadCallbackNeverReachesThePage) {
    const std::string head = htmlfile.prelude(get_request("c=%3C/script%3E%3Cscript%3Ealert(1)"));
    EXPECT_EQ(head.find("alert"), std::string::npos);
    EXPECT_NE(head.find("var c = parent.;\n"), std::string::npos);
}

// S2
TEST(SockJsHtmlFile, ThePageMayLoadNothing) {
    const http::Response response = begin_response(htmlfile, get_request("c=x"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.fields.find("Content-Type"), Value("text/html; charset=UTF-8"));
    EXPECT_EQ(response.fields.find("X-Content-Type-Options"), Value("nosniff"));
    EXPECT_EQ(response.fields.find("Cache-Control"),
              Value("no-store, no-cache, no-transform, must-revalidate, max-age=0"));
    EXPECT_EQ(response.fields.find("Content-Security-Policy"),
              Value("default-src 'none'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"));
}

}  // namespace
}  // namespace stentor::sockjs
