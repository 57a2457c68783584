#include "http/response_writer.hpp"

#include <gtest/gtest.h>

namespace stentor::http {
namespace {

using namespace std::literals;

Request request_of(int minor_version, bool keep_alive, std::string method = "GET") {
    Request request;
    request.method = std::move(method);
    request.minor_version = minor_version;
    request.keep_alive = keep_alive;
    return request;
}

const Response plain{200, {{"Content-Type", "text/plain"}}, "hello"};

TEST(HttpResponse, HasItsLength) {
    EXPECT_EQ(write_response(plain, request_of(1, true), false),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(write_response({404, {}, ""}, request_of(1, true), false),
              "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpRfc9112_9_3, ConnectionSaysWhatTheVersionDoesNotImply) {
    const auto head = [](const Request& request, bool close) {
        return write_response({200, {}, ""}, request, close);
    };
    const std::string start = "HTTP/1.1 200 OK\r\n";
    const std::string end = "Content-Length: 0\r\n\r\n";
    EXPECT_EQ(head(request_of(1, true), true), start + "Connection: close\r\n" + end);
    EXPECT_EQ(head(request_of(1, false), false), start + "Connection: close\r\n" + end);
    EXPECT_EQ(head(request_of(0, true), false), start + "Connection: keep-alive\r\n" + end);
    EXPECT_EQ(head(request_of(0, false), false), start + "Connection: close\r\n" + end);
}

TEST(HttpRfc9110_7_8, UpgradeIsNamedInConnection) {
    EXPECT_EQ(write_response({101, {{"Upgrade", "websocket"}}, ""}, request_of(1, true), false),
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
    EXPECT_EQ(write_response({426, {{"Upgrade", "websocket"}}, ""}, request_of(1, true), true),
              "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nConnection: Upgrade, "
              "close\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpRfc9112_6_3, SomeResponsesHaveNoBody) {
    for (int status : {204, 304}) {
        const std::string written = write_response({status, {}, "body"}, request_of(1, true), false);
        EXPECT_EQ(written, "HTTP/1.1 " + std::to_string(status) + ' ' + std::string(reason_phrase(status)) +
                               "\r\n\r\n");
    }
    EXPECT_EQ(write_response(plain, request_of(1, true, "HEAD"), false),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\n");
}

TEST(HttpH28, NothingCanSplitAResponse) {
    const Response response{200,
                            {{"A", "x\r\nSet-Cookie: y"},
                             {"B", "x\ny"},
                             {"C", "x\0y"s},
                             {"D\r\nE", "x"},
                             {"", "x"},
                             {"F: g", "x"},
                             {"H", "kept"}},
                            ""};
    EXPECT_EQ(write_response(response, request_of(1, true), false),
              "HTTP/1.1 200 OK\r\nH: kept\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpResponse, FramingFieldsAreTheWritersOwn) {
    const Response response{
        200, {{"content-length", "9"}, {"Transfer-Encoding", "chunked"}, {"Connection", "x"}}, ""};
    EXPECT_EQ(write_response(response, request_of(1, true), false),
              "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST(HttpStream, IsChunkedOn11) {
    const Request request = request_of(1, true);
    std::string out = write_stream_head(plain, request);
    EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
    out.clear();
    write_stream_piece(out, "hello", request);
    write_stream_piece(out, "", request);
    write_stream_piece(out, std::string(26, 'x'), request);
    EXPECT_EQ(out, "5\r\nhello\r\n1a\r\n" + std::string(26, 'x') + "\r\n");
    EXPECT_EQ(stream_end(request), "0\r\n\r\n");
    EXPECT_EQ(write_stream_head({200, {}, ""}, request_of(1, false)),
              "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(HttpStream, EndsWithTheConnectionOn10) {
    const Request request = request_of(0, true);
    EXPECT_EQ(write_stream_head({200, {}, ""}, request), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    std::string out;
    write_stream_piece(out, "hello", request);
    write_stream_piece(out, "", request);
    EXPECT_EQ(out, "hello");
    EXPECT_EQ(stream_end(request), "");
}

TEST(HttpStream, AHeadRequestGetsNoBody) {
    const Request request = request_of(1, true, "HEAD");
    std::string out;
    write_stream_piece(out, "hello", request);
    EXPECT_EQ(out, "");
    EXPECT_EQ(stream_end(request), "");
}

TEST(HttpRfc9112_4, EveryStatusWeAnswerWithHasAPhrase) {
    for (int status : {101, 200, 204, 301, 302, 304, 400, 401, 403, 404, 405, 408, 409,
                       411, 413, 414, 415, 416, 417, 426, 429, 431, 500, 501, 503, 505}) {
        EXPECT_FALSE(reason_phrase(status).empty()) << status;
    }
    EXPECT_EQ(write_response({299, {}, ""}, request_of(1, true), false),
              "HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n");
}

}  // namespace
}  // namespace stentor::http
