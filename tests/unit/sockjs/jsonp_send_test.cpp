#include "sockjs/jsonp_send.hpp"

#include "sockjs/messages.hpp"
#include "unit/sockjs/get_request.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace stentor::sockjs {
namespace {

using Messages = std::vector<std::string>;
using Value = std::optional<std::string_view>;

constexpr std::string_view form = "application/x-www-form-urlencoded";
const Error payload_expected{Errc::malformed, "Payload expected."};
const Error broken_json{Errc::malformed, "Broken JSON encoding."};

/// What a request brings: both steps.
Result<Messages> read(std::string_view content_type, std::string_view body) {
    const Result<std::string> json = parse_jsonp_body(content_type, body);
    if (!json) return json.error();
    return parse_messages(*json);
}

Error error_of(const Result<Messages>& result) {
    return result ? Error{Errc::failed, "it was read"} : result.error();
}

TEST(SockJsJsonpPolling, AFormCarriesTheMessagesInItsFieldD) {
    EXPECT_EQ(parse_jsonp_body(form, "d=%5B%22x%22%5D").value(), R"(["x"])");
    EXPECT_EQ(read(form, "d=%5B%22x%22%5D").value(), Messages{"x"});
    EXPECT_EQ(read(form, "a=1&d=[\"a+b%2B%25\"]").value(), Messages{"a b+%"});
    EXPECT_EQ(read(form, "d=%5B%22%C3%A9%5Cn%22%5D").value(), Messages{"\u00e9\n"});
}

TEST(SockJsJsonpPolling, AnEmptyArrayIsNoMessage) {
    EXPECT_EQ(read(form, "d=%5B%5D").value(), Messages{});
    EXPECT_EQ(read(form, "d=[]").value(), Messages{});
}

TEST(SockJsJsonpPolling, ATextIsTheMessagesUndecoded) {
    EXPECT_EQ(read("text/plain", R"(["%61bc+"])").value(), Messages{"%61bc+"});
    EXPECT_EQ(read("", R"(["%61bc"])").value(), Messages{"%61bc"});
}

TEST(SockJsJsonpPolling, TypesCompareWithoutCaseAndParameters) {
    EXPECT_EQ(read("Application/X-WWW-Form-URLEncoded ; charset=UTF-8", "d=[]").value(), Messages{});
    EXPECT_EQ(read("TEXT/PLAIN;charset=UTF-8", R"(["a"])").value(), Messages{"a"});
    EXPECT_EQ(read(" text/plain ", R"(["a"])").value(), Messages{"a"});
}

TEST(SockJsJsonpPolling, WithoutAPayloadABodyIsRefused) {
    for (const char* body : {"", "d=", "p=p", "d", "D=[]", "&&", "=[]"})
        EXPECT_EQ(error_of(read(form, body)), payload_expected) << body;
    EXPECT_EQ(error_of(read("text/plain", "")), payload_expected);
    EXPECT_EQ(error_of(read("", "")), payload_expected);
}

TEST(SockJsJsonpPolling, OtherTypesCarryNoPayload) {
    for (const char* type : {"text/xml", "application/json", "multipart/form-data; boundary=x", "text/plain2",
                             "x", "application/x-www-form-urlencodedx"})
        EXPECT_EQ(error_of(read(type, R"(["a"])")), payload_expected) << type;
}

TEST(SockJsJsonpPolling, BrokenJsonIsRefused) {
    for (const char* body : {"d=%5B%22x", "d=x", "d=%5B%22%ff%22%5D", "d=%5B%22%00%22%5D", "d=%5B1%5D", "d=%",
                             "d=%257B%257D", "d={}"})
        EXPECT_EQ(error_of(read(form, body)), broken_json) << body;
    EXPECT_EQ(error_of(read("text/plain", "d=%5B%22x%22%5D")), broken_json);
}

TEST(SockJsJsonpPolling, ABodyCutAtAnyPlaceIsRefused) {
    const std::string_view body = "d=%5B%22a%5Cu00e9%22%2C%22b%22%5D";
    ASSERT_EQ(read(form, body).value(), (Messages{"a\u00e9", "b"}));
    for (std::size_t cut = 0; cut < body.size(); ++cut)
        EXPECT_EQ(error_of(read(form, body.substr(0, cut))), cut <= 2 ? payload_expected : broken_json)
            << cut;
}

TEST(SockJsJsonpPolling, WhatWasTakenIsAnsweredOk) {
    const http::Response response = jsonp_sent(test::get_request("", {{"Origin", "https://a.example"}}));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "ok");
    EXPECT_EQ(response.fields.find("Content-Type"), Value("text/plain; charset=UTF-8"));
    EXPECT_EQ(response.fields.find("X-Content-Type-Options"), Value("nosniff"));
    EXPECT_EQ(response.fields.find("Cache-Control"),
              Value("no-store, no-cache, no-transform, must-revalidate, max-age=0"));
    EXPECT_EQ(response.fields.find("Access-Control-Allow-Origin"), Value("https://a.example"));
    EXPECT_EQ(response.fields.find("Content-Security-Policy"), Value("frame-ancestors *"));
}

}  // namespace
}  // namespace stentor::sockjs
