#include "websocket/connection.hpp"

#include "websocket/close_code.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <utility>

namespace stentor::websocket {
namespace {

std::uint16_t to_number(CloseCode code) { return static_cast<std::uint16_t>(code); }

std::uint16_t read_code(std::string_view payload) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 |
                                      static_cast<unsigned char>(payload[1]));
}

/// What a compressed message may take on the wire. A compressor that finds nothing to save adds some bytes.
std::uint64_t most_compressed(std::size_t max_message) {
    const std::uint64_t more = std::uint64_t{max_message} / 16 + 64;
    return max_message + std::min(more, std::numeric_limits<std::uint64_t>::max() - max_message);
}

}  // namespace

Connection::Connection(Limits limits, const std::optional<DeflateAgreement>& deflate)
    : limits_(limits), header_reader_(deflate ? Rsv1::compressed : Rsv1::reserved) {
    if (!deflate) return;
    inflater_ =
        std::make_unique<Inflater>(InflaterOptions{.window_bits = deflate->client_window_bits,
                                                   .context_takeover = !deflate->client_no_context_takeover});
}

void Connection::receive(std::span<char> bytes) {
    assert(input_.empty());
    release_given();
    if (!ended_) input_ = bytes;
}

void Connection::keep_unread() {
    if (input_.empty() || !kept_.empty()) return;
    kept_.assign(input_.begin(), input_.end());
    input_ = kept_;
}

std::optional<Event> Connection::next_event() {
    release_given();
    while (!ended_) {
        if (!in_frame_) {
            if (auto failed = begin_frame()) return failed;
            if (!in_frame_) return std::nullopt;
        }
        if (auto event = read_payload()) return event;
        if (in_frame_) return std::nullopt;
    }
    return std::nullopt;
}

std::optional<Event> Connection::begin_frame() {
    switch (header_reader_.read(input_)) {
        case FrameHeaderReader::Progress::needs_more: return std::nullopt;
        case FrameHeaderReader::Progress::broken:
            return fail(CloseCode::protocol_error, std::string(header_reader_.fault()));
        case FrameHeaderReader::Progress::whole: break;
    }
    frame_ = header_reader_.header();
    if (!is_control(frame_.opcode)) {
        if (auto failed = judge_data_frame()) return failed;
    }
    frame_left_ = frame_.length;
    in_frame_ = true;
    return std::nullopt;
}

/// RFC 6455 5.4, and the limits: judged from the header, before any of the payload is kept.
std::optional<Event> Connection::judge_data_frame() {
    const bool continues = frame_.opcode == Opcode::continuation;
    if (continues && !in_message_) return fail(CloseCode::protocol_error, "continuation of no message");
    if (!continues && in_message_)
        return fail(CloseCode::protocol_error, "message inside a fragmented message");
    if (!continues) {
        message_opcode_ = frame_.opcode;
        message_compressed_ = frame_.compressed;
        compressed_size_ = 0;
        fragments_ = 0;
        checker_.reset();
    }
    in_message_ = true;
    if (closing_) return std::nullopt;
    if (frame_.length > room_for_payload()) return too_long();
    if (message_compressed_) compressed_size_ += frame_.length;
    if (++fragments_ > limits_.max_fragments) {
        return fail(CloseCode::message_too_big,
                    "more fragments than max_fragments (" + std::to_string(limits_.max_fragments) + ")");
    }
    return std::nullopt;
}

std::uint64_t Connection::room_for_payload() const {
    if (message_compressed_) return most_compressed(limits_.max_message) - compressed_size_;
    return limits_.max_message - message_.size();
}

std::optional<Event> Connection::read_payload() {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(frame_left_, input_.size()));
    const std::span<char> piece = input_.first(size);
    const auto phase = static_cast<std::size_t>((frame_.length - frame_left_) % frame_.key.size());
    input_ = input_.subspan(size);
    frame_left_ -= size;
    in_frame_ = frame_left_ > 0;
    if (!is_control(frame_.opcode) && closing_) {
        in_message_ = in_frame_ || !frame_.fin;
        return std::nullopt;
    }
    unmask(piece, frame_.key, phase);
    const std::string_view text(piece.data(), piece.size());
    return is_control(frame_.opcode) ? read_control(text) : read_data(text);
}

std::optional<Event> Connection::read_data(std::string_view piece) {
    const bool ends = !in_frame_ && frame_.fin;
    if (ends) in_message_ = false;
    return message_compressed_ ? read_compressed(piece, ends) : read_plain(piece, ends);
}

