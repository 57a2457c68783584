#include "websocket/connection.hpp"

#include "base/utf8.hpp"
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

Event message(Opcode opcode, std::string_view payload) {
    if (opcode == Opcode::text) return Text{payload};
    return Binary{payload};
}

}  // namespace

/// What was read of a frame or message that is not whole yet, and of one that is until its event is done
/// with.
struct Connection::Partial {
    explicit Partial(Rsv1 rsv1) : header_reader(rsv1) {}
    [[nodiscard]] bool is_done() const {
        return !in_frame && !in_message && !header_reader.in_header() && !message_given && !control_given;
    }

    FrameHeaderReader header_reader;
    FrameHeader frame;
    std::uint64_t frame_left = 0;  ///< payload bytes still to come
    bool in_frame = false;

    Opcode opcode = Opcode::text;  ///< the message's
    bool in_message = false;       ///< a message has begun and its last frame is not read
    bool compressed = false;
    std::uint64_t compressed_size = 0;  ///< payload bytes of its frames so far, when it is compressed
    std::size_t fragments = 0;
    std::string message;
    base::Utf8Checker checker;   ///< of `message`, when it is text
    std::string control;         ///< the same of a control frame
    bool message_given = false;  ///< the last event is a view of `message`
    bool control_given = false;
};

struct Connection::Owed {
    std::optional<std::string> pong;
    std::string close_frame;
};

Connection::Connection(Limits limits, const std::optional<DeflateAgreement>& deflate)
    : limits_(limits), rsv1_(deflate ? Rsv1::compressed : Rsv1::reserved) {
    if (!deflate) return;
    inflater_ =
        std::make_unique<Inflater>(InflaterOptions{.window_bits = deflate->client_window_bits,
                                                   .context_takeover = !deflate->client_no_context_takeover});
}

Connection::~Connection() = default;

void Connection::receive(std::span<char> bytes) {
    assert(input_.empty());
    release_given();
    if (!ended_) input_ = bytes;
}

void Connection::keep_unread() {
    if (input_.empty() || kept_ != nullptr) return;
    kept_ = std::make_unique_for_overwrite<char[]>(input_.size());
    std::ranges::copy(input_, kept_.get());
    input_ = {kept_.get(), input_.size()};
}

std::optional<Event> Connection::next_event() {
    release_given();
    while (!input_.empty())
        if (auto event = partial_ == nullptr ? read_whole_frame() : read_on()) return event;
    release_given();
    return std::nullopt;
}

/// The usual case: a frame that came at once, and is all there is of its message. Whatever else it is, it
/// becomes a Partial, by which it is read from its beginning.
std::optional<Event> Connection::read_whole_frame() {
    FrameHeaderReader reader(rsv1_);
    std::span<char> rest = input_;
    const bool whole = reader.read(rest) == FrameHeaderReader::Progress::whole;
    const FrameHeader& frame = reader.header();
    const bool plain = frame.fin && !frame.compressed && frame.opcode != Opcode::continuation;
    if (!whole || !plain || frame.length > rest.size() || frame.length > limits_.max_message) {
        partial_ = std::make_unique<Partial>(rsv1_);
        return std::nullopt;
    }
    const std::span<char> payload = rest.first(static_cast<std::size_t>(frame.length));
    input_ = rest.subspan(payload.size());
    if (closing_ && !is_control(frame.opcode)) return std::nullopt;
    unmask(payload, frame.key);
    const std::string_view text(payload.data(), payload.size());
    if (is_control(frame.opcode)) return take_control(frame.opcode, text);
    if (frame.opcode == Opcode::text && !base::is_utf8(text)) return not_utf8();
    return message(frame.opcode, text);
}

std::optional<Event> Connection::read_on() {
    if (!partial_->in_frame) {
        if (auto failed = begin_frame()) return failed;
        if (!partial_->in_frame) return std::nullopt;
    }
    return read_payload();
}

std::optional<Event> Connection::begin_frame() {
    Partial& partial = *partial_;
    switch (partial.header_reader.read(input_)) {
        case FrameHeaderReader::Progress::needs_more: return std::nullopt;
        case FrameHeaderReader::Progress::broken:
            return fail(CloseCode::protocol_error, std::string(partial.header_reader.fault()));
        case FrameHeaderReader::Progress::whole: break;
    }
    partial.frame = partial.header_reader.header();
    if (!is_control(partial.frame.opcode)) {
        if (auto failed = judge_data_frame()) return failed;
    }
    partial.frame_left = partial.frame.length;
    partial.in_frame = true;
    return std::nullopt;
}

