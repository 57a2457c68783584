#include "sockjs/cookie.hpp"

#include "unit/sockjs/get_request.hpp"

#include <gtest/gtest.h>

namespace stentor::sockjs {
namespace {

using namespace std::string_literals;

std::string cookie(std::string header) {
    return session_cookie(test::get_request("", {{"Cookie", std::move(header)}}));
}

const std::string dummy = "JSESSIONID=dummy; path=/";

TEST(SockJsJsessionidCookie, IsSetToDummyWhenTheClientHasNone) {
    EXPECT_EQ(session_cookie(test::get_request("")), dummy);
    for (const char* header : {"", ";", "=", "a=b", "JSESSIONID", "; ;", "JSESSIONID=", "JSESSIONID= "})
        EXPECT_EQ(cookie(header), dummy) << header;
}

TEST(SockJsJsessionidCookie, TheClientsOwnIsEchoed) {
    EXPECT_EQ(cookie("JSESSIONID=abcdef"), "JSESSIONID=abcdef; path=/");
    EXPECT_EQ(cookie("a=b; JSESSIONID=A.z_0-9; c=d"), "JSESSIONID=A.z_0-9; path=/");
    EXPECT_EQ(cookie("a=b;JSESSIONID = x ;c"), "JSESSIONID=x; path=/");
}

TEST(SockJsCookies, AreFoundByTheirExactName) {
    http::Request request;
    request.fields.add("cookie", "a=1; B=2 ;x");
    request.fields.add("Cookie", "c= 3; a=4");
    EXPECT_EQ(cookie_of(request, "a"), "1");
    EXPECT_EQ(cookie_of(request, "B"), "2");
    EXPECT_EQ(cookie_of(request, "c"), "3");
    for (const char* absent : {"b", "A", "x", "", "aa"})
        EXPECT_EQ(cookie_of(request, absent), std::nullopt) << absent;
}

TEST(SockJsJsessionidCookie, TheFirstOfThatNameCounts) {
    EXPECT_EQ(cookie("JSESSIONID=one; JSESSIONID=two"), "JSESSIONID=one; path=/");
    EXPECT_EQ(cookie("JSESSIONID; JSESSIONID=two"), "JSESSIONID=two; path=/");
    EXPECT_EQ(cookie("JSESSIONID=<; JSESSIONID=two"), dummy);
    const http::Fields lines{{"cookie", "a=b"}, {"COOKIE", "JSESSIONID=one"}, {"Cookie", "JSESSIONID=two"}};
    EXPECT_EQ(session_cookie(test::get_request("", lines)), "JSESSIONID=one; path=/");
}

TEST(SockJsJsessionidCookie, OtherNamesAreOtherCookies) {
    for (const char* header :
         {"jsessionid=x", "JSESSIONID2=x", "XJSESSIONID=x", "a=JSESSIONID=x", "JSESSION ID=x"})
        EXPECT_EQ(cookie(header), dummy) << header;
    EXPECT_EQ(session_cookie(test::get_request("", {{"Set-Cookie", "JSESSIONID=x"}})), dummy);
}

// S29: what is echoed can neither end the header line nor add an attribute.
TEST(SockJsJsessionidCookie, NothingButPlainValuesIsEchoed) {
    for (const std::string& value : {"a\r\nX: y"s, "a\nb"s, "a b"s, "a,b"s, "\"abc\""s, "a=b"s, "a%0d%0ab"s,
                                     "a\0b"s, "<script>"s, "\xc3\xa9"s, "a\tb"s, "\x7f"s, "a:b"s, "a/b"s})
        EXPECT_EQ(cookie("JSESSIONID=" + value), dummy) << value;
    EXPECT_EQ(cookie("JSESSIONID=x; domain=evil.example"), "JSESSIONID=x; path=/");
}

// S29
TEST(SockJsJsessionidCookie, AValueHasAtMost64Characters) {
    const std::string longest(64, 'x');
    EXPECT_EQ(cookie("JSESSIONID=" + longest), "JSESSIONID=" + longest + "; path=/");
    EXPECT_EQ(cookie("JSESSIONID=x" + longest), dummy);
}

TEST(SockJsJsessionidCookie, AHeaderCutAtAnyPlaceGivesABeginningOfTheValue) {
    const std::string header = "a=b; JSESSIONID=xyz";
    for (std::size_t cut = 0; cut <= header.size(); ++cut) {
        const std::string part = header.substr(0, cut);
        EXPECT_EQ(cookie(part), cut > 16 ? "JSESSIONID=" + part.substr(16) + "; path=/" : dummy) << cut;
    }
}

}  // namespace
}  // namespace stentor::sockjs