std::optional<Event> Connection::read_plain(std::string_view piece, bool ends) {
    if (ends && frame_.opcode != Opcode::continuation && piece.size() == frame_.length) {
        if (message_opcode_ == Opcode::text && !base::is_utf8(piece)) return not_utf8();
        return give_message(piece);
    }
    if (auto failed = keep(piece)) return failed;
    if (!ends) return std::nullopt;
    return finish_message();
}

/// RFC 7692 7.2.2. The limit is looked at after each step, so no more than one step is made in vain.
std::optional<Event> Connection::read_compressed(std::string_view piece, bool ends) {
    std::array<char, Inflater::step> room;
    std::optional<std::string_view> inflated;
    do {
        inflated = inflater_->inflate(piece, room);
        if (!inflated) return broken_compression();
        if (auto failed = keep(*inflated)) return failed;
    } while (!inflated->empty());
    if (!ends) return std::nullopt;
    inflated = inflater_->finish(room);
    if (!inflated) return broken_compression();
    if (auto failed = keep(*inflated)) return failed;
    return finish_message();
}

std::optional<Event> Connection::keep(std::string_view piece) {
    if (piece.size() > limits_.max_message - message_.size()) return too_long();
    if (message_opcode_ == Opcode::text && !checker_.feed(piece)) return not_utf8();
    message_ += piece;
    return std::nullopt;
}

Event Connection::finish_message() {
    if (message_opcode_ == Opcode::text && !checker_.complete()) return not_utf8();
    message_given_ = true;
    return give_message(message_);
}

Event Connection::give_message(std::string_view payload) const {
    if (message_opcode_ == Opcode::text) return Text{payload};
    return Binary{payload};
}

std::optional<Event> Connection::read_control(std::string_view piece) {
    if (piece.size() == frame_.length) return take_control(piece);
    control_ += piece;
    if (in_frame_) return std::nullopt;
    control_given_ = true;
    return take_control(control_);
}

std::optional<Event> Connection::take_control(std::string_view payload) {
    switch (frame_.opcode) {
        case Opcode::ping:
            // RFC 6455 5.5.3: an endpoint may answer only the latest ping.
            if (!closing_) pong_ = payload;
            return Ping{payload};
        case Opcode::pong: return Pong{payload};
        case Opcode::close: return take_close(payload);
        case Opcode::continuation:
        case Opcode::text:
        case Opcode::binary: break;
    }
    return std::nullopt;
}

/// RFC 6455 5.5.1 and 7.1.5.
Event Connection::take_close(std::string_view payload) {
    if (payload.empty()) return end({no_code, "", true}, to_number(CloseCode::normal), "");
    if (payload.size() == 1) return fail(CloseCode::protocol_error, "close frame of one byte");
    const std::uint16_t code = read_code(payload);
    if (!may_be_sent(code)) return fail(CloseCode::protocol_error, "close code that may not be sent");
    const std::string_view reason = payload.substr(2);
    if (!base::is_utf8(reason)) return fail(CloseCode::invalid_payload, "close reason is not UTF-8");
    return end({code, std::string(reason), true}, code, "");
}

Event Connection::not_utf8() { return fail(CloseCode::invalid_payload, "text is not UTF-8"); }

Event Connection::broken_compression() {
    return fail(CloseCode::invalid_payload, "compressed data is broken");
}

Event Connection::too_long() {
    return fail(CloseCode::message_too_big,
                "message longer than max_message (" + std::to_string(limits_.max_message) + " bytes)");
}

Event Connection::fail(CloseCode code, std::string reason) {
    return end({to_number(code), reason, false}, to_number(code), reason);
}

/// Nothing more is read; the close frame is owed unless one was queued before.
Event Connection::end(Closed closed, std::uint16_t answer, std::string_view reason) {
    close(answer, reason);
    ended_ = true;
    input_ = {};
    release_given();
    return closed;
}

/// Frees what the last event was a view of, and what will never be given.
void Connection::release_given() {
    if (input_.empty()) std::string().swap(kept_);
    if (std::exchange(message_given_, false) || closing_) std::string().swap(message_);
    if (closing_) inflater_.reset();
    if (std::exchange(control_given_, false) || ended_) std::string().swap(control_);
}

std::string Connection::bytes_to_send() {
    std::string out;
    if (pong_) append_frame(out, Opcode::pong, *pong_);
    pong_.reset();
    out += std::exchange(close_frame_, {});
    return out;
}

void Connection::close(std::uint16_t code, std::string_view reason) {
    if (std::exchange(closing_, true)) return;
    append_close_frame(close_frame_, code, reason);
}

bool Connection::closing() const { return closing_; }

}  // namespace stentor::websocket
