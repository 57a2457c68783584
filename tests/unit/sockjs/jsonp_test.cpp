#include "sockjs/frame.hpp"
#include "sockjs/transport.hpp"
#include "unit/sockjs/get_request.hpp"

#include <gtest/gtest.h>

namespace stentor::sockjs {
namespace {

using namespace std::string_view_literals;
using test::get_request;
using Value = std::optional<std::string_view>;

std::string call(std::string query, std::string_view frame) {
    const http::Request request = get_request(std::move(query));
    std::string out = jsonp.prelude(request);
    jsonp.append(out, frame, request);
    return out;
}

TEST(SockJsJsonpPolling, IsAGetAnsweredWithJavaScript) {
    EXPECT_EQ(jsonp.name, "jsonp");
    EXPECT_EQ(jsonp.method, "GET");
    EXPECT_EQ(jsonp.content_type, "application/javascript; charset=UTF-8");
    EXPECT_FALSE(jsonp.streaming);
    EXPECT_FALSE(jsonp.offered_by_default);
}

TEST(SockJsJsonpPolling, AResponseCallsTheCallbackWithOneFrame) {
    EXPECT_EQ(call("c=%63allback", "o"), "/**/callback(\"o\");\r\n");
    EXPECT_EQ(call("c=_jp.a-b", R"(a["x"])"), "/**/_jp.a-b(\"a[\\\"x\\\"]\");\r\n");
    EXPECT_EQ(call("c=x", R"(a["abc","%61bc"])"), "/**/x(\"a[\\\"abc\\\",\\\"%61bc\\\"]\");\r\n");
    EXPECT_EQ(call("c=x", R"(c[3000,"Go away!"])"), "/**/x(\"c[3000,\\\"Go away!\\\"]\");\r\n");
}

// S24
TEST(SockJsJsonpPolling, AMessageCannotEndAScriptAroundIt) {
    EXPECT_EQ(call("c=x", R"(a["</script>"])"), "/**/x(\"a[\\\"\\u003c/script>\\\"]\");\r\n");
}

// S22, S24
TEST(SockJsJsonpPolling, WhateverTheFrameThereIsOneCallOnOneLine) {
    for (const std::string_view frame :
         {"\n\r\0"sv, "\u2028\u2029"sv, "\");alert(1);(\""sv, "\\"sv, "\xff<\xc3"sv, "<!--"sv}) {
        std::string quoted;
        append_script_quoted(quoted, frame);
        EXPECT_EQ(call("c=x", frame), "/**/x(" + quoted + ");\r\n");
        EXPECT_EQ(quoted.find_first_of("<\n\r"), std::string::npos) << frame;
        EXPECT_EQ(quoted.find("\u2028"), std::string::npos) << frame;
    }
}

// S1
TEST(SockJsJsonpPolling, RefusesAMissingOrHostileCallback) {
    EXPECT_EQ(jsonp.refuse(get_request(""))->body, R"("callback" parameter required)");
    for (const char* query : {"c=%20", "c=*", "c=abc(", "c=abc%28", "c=alert(1)//", "c=%0d%0a", "c=a.b[0]"})
        EXPECT_EQ(jsonp.refuse(get_request(query))->body, R"(invalid "callback" parameter)") << query;
    EXPECT_FALSE(jsonp.refuse(get_request("c=_jp.abc")).has_value());
}

// S1: even if nobody asked whether to refuse.
TEST(SockJsJsonpPolling, ABadCallbackNeverReachesTheScript) {
    EXPECT_EQ(call("c=alert(1)//", "o"), "/**/(\"o\");\r\n");
}

// S3: the client's choice is never what the response begins with, and nobody guesses at the type.
TEST(SockJsJsonpPolling, TheResponseIsAScriptAndNothingElse) {
    EXPECT_TRUE(call("c=CWSMIKI0hCD0Up0IZUnnnnnnnn", "o").starts_with("/**/"));
    const http::Response response = begin_response(jsonp, get_request("c=x"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.fields.find("Content-Type"), Value("application/javascript; charset=UTF-8"));
    EXPECT_EQ(response.fields.find("X-Content-Type-Options"), Value("nosniff"));
    EXPECT_EQ(response.fields.find("Cache-Control"),
              Value("no-store, no-cache, no-transform, must-revalidate, max-age=0"));
}

// S4
TEST(SockJsJsonpPolling, OpenedAsAPageTheResponseIsAHarmlessDownload) {
    EXPECT_EQ(begin_response(jsonp, get_request("c=calc")).fields.find("Content-Disposition"),
              Value("attachment; filename=f.txt"));
}

}  // namespace
}  // namespace stentor::sockjs
