#include "http/chunked_body.hpp"

#include "support/http_cuts.hpp"

#include <gtest/gtest.h>

namespace stentor::http {
namespace {

struct Decoded {
    int status = 0;  ///< 0: not whole yet, 200: whole
    std::string body;
    std::string rest;
    friend bool operator==(const Decoded&, const Decoded&) = default;
};

Decoded decode_pieces(const test::Pieces& pieces, const Limits& limits) {
    ChunkedBody chunks(limits);
    Decoded decoded;
    for (const std::string& piece : pieces) {
        std::string_view input = piece;
        if (const auto refusal = chunks.read(input)) return {refusal->status, "", ""};
        decoded.rest += input;
    }
    if (chunks.whole()) return {200, chunks.take(), decoded.rest};
    return decoded;
}

Decoded decode(std::string_view bytes, const Limits& limits = {}) {
    const Decoded whole = decode_pieces({std::string(bytes)}, limits);
    test::for_each_cut(bytes,
                       [&](const test::Pieces& pieces) { EXPECT_EQ(decode_pieces(pieces, limits), whole); });
    return whole;
}

TEST(HttpRfc9112_7_1, ChunksAreJoinedAndTheRestIsLeft) {
    EXPECT_EQ(decode("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\nGET /"), (Decoded{200, "hello!", "GET /"}));
    EXPECT_EQ(decode("0\r\n\r\n"), (Decoded{200, "", ""}));
    EXPECT_EQ(decode("000000000000000a\r\n0123456789\r\n00\r\n\r\n"), (Decoded{200, "0123456789", ""}));
    EXPECT_EQ(decode("A;name=\"v\";x\r\n0123456789\r\n0\r\n\r\n").body, "0123456789");
    EXPECT_EQ(decode("5\r\nhel").status, 0);
}

TEST(HttpRfc9112_7_1, AChunkSizeIsOneToSixteenHexadecimalDigits) {
    for (const char* size : {"FFFFFFFFFFFFFFFF", "8000000000000000", "-1", "0x10", " 5", "5_0", "+5", "",
                             "5 ", "5\t;x", "g", "00000000000000005"}) {
        EXPECT_EQ(decode(std::string(size) + "\r\n").status, 400) << size;
    }
    EXPECT_EQ(decode(std::string(100, '0') + "5\r\n").status, 400);
    EXPECT_EQ(decode("7FFFFFFFFFFFFFFF\r\n").status, 413);
}

TEST(HttpRfc9112_7_1, FramingLinesEndWithCrLf) {
    for (const char* bytes : {"5\nhello\r\n", "5\r\rhello", "5\r\nhello\n0\r\n\r\n", "5\r\nhello!",
                              "5\r\nhello\rX", "5\r\nhello0\r\n", "0\r\n\n", "0\r\na: b\n\r\n"}) {
        EXPECT_EQ(decode(bytes).status, 400) << bytes;
    }
}

TEST(HttpRfc9112_7_1_1, ExtensionsAreCountedOverTheWholeBody) {
    EXPECT_EQ(decode("1;" + std::string(1024, 'x') + "\r\na\r\n0\r\n\r\n").status, 200);
    EXPECT_EQ(decode("1;" + std::string(1025, 'x') + "\r\n").status, 400);
    std::string dribble;
    for (int i = 0; i < 400; ++i) dribble += "1;a=b\r\nx\r\n";
    EXPECT_EQ(decode(dribble).status, 400);
    EXPECT_EQ(decode("1;a\nb\r\n").status, 400);
    EXPECT_EQ(decode("1;a\rb\r\n").status, 400);
}

TEST(HttpChunkedBody, TheSumOfChunksIsLimited) {
    const Limits limits{.max_body = 10};
    EXPECT_EQ(decode("5\r\nhello\r\n5\r\nhello\r\n0\r\n\r\n", limits).body, "hellohello");
    EXPECT_EQ(decode("5\r\nhello\r\n6\r\n", limits).status, 413);
}

TEST(HttpRfc9112_7_1_2, TrailersAreCheckedAndDropped) {
    EXPECT_EQ(decode("1\r\na\r\n0\r\nContent-Length: 5\r\nHost: b\r\n\r\nX"), (Decoded{200, "a", "X"}));
    EXPECT_EQ(decode("0\r\nbad name: x\r\n\r\n").status, 400);
    EXPECT_EQ(decode("0\r\n folded\r\n\r\n").status, 400);
    EXPECT_EQ(decode("0\r\na: " + std::string(5000, 'x')).status, 431);
}

}  // namespace
}  // namespace stentor::http
