#include "http/request_line.hpp"

#include <gtest/gtest.h>

namespace stentor::http {
namespace {

int status_of(std::string_view line) {
    Request request;
    const auto refusal = read_request_line(line, request);
    return refusal ? refusal->status : 200;
}

TEST(HttpRfc9112_3, ARequestLineIsMethodTargetVersion) {
    Request request;
    EXPECT_FALSE(read_request_line("POST /a?b HTTP/1.0", request));
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/a?b");
    EXPECT_EQ(request.minor_version, 0);
    EXPECT_FALSE(read_request_line("M-SEARCH * HTTP/1.1", request));
    EXPECT_EQ(request.minor_version, 1);
}

TEST(HttpRfc9112_3, AnythingElseIsRefused) {
    for (const char* line :
         {"GET", "GET /", "GET  / HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ", "GET / ", "G(T / HTTP/1.1",
          "GET /a b HTTP/1.1", "GET\t/\tHTTP/1.1", "GET /\x7f HTTP/1.1", "GET /\xC3\xA9 HTTP/1.1",
          "GET /# HTTP/1.1", "GET /\r HTTP/1.1", "/ HTTP/1.1"}) {
        EXPECT_EQ(status_of(line), 400) << line;
    }
}

TEST(HttpRfc9112_2_3, OnlyHttp10And11AreSpoken) {
    for (const char* line : {"PRI * HTTP/2.0", "GET / HTTP/1.2", "GET / HTTP/9.9", "GET / HTTP/0.9"}) {
        EXPECT_EQ(status_of(line), 505) << line;
    }
    for (const char* line : {"GET / HTTP/1.10", "GET / http/1.1", "GET / HTTP/1", "GET / HTTP/1.",
                             "GET / HTTP/11", "GET / HTTP/a.b", "GET / HTTPS/1.1", "GET / HTTP/1,1"}) {
        EXPECT_EQ(status_of(line), 400) << line;
    }
}

TEST(HttpRequestLine, OverflowIsKnownBeforeTheLineIsWhole) {
    const Limits limits{.max_target = 10};
    EXPECT_FALSE(request_line_overflow("GET /123456789", limits));
    EXPECT_EQ(request_line_overflow("GET /1234567890", limits)->status, 414);
    EXPECT_EQ(request_line_overflow("GET /1234567890 HTTP/1.1", limits)->status, 414);
    EXPECT_FALSE(request_line_overflow(std::string(32, 'A'), limits));
    EXPECT_EQ(request_line_overflow(std::string(33, 'A'), limits)->status, 400);
    EXPECT_EQ(request_line_overflow("GET / HTTP/1.1 and so on and on", limits)->status, 400);
}

TEST(HttpRfc9112_5, AFieldLineIsNameColonValue) {
    Fields fields;
    EXPECT_FALSE(read_field_line("Host: a", fields));
    EXPECT_FALSE(read_field_line("X:", fields));
    EXPECT_FALSE(read_field_line("Y:\t b:c \t", fields));
    EXPECT_FALSE(read_field_line("Z: \xFF", fields));
    EXPECT_EQ(fields, (Fields{{"Host", "a"}, {"X", ""}, {"Y", "b:c"}, {"Z", "\xFF"}}));
}

TEST(HttpRfc9112_5_1, SpoiltNamesAndValuesAreRefused) {
    using namespace std::literals;
    for (const std::string_view line :
         {"Host : a"sv, " Host: a"sv, "\tfolded"sv, "Ho st: a"sv, ": a"sv, "no colon"sv, "a\0b: c"sv,
          "a: b\0c"sv, "a: b\rc"sv, "a: \x7f"sv, "a: \v"sv, "H\xC3\xB6st: a"sv}) {
        Fields fields;
        const auto refusal = read_field_line(line, fields);
        ASSERT_TRUE(refusal) << line;
        EXPECT_EQ(refusal->status, 400);
        EXPECT_EQ(fields.size(), 0u);
    }
}

}  // namespace
}  // namespace stentor::http
