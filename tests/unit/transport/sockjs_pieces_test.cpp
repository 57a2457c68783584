#include "transport/sockjs_pieces.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::transport {
namespace {

using Frames = std::vector<base::BytesRef>;

http::Request request(int minor_version = 1) {
    http::Request made;
    made.method = "POST";
    made.minor_version = minor_version;
    return made;
}

TEST(SockjsPieces, AreAFrameInAChunk) {
    SockjsPieces pieces;
    const Frames run{base::share(R"("a")"), base::share(R"("b")")};
    const SockjsPieces::Piece& piece = pieces.of(run, sockjs::xhr_streaming, request());
    EXPECT_EQ(piece.bytes->view(), "b\r\na[\"a\",\"b\"]\n\r\n");
    EXPECT_EQ(piece.size, 11u) << "what the stream's limit counts";
}

TEST(SockjsPieces, HaveNoChunksInHttp1_0) {
    SockjsPieces pieces;
    const Frames run{base::share(R"("a")")};
    EXPECT_EQ(pieces.of(run, sockjs::xhr_streaming, request(0)).bytes->view(), "a[\"a\"]\n");
    EXPECT_EQ(pieces.of(run, sockjs::xhr_streaming, request(1)).bytes->view(), "7\r\na[\"a\"]\n\r\n");
}

TEST(SockjsPieces, OfTheSameRunAreTheSameBytes) {
    SockjsPieces pieces;
    const Frames run{base::share(R"("a")"), base::share(R"("b")")};
    const base::BytesRef first = pieces.of(run, sockjs::xhr_streaming, request()).bytes;
    EXPECT_EQ(pieces.of(run, sockjs::xhr_streaming, request()).bytes, first);
    EXPECT_EQ(pieces.of(Frames(run), sockjs::xhr_streaming, request()).bytes, first);
}

TEST(SockjsPieces, OfAnotherRunAreOthers) {
    SockjsPieces pieces;
    const base::BytesRef a = base::share(R"("a")"), b = base::share(R"("b")"), like_a = base::share(R"("c")");
    const base::BytesRef first = pieces.of(Frames{a, b}, sockjs::xhr_streaming, request()).bytes;
    for (const Frames& run : {Frames{a}, Frames{b, a}, Frames{a, b, a}, Frames{like_a, b}})
        EXPECT_NE(pieces.of(run, sockjs::xhr_streaming, request()).bytes->view(), first->view());
}

TEST(SockjsPieces, OneTransportDoesNotForgetWhatAnotherHas) {
    SockjsPieces pieces;
    const Frames run{base::share(R"("a")")};
    const base::BytesRef xhr = pieces.of(run, sockjs::xhr_streaming, request()).bytes;
    const base::BytesRef events = pieces.of(run, sockjs::eventsource, request()).bytes;
    EXPECT_EQ(events->view(), "10\r\ndata: a[\"a\"]\r\n\r\n\r\n");
    EXPECT_EQ(pieces.of(run, sockjs::xhr_streaming, request()).bytes, xhr);
    EXPECT_EQ(pieces.of(run, sockjs::eventsource, request()).bytes, events);
}

TEST(SockjsPieces, AreHeldUntilTheEndOfTheTurnOnly) {
    SockjsPieces pieces;
    const base::BytesRef message = base::share(R"("a")");
    const base::BytesRef piece = pieces.of(Frames{message}, sockjs::xhr_streaming, request()).bytes;
    EXPECT_GT(message->use_count(), 1u);
    pieces.clear();
    EXPECT_EQ(message->use_count(), 1u);
    EXPECT_EQ(piece->use_count(), 1u);
}

}  // namespace
}  // namespace stentor::transport
