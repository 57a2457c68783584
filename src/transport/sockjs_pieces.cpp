// Tests: tests/unit/transport/sockjs_pieces_test.cpp
#include "transport/sockjs_pieces.hpp"

#include "http/response_writer.hpp"
#include "sockjs/frame.hpp"

#include <algorithm>

namespace stentor::transport {
namespace {

/// A text is written into memory that is there already, unless that became much.
void begin(std::string& text) {
    constexpr std::size_t kept = 64 * 1024;
    if (text.capacity() > kept) text = std::string();
    text.clear();
}

}  // namespace

SockjsPieces::Made& SockjsPieces::place_for(const sockjs::ReceivingTransport& transport,
                                            const http::Request& request) {
    const bool is_head = request.method == "HEAD";
    for (Made& made : made_)
        if (made.transport == &transport && made.minor_version == request.minor_version &&
            made.is_head == is_head)
            return made;
    return made_.emplace_back(Made{&transport, request.minor_version, is_head, {}, {}});
}

const SockjsPieces::Piece& SockjsPieces::of(std::span<const base::BytesRef> quoted,
                                            const sockjs::ReceivingTransport& transport,
                                            const http::Request& request) {
    Made& made = place_for(transport, request);
    if (made.piece.bytes && std::ranges::equal(made.run, quoted)) return made.piece;
    quoted_.clear();
    for (const base::BytesRef& message : quoted) quoted_.push_back(message->view());
    for (std::string* const text : {&frame_, &wrapped_, &chunk_}) begin(*text);
    sockjs::append_message_frame(frame_, quoted_);
    transport.append(wrapped_, frame_, request);
    http::write_stream_piece(chunk_, wrapped_, request);
    made.run.assign(quoted.begin(), quoted.end());
    made.piece = {base::share(chunk_), wrapped_.size()};
    return made.piece;
}

void SockjsPieces::clear() {
    for (Made& made : made_) {
        made.run.clear();
        made.piece = {};
    }
}

}  // namespace stentor::transport