/// RFC 6455 5.4, and the limits: judged from the header, before any of the payload is kept.
std::optional<Event> Connection::judge_data_frame() {
    Partial& partial = *partial_;
    const bool continues = partial.frame.opcode == Opcode::continuation;
    if (continues && !partial.in_message)
        return fail(CloseCode::protocol_error, "continuation of no message");
    if (!continues && partial.in_message)
        return fail(CloseCode::protocol_error, "message inside a fragmented message");
    if (!continues) {
        partial.opcode = partial.frame.opcode;
        partial.compressed = partial.frame.compressed;
        partial.compressed_size = 0;
        partial.fragments = 0;
        partial.checker.reset();
    }
    partial.in_message = true;
    if (closing_) return std::nullopt;
    if (partial.frame.length > room_for_payload()) return too_long();
    if (partial.compressed) partial.compressed_size += partial.frame.length;
    if (++partial.fragments > limits_.max_fragments) {
        return fail(CloseCode::message_too_big,
                    "more fragments than max_fragments (" + std::to_string(limits_.max_fragments) + ")");
    }
    return std::nullopt;
}

std::uint64_t Connection::room_for_payload() const {
    if (partial_->compressed) return most_compressed(limits_.max_message) - partial_->compressed_size;
    return limits_.max_message - partial_->message.size();
}

std::optional<Event> Connection::read_payload() {
    Partial& partial = *partial_;
    const FrameHeader& frame = partial.frame;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(partial.frame_left, input_.size()));
    const std::span<char> piece = input_.first(size);
    const auto phase = static_cast<std::size_t>((frame.length - partial.frame_left) % frame.key.size());
    input_ = input_.subspan(size);
    partial.frame_left -= size;
    partial.in_frame = partial.frame_left > 0;
    if (!is_control(frame.opcode) && closing_) {
        partial.in_message = partial.in_frame || !frame.fin;
        return std::nullopt;
    }
    unmask(piece, frame.key, phase);
    const std::string_view text(piece.data(), piece.size());
    return is_control(frame.opcode) ? read_control(text) : read_data(text);
}

std::optional<Event> Connection::read_data(std::string_view piece) {
    const bool ends = !partial_->in_frame && partial_->frame.fin;
    if (ends) partial_->in_message = false;
    return partial_->compressed ? read_compressed(piece, ends) : read_plain(piece, ends);
}

std::optional<Event> Connection::read_plain(std::string_view piece, bool ends) {
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
    Partial& partial = *partial_;
    if (piece.size() > limits_.max_message - partial.message.size()) return too_long();
    if (partial.opcode == Opcode::text && !partial.checker.feed(piece)) return not_utf8();
    partial.message += piece;
    return std::nullopt;
}

Event Connection::finish_message() {
    if (partial_->opcode == Opcode::text && !partial_->checker.complete()) return not_utf8();
    partial_->message_given = true;
    return message(partial_->opcode, partial_->message);
}

std::optional<Event> Connection::read_control(std::string_view piece) {
    Partial& partial = *partial_;
    if (piece.size() == partial.frame.length) return take_control(partial.frame.opcode, piece);
    partial.control += piece;
    if (partial.in_frame) return std::nullopt;
    partial.control_given = true;
    return take_control(partial.frame.opcode, partial.control);
}

std::optional<Event> Connection::take_control(Opcode opcode, std::string_view payload) {
    switch (opcode) {
        case Opcode::ping:
            // RFC 6455 5.5.3: an endpoint may answer only the latest ping.
            if (!closing_) owed().pong = payload;
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
    if (input_.empty()) kept_.reset();
    if (closing_) inflater_.reset();
    if (partial_ == nullptr) return;
    if (std::exchange(partial_->message_given, false) || closing_) std::string().swap(partial_->message);
    if (std::exchange(partial_->control_given, false)) std::string().swap(partial_->control);
    if (ended_ || partial_->is_done()) partial_.reset();
}

Connection::Owed& Connection::owed() {
    if (owed_ == nullptr) owed_ = std::make_unique<Owed>();
    return *owed_;
}

bool Connection::owes_pong() const { return owed_ != nullptr && owed_->pong.has_value(); }

std::string Connection::bytes_to_send() {
    if (owed_ == nullptr) return {};
    std::string out;
    if (owed_->pong) append_frame(out, Opcode::pong, *owed_->pong);
    out += owed_->close_frame;
    owed_.reset();
    return out;
}

void Connection::close(std::uint16_t code, std::string_view reason) {
    if (std::exchange(closing_, true)) return;
    append_close_frame(owed().close_frame, code, reason);
}

}  // namespace stentor::websocket
