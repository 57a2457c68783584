#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace stentor::stomp {

enum class Version : std::uint8_t { v1_0, v1_1, v1_2 };
std::string_view to_string(Version version);  // "1.0", "1.1", "1.2"

enum class Command : std::uint8_t {
    // of a client
    connect,
    stomp,
    send,
    subscribe,
    unsubscribe,
    ack,
    nack,
    begin,
    commit,
    abort,
    disconnect,
    // of a server
    connected,
    message,
    receipt,
    error,
};
std::string_view to_string(Command command);  // "CONNECT", ...
/// The command of that name; names are case sensitive (STOMP 1.2, "Frames").
std::optional<Command> to_command(std::string_view name);
/// The commands a server sends; a client sends the others.
bool is_of_server(Command command);
/// Only SEND, MESSAGE and ERROR may have a body (STOMP 1.2, "Body").
bool may_have_body(Command command);
/// CONNECT, STOMP and CONNECTED are read and written without escapes, whatever the version (STOMP 1.2, "Value
/// Encoding").
bool has_escapes(Command command);

struct HeaderView {
    std::string_view name;
    std::string_view value;
    friend bool operator==(const HeaderView&, const HeaderView&) = default;
};

/// One STOMP frame, header names and values already unescaped. All views belong to the Decoder that gave it
/// and die with the next call to it.
struct Frame {
    Command command;
    std::span<const HeaderView> headers;
    std::string_view body;

    /// The first entry of that name counts (STOMP 1.2, "Repeated Header Entries").
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
        for (const HeaderView& h : headers)
            if (h.name == name) return h.value;
        return std::nullopt;
    }
};

}  // namespace stentor::stomp
