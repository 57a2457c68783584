#include "http_response.hpp"

#include "carry.hpp"
#include "failure.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::bench {
namespace {

/// "[status]", the bodies' bytes and "." for each end.
std::string told(const std::vector<std::string_view>& pieces) {
    std::string text;
    Carry carry;
    HttpResponses responses;
    for (const std::string_view bytes : pieces) {
        std::string_view rest = carry.join(bytes);
        while (const auto piece = responses.next(rest)) {
            if (piece->part == HttpResponses::Part::head)
                text += "[" + std::to_string(responses.status()) + (responses.keep_alive() ? "]" : " close]");
            else if (piece->part == HttpResponses::Part::body) text += piece->bytes;
            else text += '.';
        }
        carry.keep(rest);
    }
    return text;
}

constexpr std::string_view stream =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n, world!!!\r\n0\r\nTrailer: "
    "x\r\n\r\n"
    "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n"
    "HTTP/1.1 404 Not Found\r\nCONTENT-LENGTH:  3 \r\nConnection: Close\r\n\r\nabc"
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
constexpr std::string_view expected = "[200]hello, world!!!.[204].[404 close]abc.[200].";

TEST(BenchHttpResponses, OneAfterTheOther) { EXPECT_EQ(told({stream}), expected); }

TEST(BenchHttpResponses, CutAnywhere) {
    for (std::size_t cut = 0; cut <= stream.size(); ++cut)
        EXPECT_EQ(told({stream.substr(0, cut), stream.substr(cut)}), expected) << "cut at " << cut;
}

TEST(BenchHttpResponses, ByteByByte) {
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; i < stream.size(); ++i) pieces.push_back(stream.substr(i, 1));
    EXPECT_EQ(told(pieces), expected);
}

TEST(BenchHttpResponses, WithoutALengthTheBodyEndsWithTheConnection) {
    EXPECT_EQ(told({"HTTP/1.1 200 OK\r\n\r\nab", "cd"}), "[200]abcd");
}

TEST(BenchHttpResponses, WhatIsNoHttpIsRefused) {
    const std::string endless = "HTTP/1.1 200 OK\r\n" + std::string(70'000, 'x');
    for (const std::string_view wrong :
         {std::string_view("SSH-2.0-OpenSSH\r\n\r\n"), std::string_view("HTTP/1.1 2x0 OK\r\n\r\n"),
          std::string_view("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n"),
          std::string_view("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n"),
          std::string_view("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"),
          std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 1 1\r\n\r\n"), std::string_view(endless)}) {
        EXPECT_THROW(told({wrong}), Failure) << wrong.substr(0, 60);
    }
}

}  // namespace
}  // namespace stentor::bench
