#include "sockjs/callback.hpp"

#include "unit/sockjs/get_request.hpp"

#include <gtest/gtest.h>

#include <set>

namespace stentor::sockjs {
namespace {

using test::get_request;
using Value = std::optional<std::string_view>;

const Error required{Errc::malformed, R"("callback" parameter required)"};
const Error invalid{Errc::malformed, R"(invalid "callback" parameter)"};

Error error_of(const Result<std::string>& result) {
    return result ? Error{Errc::failed, "it was read: " + *result} : result.error();
}

TEST(SockJsCallback, IsTheFieldCDecoded) {
    EXPECT_EQ(parse_callback("c=callback").value(), "callback");
    EXPECT_EQ(parse_callback("c=%63allback").value(), "callback");
    EXPECT_EQ(parse_callback("c=_jp.a1b2c3").value(), "_jp.a1b2c3");
    EXPECT_EQ(parse_callback("t=1&c=_jp%2Ea-b&x=<").value(), "_jp.a-b");
    EXPECT_EQ(parse_callback("c=x&c=<").value(), "x");
}

TEST(SockJsCallback, IsRequired) {
    for (const char* query : {"", "a=b", "C=x", "=c", "callback=x", "cc=x"})
        EXPECT_EQ(error_of(parse_callback(query)), required) << query;
}

// S1, and the conformance suite's own list.
TEST(SockJsCallback, MayHoldNothingThatAScriptCouldBeMadeOf) {
    for (const char* query : {"c=%20",
                              "c=*",
                              "c=abc(",
                              "c=abc%28",
                              "c=alert(1)//",
                              "c=%0d%0a",
                              "c=x%0d%0aSet-Cookie:a=b",
                              "c=<script>",
                              "c=%3C/script%3E",
                              "c=a.b[0]",
                              "c=a%00",
                              "c=a+b",
                              "c=%",
                              "c=a%4",
                              "c=%c3%a9",
                              "c=\xc3\xa9",
                              "c=\xff",
                              "c='",
                              "c=\"",
                              "c=a;b",
                              "c=a,b",
                              "c=a=b",
                              "c=",
                              "c",
                              "c=<&c=x"})
        EXPECT_EQ(error_of(parse_callback(query)), invalid) << query;
}

TEST(SockJsCallback, ExactlyTheNamedCharactersAreTaken) {
    std::string taken;
    for (int byte = 0; byte < 256; ++byte) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        const std::string query{'c', '=', '%', digits[static_cast<std::size_t>(byte >> 4)],
                                digits[static_cast<std::size_t>(byte & 15)]};
        if (const auto callback = parse_callback(query)) taken += *callback;
    }
    EXPECT_EQ(taken, "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");
}

TEST(SockJsCallback, HasAtMost64Characters) {
    const std::string longest(64, 'x');
    EXPECT_EQ(parse_callback("c=" + longest).value(), longest);
    EXPECT_EQ(error_of(parse_callback("c=x" + longest)), invalid);
    EXPECT_EQ(error_of(parse_callback("c=" + std::string(10 * 1024, 'x'))), invalid);
}

TEST(SockJsCallback, AQueryCutAtAnyPlaceIsShorterOrRefused) {
    const std::string_view query = "t=1&c=a%62c.d";
    const std::set<std::string> beginnings{"a", "ab", "abc", "abc.", "abc.d"};
    for (std::size_t cut = 0; cut <= query.size(); ++cut) {
        const auto callback = parse_callback(query.substr(0, cut));
        if (callback) EXPECT_TRUE(beginnings.contains(*callback)) << cut;
        else EXPECT_EQ(callback.error(), cut < 5 ? required : invalid) << cut;
    }
}

TEST(SockJsCallback, ARequestWithOneIsNotRefused) {
    EXPECT_FALSE(refuse_callback(get_request("c=x")).has_value());
    EXPECT_EQ(callback_of(get_request("c=x")), "x");
}

TEST(SockJsCallback, ARequestWithoutOneIsAnswered500) {
    const auto response = refuse_callback(get_request("", {{"Origin", "https://a.example"}}));
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 500);
    EXPECT_EQ(response->body, required.message);
    EXPECT_EQ(response->fields.find("Content-Type"), Value("text/plain; charset=UTF-8"));
    EXPECT_EQ(response->fields.find("X-Content-Type-Options"), Value("nosniff"));
    EXPECT_EQ(response->fields.find("Cache-Control"),
              Value("no-store, no-cache, no-transform, must-revalidate, max-age=0"));
    EXPECT_EQ(response->fields.find("Access-Control-Allow-Origin"), Value("https://a.example"));
}

// S1: the refusal repeats nothing of the request.
TEST(SockJsCallback, ARequestWithABadOneIsAnswered500) {
    const http::Request request = get_request("c=%3Cscript%3Ealert(1)%3C/script%3E");
    const auto response = refuse_callback(request);
    ASSERT_TRUE(response.has_value());
    EXPECT_EQ(response->status, 500);
    EXPECT_EQ(response->body, invalid.message);
    EXPECT_EQ(callback_of(request), "");
}

}  // namespace
}  // namespace stentor::sockjs
