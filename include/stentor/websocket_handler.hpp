#pragma once

#include "stentor/attributes.hpp"
#include "stentor/security.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor {

namespace session {
struct SessionLink;
}  // namespace session
namespace app {
class SetMembers;
}  // namespace app

/// Why a session ends (RFC 6455 7.4); over SockJS the same code and reason travel in its close frame.
struct CloseStatus {
    std::uint16_t code = 1000;
    std::string reason;  ///< at most 123 bytes reach the peer

    friend bool operator==(const CloseStatus&, const CloseStatus&) = default;
};

/// What is known of a client from its opening handshake. Never changes.
struct Handshake {
    std::string uri;                                           ///< path and query, as requested
    std::vector<std::pair<std::string, std::string>> headers;  ///< in order; names as sent
    std::string remote_address;                                ///< "127.0.0.1:54321"
    std::string subprotocol;                                   ///< the accepted one; empty when none was
    std::optional<Principal> principal;

    /// The first header of that name, compared without case; empty when there is none.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

/// A client's session at a WebSocketHandler, over WebSocket or any SockJS transport. A light handle: copy it,
/// keep it, compare it. It never dangles; once the session has ended, send and close do nothing. Any thread,
/// except attributes() (see Attributes).
class WebSocketSession {
public:
    /// 128 random bits in hexadecimal; unique, and no secret of any other session follows from it.
    [[nodiscard]] const std::string& id() const;
    [[nodiscard]] const Handshake& handshake() const;
    [[nodiscard]] Attributes& attributes() const;

    /// Sends one message; those of one thread arrive in the order sent. A client that does not read is closed
    /// once 512 KiB wait for it or one write takes 10 s. Over SockJS ill-formed UTF-8 is sent as U+FFFD.
    void send_text(std::string_view payload) const;
    /// Over SockJS, which carries only text, this ends the session with 1003.
    void send_binary(std::string_view payload) const;
    /// Ends the session after what was sent before. after_connection_closed follows.
    void close(CloseStatus status = {}) const;

    friend bool operator==(const WebSocketSession&, const WebSocketSession&) = default;

    /// For the library only.
    explicit WebSocketSession(std::shared_ptr<const session::SessionLink> link) : link_(std::move(link)) {}
    [[nodiscard]] const std::shared_ptr<const session::SessionLink>& link() const { return link_; }

private:
    std::shared_ptr<const session::SessionLink> link_;
};

/// Sessions to send to together, one encoding for all. A session that ends leaves by itself. Any thread.
class SessionSet {
public:
    SessionSet();
    ~SessionSet();
    SessionSet(const SessionSet&) = delete;
    SessionSet& operator=(const SessionSet&) = delete;

    void insert(const WebSocketSession& session);
    void erase(const WebSocketSession& session);
    /// Sends to every session in the set: those inserted before, by this thread or by something it has seen
    /// happen.
    void broadcast(std::string_view text);

private:
    std::shared_ptr<app::SetMembers> members_;
};

/// Handles the sessions of one path. Calls for one session come in order and never overlap; different
/// sessions may be on different shards (threads), so members that they share must be Any thread. A call must
/// not block. An exception ends the session with 1011.
class WebSocketHandler {
public:
    virtual ~WebSocketHandler() = default;

    virtual void after_connection_established(WebSocketSession) {}
    virtual void handle_text_message(WebSocketSession, std::string_view) {}
    virtual void handle_binary_message(WebSocketSession, std::string_view) {}
    /// Called exactly once for each session that was established.
    virtual void after_connection_closed(WebSocketSession, CloseStatus) {}
    /// Subprotocols it speaks, the preferred first.
    [[nodiscard]] virtual std::vector<std::string> sub_protocols() const { return {}; }
};

/// Text only: a binary message ends the session with 1003.
class TextWebSocketHandler : public WebSocketHandler {
public:
    void handle_binary_message(WebSocketSession session, std::string_view) override {
        session.close({1003, "Binary messages not supported"});
    }
};

/// Binary only: a text message ends the session with 1003.
class BinaryWebSocketHandler : public WebSocketHandler {
public:
    void handle_text_message(WebSocketSession session, std::string_view) override {
        session.close({1003, "Text messages not supported"});
    }
};

}  // namespace stentor
