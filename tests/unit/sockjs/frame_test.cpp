#include "sockjs/frame.hpp"

#include "base/utf8.hpp"
#include "sockjs/messages.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace stentor::sockjs {
namespace {

using namespace std::string_view_literals;

std::string quote(std::string_view text) {
    std::string out;
    append_quoted(out, text);
    return out;
}

std::string utf8(unsigned code) {
    if (code < 0x80) return {static_cast<char>(code)};
    if (code < 0x800) return {static_cast<char>(0xC0 | code >> 6), static_cast<char>(0x80 | (code & 0x3F))};
    return {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)),
            static_cast<char>(0x80 | (code & 0x3F))};
}

std::string escape(unsigned code) {
    constexpr std::string_view digits = "0123456789abcdef";
    return {'\\', 'u', digits[code >> 12], digits[code >> 8 & 15], digits[code >> 4 & 15], digits[code & 15]};
}

TEST(SockJsProtocolAndFraming, AMessageFrameHoldsQuotedMessagesBetweenCommas) {
    std::string out = "x";
    const std::array messages{R"("a")"sv, R"("b\nc")"sv, R"("")"sv};
    append_message_frame(out, messages);
    EXPECT_EQ(out, R"(xa["a","b\nc",""])");
}

TEST(SockJsProtocolAndFraming, AMessageFrameOfOneMessageHasNoComma) {
    std::string out;
    append_message_frame(out, std::array{R"("a")"sv});
    EXPECT_EQ(out, R"(a["a"])");
}

TEST(SockJsProtocolAndFraming, ACloseFrameHoldsCodeAndReason) {
    EXPECT_EQ(close_frame(3000, "Go away!"), R"(c[3000,"Go away!"])");
    EXPECT_EQ(close_frame(2010, "Another connection still open"),
              R"(c[2010,"Another connection still open"])");
}

TEST(SockJsProtocolAndFraming, ACloseFramesReasonIsEscaped) {
    EXPECT_EQ(close_frame(1002, "a\"],\n\\"), R"(c[1002,"a\"],\n\\"])");
}

TEST(SockJsJsonUnicodeEncoding, PlainTextStaysAsItIs) {
    EXPECT_EQ(quote(""), R"("")");
    EXPECT_EQ(quote("Hello, </script> %41 '`~"), R"("Hello, </script> %41 '`~")");
    EXPECT_EQ(quote("h\u00e9llo \u20ac \U0001F600 \u4e2d\u6587"),
              "\"h\u00e9llo \u20ac \U0001F600 \u4e2d\u6587\"");
}

TEST(SockJsJsonUnicodeEncoding, QuotesAndControlsTakeJsonsShortForms) {
    EXPECT_EQ(quote("\"\\\b\t\n\f\r"), R"("\"\\\b\t\n\f\r")");
}

TEST(SockJsJsonUnicodeEncoding, AppendsAfterWhatIsThere) {
    std::string out = "a[";
    append_quoted(out, "x\ny");
    EXPECT_EQ(out, R"(a["x\ny")");
}

// S22: whatever the text, a frame is one line.
TEST(SockJsJsonUnicodeEncoding, NoByteBelowABlankIsEverLeft) {
    for (unsigned code = 0; code < 0x20; ++code) {
        const std::string out = quote("data: " + utf8(code));
        for (const char c : out) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << code;
    }
    EXPECT_EQ(quote("\0\x01\x1f\x7f"sv), R"("\u0000\u0001\u001f\u007f")");
}

// S23, byte-exact: every character of the basic plane is either escaped in lower case or copied.
TEST(SockJsJsonUnicodeEncoding, ExactlyTheListedCharactersAreEscaped) {
    const auto listed = [](unsigned c) {
        return (c >= 0x200C && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) || (c >= 0x2060 && c <= 0x206F) ||
               c >= 0xFFF0;
    };
    for (unsigned code = 0x80; code <= 0xFFFF; ++code) {
        if (code >= 0xD800 && code <= 0xDFFF) continue;  // has no UTF-8
        const std::string text = utf8(code);
        ASSERT_EQ(quote("a" + text + "b"), "\"a" + (listed(code) ? escape(code) : text) + "b\"")
            << std::hex << code;
    }
}

TEST(SockJsJsonUnicodeEncoding, NeighbouringEscapesAreAllWritten) {
    EXPECT_EQ(quote("\u2028\u2029\uffff"), R"("\u2028\u2029\uffff")");
    EXPECT_EQ(quote("\u2028"), R"("\u2028")");
    EXPECT_EQ(quote("\u2027\u2030\uffef"), "\"\u2027\u2030\uffef\"");
}

TEST(SockJsJsonUnicodeEncoding, IllFormedUtf8BecomesTheReplacementCharacter) {
    EXPECT_EQ(quote("a\xFFz"), R"("a\ufffdz")");
    EXPECT_EQ(quote("\xE2"), R"("\ufffd")");
    EXPECT_EQ(quote("\xE2\x80"), R"("\ufffd")");
    EXPECT_EQ(quote("\xEF\xBF\"\n"), R"("\ufffd\"\n")");
    EXPECT_EQ(quote("\xED\xA0\x80"), R"("\ufffd\ufffd\ufffd")");  // a lone surrogate
    EXPECT_EQ(quote("\xC0\x80"), R"("\ufffd\ufffd")");            // an overlong NUL
}

TEST(SockJsJsonUnicodeEncoding, InAScriptTheLessThanSignIsEscapedToo) {
    std::string out = "p(";
    append_script_quoted(out, "a<b\n</script>\u2028\xff<");
    EXPECT_EQ(out, R"(p("a\u003cb\n\u003c/script>\u2028\ufffd\u003c")");
    EXPECT_EQ(quote("a<b"), R"("a<b")");
}

TEST(SockJsJsonUnicodeEncoding, AScriptsStringReadsBackAsTheFrame) {
    const std::string frame = R"(a["<!--","\u2028","\\","</script>"])";
    std::string quoted;
    append_script_quoted(quoted, frame);
    EXPECT_EQ(parse_messages("[" + quoted + "]").value(), std::vector<std::string>{frame});
}

TEST(SockJsJsonUnicodeEncoding, EveryCutOfATextReadsBackAsItself) {
    const std::string text = "a\"\\\n\u00e9\u2028\u20ac\ufff0\U0001F600z\x7f";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const std::string part = text.substr(0, cut);
        const auto read = parse_messages("[" + quote(part) + "]");
        ASSERT_TRUE(read) << cut;
        EXPECT_EQ(*read, std::vector<std::string>{base::to_utf8(part)}) << cut;
    }
}

}  // namespace
}  // namespace stentor::sockjs
