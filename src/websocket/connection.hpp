#pragma once

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
/// An idle connection between messages owns no memory, but with permessage-deflate its inflater. A frame that
/// comes whole is read where it is; for what comes in parts there is a Partial.
class Connection {
public:
    explicit Connection(Limits limits = {}, const std::optional<DeflateAgreement>& deflate = std::nullopt);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Unmasks in place: `bytes` are changed and must live until next_event() was empty.
    void receive(std::span<char> bytes);
    /// Payloads are views that die with the next call. After Closed it is always empty.
    [[nodiscard]] std::optional<Event> next_event();
    /// Copies what was received and not yet read, so that its owner may take the bytes back.
    void keep_unread();
    /// Whether next_event() has something to read.
    [[nodiscard]] bool has_unread() const { return !input_.empty(); }

    /// Whether a pong is among bytes_to_send().
    [[nodiscard]] bool owes_pong() const;
    /// What the protocol itself owes the peer now; empties it.
    [[nodiscard]] std::string bytes_to_send();

    /// Starts the closing handshake from this side (RFC 6455 7.1.2): the close frame is in bytes_to_send(),
    /// later data frames are read and dropped until the peer's close frame gives Closed{by_peer}. A second
    /// call does nothing. A code that may not be on the wire (0, 1005, 1006, 1015, ...) is sent as an empty
    /// close frame.
    void close(std::uint16_t code, std::string_view reason);
    /// True once a close frame was queued here: nothing but it may be sent any more.
    [[nodiscard]] bool closing() const { return closing_; }

private:
    struct Partial;
    struct Owed;

    std::optional<Event> read_whole_frame();
    std::optional<Event> read_on();
    std::optional<Event> begin_frame();
    std::optional<Event> judge_data_frame();
    std::optional<Event> read_payload();
    std::optional<Event> read_data(std::string_view piece);
    std::optional<Event> read_plain(std::string_view piece, bool ends);
    std::optional<Event> read_compressed(std::string_view piece, bool ends);
    std::optional<Event> keep(std::string_view piece);
    Event finish_message();
    std::optional<Event> read_control(std::string_view piece);
    std::optional<Event> take_control(Opcode opcode, std::string_view payload);
    Event take_close(std::string_view payload);
    [[nodiscard]] std::uint64_t room_for_payload() const;
    Event not_utf8();
    Event broken_compression();
    Event too_long();
    Event fail(CloseCode code, std::string reason);
    Event end(Closed closed, std::uint16_t answer, std::string_view reason);
    void release_given();
    Owed& owed();

    const Limits limits_;
    std::span<char> input_;               ///< received and not yet read
    std::unique_ptr<char[]> kept_;        ///< its bytes, after keep_unread()
    std::unique_ptr<Partial> partial_;    ///< what did not come whole
    std::unique_ptr<Inflater> inflater_;  ///< when compression was agreed
    std::unique_ptr<Owed> owed_;          ///< to be written
    const Rsv1 rsv1_;
    bool closing_ = false;
    bool ended_ = false;  ///< Closed was given
};

}  // namespace stentor::websocket
