#pragma once

#include "base/utf8.hpp"
#include "websocket/deflate_offer.hpp"
#include "websocket/frame.hpp"
#include "websocket/frame_header.hpp"
#include "websocket/inflater.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace stentor::websocket {

struct Limits {
    std::size_t max_message = 64 * 1024;  ///< bytes, inflated if it was compressed
    std::size_t max_fragments = 1024;     ///< frames of one message, empty ones counted
};

struct Text {
    std::string_view payload;
    friend bool operator==(const Text&, const Text&) = default;
};
struct Binary {
    std::string_view payload;
    friend bool operator==(const Binary&, const Binary&) = default;
};
struct Ping {
    std::string_view payload;
    friend bool operator==(const Ping&, const Ping&) = default;
};
struct Pong {
    std::string_view payload;
    friend bool operator==(const Pong&, const Pong&) = default;
};
/// The peer closed, or broke the protocol: nothing follows. `code` is what the peer sent (1005 when it sent
/// none), or, with `by_peer` false, what this side closes with.
struct Closed {
    std::uint16_t code;
    std::string reason;
    bool by_peer = false;
    friend bool operator==(const Closed&, const Closed&) = default;
};
using Event = std::variant<Text, Binary, Ping, Pong, Closed>;

/// The server's side of a WebSocket connection after the handshake (RFC 6455 5-7): masking, fragments, UTF-8,
/// control frames, close rules. Owns no socket. Shard-local.
///
/// Reading:   receive(bytes), then next_event() until it is empty; only then receive again. Whoever stops
/// sooner, for
///            others to have their turn, calls keep_unread() and goes on with next_event() later.
/// Answers:   a pong for each ping (only the latest if several are pending), the reply to a close frame and
/// the close
///            frame for a broken protocol are in bytes_to_send(), to be written before anything else.
/// An idle connection between messages owns no buffer, but with context takeover the client's window.
class Connection {
public:
    explicit Connection(Limits limits = {}, const std::optional<DeflateAgreement>& deflate = std::nullopt);

    /// Unmasks in place: `bytes` are changed and must live until next_event() was empty.
    void receive(std::span<char> bytes);
    /// Payloads are views that die with the next call. After Closed it is always empty.
    [[nodiscard]] std::optional<Event> next_event();
    /// Copies what was received and not yet read, so that its owner may take the bytes back.
    void keep_unread();
    /// Whether next_event() has something to read.
    [[nodiscard]] bool has_unread() const { return !input_.empty(); }

    /// Whether a pong is among bytes_to_send().
    [[nodiscard]] bool owes_pong() const { return pong_.has_value(); }
    /// What the protocol itself owes the peer now; empties it.
    [[nodiscard]] std::string bytes_to_send();

    /// Starts the closing handshake from this side (RFC 6455 7.1.2): the close frame is in bytes_to_send(),
    /// later data frames are read and dropped until the peer's close frame gives Closed{by_peer}. A second
    /// call does nothing. A code that may not be on the wire (0, 1005, 1006, 1015, ...) is sent as an empty
    /// close frame.
    void close(std::uint16_t code, std::string_view reason);
    /// True once a close frame was queued here: nothing but it may be sent any more.
    [[nodiscard]] bool closing() const;

private:
    std::optional<Event> begin_frame();
    std::optional<Event> judge_data_frame();
    std::optional<Event> read_payload();
    std::optional<Event> read_data(std::string_view piece);
    std::optional<Event> read_plain(std::string_view piece, bool ends);
    std::optional<Event> read_compressed(std::string_view piece, bool ends);
    std::optional<Event> keep(std::string_view piece);
    Event finish_message();
    std::optional<Event> read_control(std::string_view piece);
    std::optional<Event> take_control(std::string_view payload);
    Event take_close(std::string_view payload);
    [[nodiscard]] std::uint64_t room_for_payload() const;
    Event give_message(std::string_view payload) const;
    Event not_utf8();
    Event broken_compression();
    Event too_long();
    Event fail(CloseCode code, std::string reason);
    Event end(Closed closed, std::uint16_t answer, std::string_view reason);
    void release_given();

    const Limits limits_;
    std::span<char> input_;  ///< received and not yet read
    std::string kept_;       ///< its bytes, after keep_unread()
    FrameHeaderReader header_reader_;
    FrameHeader frame_;
    std::uint64_t frame_left_ = 0;  ///< payload bytes still to come
    bool in_frame_ = false;

    Opcode message_opcode_ = Opcode::text;
    bool in_message_ = false;  ///< a message has begun and its last frame is not read
    bool message_compressed_ = false;
    std::uint64_t compressed_size_ = 0;  ///< payload bytes of its frames so far, when it is compressed
    std::size_t fragments_ = 0;
    std::unique_ptr<Inflater> inflater_;  ///< when compression was agreed
    std::string message_;                 ///< what came of a message that is not whole in one span
    base::Utf8Checker checker_;           ///< of message_, when it is text
    std::string control_;                 ///< the same of a control frame
    bool message_given_ = false;          ///< the last event is a view of message_
    bool control_given_ = false;

    std::optional<std::string> pong_;
    std::string close_frame_;
    bool closing_ = false;
    bool ended_ = false;  ///< Closed was given
};

}  // namespace stentor::websocket
