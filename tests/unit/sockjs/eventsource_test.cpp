#include "sockjs/transport.hpp"

#include "sockjs/frame.hpp"
#include "unit/sockjs/get_request.hpp"

#include <gtest/gtest.h>

#include <array>

namespace stentor::sockjs {
namespace {

using namespace std::string_view_literals;

std::string event(std::string_view frame) {
    std::string out;
    eventsource.append(out, frame, {});
    return out;
}

/// As the client has it: decodeURI over the escapes that are written.
std::string decoded(std::string text) {
    for (std::size_t at = 0; (at = text.find('%', at)) != std::string::npos; ++at)
        text.replace(at, 3, 1, static_cast<char>(std::stoi(text.substr(at + 1, 2), nullptr, 16)));
    return text;
}

TEST(SockJsEventSource, IsAGetAnsweredWithEventsWithoutACharset) {
    EXPECT_EQ(eventsource.name, "eventsource");
    EXPECT_EQ(eventsource.method, "GET");
    EXPECT_EQ(eventsource.content_type, "text/event-stream");
    EXPECT_TRUE(eventsource.streaming);
    EXPECT_TRUE(eventsource.offered_by_default);
}

TEST(SockJsEventSource, RefusesNoRequest) {
    EXPECT_FALSE(eventsource.refuse(test::get_request("")).has_value());
}

TEST(SockJsEventSource, BeginsWithAnEmptyLine) { EXPECT_EQ(eventsource.prelude({}), "\r\n"); }

TEST(SockJsEventSource, EachFrameIsAnEvent) {
    std::string out;
    eventsource.append(out, "o", {});
    eventsource.append(out, R"(a["x"])", {});
    EXPECT_EQ(out, "data: o\r\n\r\ndata: a[\"x\"]\r\n\r\n");
    EXPECT_EQ(event(R"(a["  \u0000\n\r "])"), "data: a[\"  \\u0000\\n\\r \"]\r\n\r\n");
}

// The client takes every event through decodeURI, which fails on a percent sign that begins no escape.
TEST(SockJsEventSource, PercentSignsAreEscaped) {
    EXPECT_EQ(event(R"(a["100%","%41%"])"), "data: a[\"100%25\",\"%2541%25\"]\r\n\r\n");
    EXPECT_EQ(decoded(event(R"(a["100%","%41%"])")), "data: a[\"100%\",\"%41%\"]\r\n\r\n");
}

// S22
TEST(SockJsEventSource, NothingInAFrameEndsALineOrAnEvent) {
    EXPECT_EQ(event("a\r\ndata: b\n\n\0c"sv), "data: a%0D%0Adata: b%0A%0A%00c\r\n\r\n");
    EXPECT_EQ(event(""), "data: \r\n\r\n");
    EXPECT_EQ(event("\n"), "data: %0A\r\n\r\n");
}

TEST(SockJsEventSource, HostileMessagesStayOneEvent) {
    for (const std::string_view message :
         {"\r\n\r\ndata: x"sv, "\n"sv, "\0"sv, "\u2028"sv, "id: 1\rretry: 9"sv}) {
        std::string quoted;
        append_quoted(quoted, message);
        std::string frame;
        append_message_frame(frame, std::array{std::string_view(quoted)});
        const std::string out = event(frame);
        EXPECT_EQ(out, "data: " + frame + "\r\n\r\n");
        EXPECT_EQ(out.find_first_of("\r\n\0"sv), out.size() - 4) << message;
    }
}

}  // namespace
}  // namespace stentor::sockjs
