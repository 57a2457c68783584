#include "sockjs/messages.hpp"

#include <gtest/gtest.h>

namespace stentor::sockjs {
namespace {

using namespace std::string_view_literals;
using namespace std::string_literals;
using Messages = std::vector<std::string>;

const Error payload_expected{Errc::malformed, "Payload expected."};
const Error broken_json{Errc::malformed, "Broken JSON encoding."};

Error error_of(const Result<Messages>& result) {
    return result ? Error{Errc::failed, "it was read"} : result.error();
}

TEST(SockJsXhrPolling, ABodyIsAnArrayOfStrings) {
    EXPECT_EQ(parse_messages(R"(["a"])").value(), Messages{"a"});
    EXPECT_EQ(parse_messages(R"(["a","b\n",""])").value(), (Messages{"a", "b\n", ""}));
    EXPECT_EQ(parse_messages(" [ \"a\" ,\r\n\t\"b\" ] ").value(), (Messages{"a", "b"}));
}

TEST(SockJsXhrPolling, AnEmptyArrayIsNoMessage) {
    EXPECT_EQ(parse_messages("[]").value(), Messages{});
    EXPECT_EQ(parse_messages(" [ ] ").value(), Messages{});
}

TEST(SockJsXhrPolling, AnEmptyBodyIsAMissingPayload) {
    EXPECT_EQ(error_of(parse_messages("")), payload_expected);
}

TEST(SockJsXhrPolling, BrokenJsonIsRefused) {
    for (const std::string_view body :
         {R"(["x)"sv, R"(["x")"sv, "["sv, "]"sv, " "sv, "[\"\",]"sv, R"(["a",])"sv, R"([,"a"])"sv,
          R"(["a" "b"])"sv, R"(["a"]])"sv, R"(["a"]x)"sv, R"(["a"],)"sv, "\0"sv, "\xEF\xBB\xBF[\"a\"]"sv})
        EXPECT_EQ(error_of(parse_messages(body)), broken_json) << body;
}

TEST(SockJsXhrPolling, AnythingButAnArrayOfStringsIsRefused) {
    for (const std::string_view body :
         {R"("a")"sv, "{}"sv, R"({"a":"b"})"sv, "1"sv, "null"sv, "true"sv, "[1]"sv, "[null]"sv,
          R"([["a"]])"sv, R"([{"a":1}])"sv, R"(["a",1])"sv, R"(['a'])"sv})
        EXPECT_EQ(error_of(parse_messages(body)), broken_json) << body;
}

TEST(SockJsXhrPolling, InvalidUtf8IsRefused) {
    EXPECT_EQ(error_of(parse_messages("[\"\xff\"]")), broken_json);
    EXPECT_EQ(error_of(parse_messages("[\"\xed\xa0\x80\"]")), broken_json);
    EXPECT_EQ(error_of(parse_messages("[\"a\"]\xc3")), broken_json);
}

TEST(SockJsXhrPolling, ABodyCutAtAnyPlaceIsRefused) {
    const std::string_view body = "[\"a\\u00e9\", \"\u20ac\\ud83d\\ude00\",\"\"]";
    ASSERT_EQ(parse_messages(body).value(), (Messages{"a\u00e9", "\u20ac\U0001F600", ""}));
    for (std::size_t cut = 1; cut < body.size(); ++cut)
        EXPECT_EQ(error_of(parse_messages(body.substr(0, cut))), broken_json) << cut;
}

TEST(SockJsXhrPolling, AsManyMessagesAsTheLimitAllowsAreRead) {
    EXPECT_EQ(parse_messages(R"(["a","b"])", {.max_messages = 2}).value().size(), 2U);
    EXPECT_EQ(error_of(parse_messages(R"(["a","b","c"])", {.max_messages = 2})).code, Errc::too_large);
    EXPECT_EQ(parse_messages("[]", {.max_messages = 0}).value(), Messages{});
}

// S19: a hundred thousand elements, and as many brackets, cost no more than reading up to the limit.
TEST(SockJsXhrPolling, ElementsBeyondTheLimitAreNotKept) {
    std::string many = "[\"\"";
    for (int i = 0; i < 100'000; ++i) many += ",\"\"";
    EXPECT_EQ(error_of(parse_messages(many + "]")).code, Errc::too_large);
    EXPECT_EQ(error_of(parse_messages(std::string(100'000, '['))), broken_json);
}

TEST(SockJsJsonUnicodeEncoding, EveryEscapeOfTheClientIsDecoded) {
    EXPECT_EQ(parse_messages(R"(["\u0000\u200c\ufeff\uffff\ud83d\ude00"])").value(),
              Messages{"\0\u200c\ufeff\uffff\U0001F600"s});
}

TEST(SockJsWebSocket, ATextIsAnArrayOrASingleString) {
    EXPECT_EQ(parse_websocket_messages(R"(["a","b"])").value(), (Messages{"a", "b"}));
    EXPECT_EQ(parse_websocket_messages(R"("a")").value(), Messages{"a"});
    EXPECT_EQ(parse_websocket_messages(R"( "a\n" )").value(), Messages{"a\n"});
    EXPECT_EQ(parse_websocket_messages(R"("")").value(), Messages{""});
}

TEST(SockJsWebSocket, AnEmptyTextAndAnEmptyArrayAreNoMessage) {
    EXPECT_EQ(parse_websocket_messages("").value(), Messages{});
    EXPECT_EQ(parse_websocket_messages("[]").value(), Messages{});
}

TEST(SockJsWebSocket, BrokenJsonIsRefused) {
    for (const std::string_view text : {R"(["x)"sv, R"("x)"sv, R"("x"")"sv, R"("x","y")"sv, "x"sv, " "sv,
                                        "1"sv, "{}"sv, "\"\xff\""sv, "[\"\n\"]"sv})
        EXPECT_EQ(error_of(parse_websocket_messages(text)), broken_json) << text;
}

TEST(SockJsWebSocket, TheLimitHoldsForTextsToo) {
    EXPECT_EQ(error_of(parse_websocket_messages(R"(["a","b"])", {.max_messages = 1})).code, Errc::too_large);
}

TEST(SockJsWebSocket, ATextCutAtAnyPlaceIsRefused) {
    for (const std::string_view text : {R"(["a","b\n"])"sv, R"("a\ud83d\ude00")"sv})
        for (std::size_t cut = 1; cut < text.size(); ++cut)
            EXPECT_EQ(error_of(parse_websocket_messages(text.substr(0, cut))), broken_json) << cut;
}

}  // namespace
}  // namespace stentor::sockjs
