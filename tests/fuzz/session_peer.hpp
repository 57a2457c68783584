#pragma once

#include "base/utf8.hpp"
#include "sockjs/frame.hpp"
#include "sockjs/messages.hpp"
#include "stomp/decoder.hpp"
#include "testing/client_frames.hpp"
#include "testing/pipe_driver.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::test {

inline void require(bool condition) {
    if (!condition) std::abort();
}

/// A client of a fuzzed application. It reads what the server sends and aborts when that breaks a protocol:
/// nothing that a peer sends may make the server say something that is none of its frames.
class FuzzPeer {
public:
    enum class Kind { tcp, websocket, handler, sockjs_websocket, xhr, xhr_streaming, eventsource, http };
    static constexpr unsigned kinds = 8;

    FuzzPeer(PipeDriver& driver, Kind kind, unsigned session) : kind_(kind) {
        const bool tcp = kind == Kind::tcp;
        if (tcp) decoder_.emplace(generous, stomp::Peer::server);
        pipes_.push_back(driver.accept(tcp ? Speaks::stomp : Speaks::http));
        base_ = "/ws/000/session-" + std::to_string(session);
        open(driver);
    }

    /// Bytes as they are.
    void send_raw(std::string_view bytes) { pipes_.back()->send(bytes); }
    /// A text as this client's transport carries it.
    void say(std::string_view text) {
        switch (kind_) {
            case Kind::tcp:
            case Kind::http: return send_raw(text);
            case Kind::websocket:
            case Kind::handler: return send_raw(masked_text(text));
            case Kind::sockjs_websocket: return send_raw(masked_text(array_of(text)));
            case Kind::xhr:
            case Kind::xhr_streaming:
            case Kind::eventsource: return send_raw(request("POST", "/xhr_send", array_of(text)));
        }
    }
    /// The next request for messages, where the transport needs one.
    void ask_for_more() { pipes_.front()->send(request("POST", "/xhr", {})); }
    void leave() {
        for (const auto& pipe : pipes_) pipe->close();
    }

    void read() {
        for (const auto& pipe : pipes_) {
            const std::string bytes = pipe->take_output();
            if (bytes.empty()) continue;
            note_ids(bytes);
            answered_ = true;
            if (pipe == pipes_.front()) check(bytes);
        }
    }
    /// True when no connection was left without any word.
    [[nodiscard]] bool served() const {
        return answered_ || std::ranges::all_of(pipes_, [](const auto& pipe) { return pipe->is_closed(); });
    }
    /// Of the last MESSAGE seen; empty before.
    [[nodiscard]] const std::string& last_ack() const { return last_ack_; }
    [[nodiscard]] const std::string& last_message() const { return last_message_; }

private:
    static constexpr stomp::Limits generous{32, 1 << 20, 1000, 1 << 20, 1 << 20, 1 << 20};

    void open(PipeDriver& driver) {
        switch (kind_) {
            case Kind::tcp:
            case Kind::http: return;
            case Kind::websocket: return upgrade("/ws");
            case Kind::handler: return upgrade("/echo");
            case Kind::sockjs_websocket: return upgrade(base_ + "/websocket");
            case Kind::xhr: return receive(driver, "POST", "/xhr");
            case Kind::xhr_streaming: return receive(driver, "POST", "/xhr_streaming");
            case Kind::eventsource: return receive(driver, "GET", "/eventsource");
        }
    }
    static std::string array_of(std::string_view text) {
        std::string quoted;
        sockjs::append_quoted(quoted, text);
        return "[" + quoted + "]";
    }
    std::string request(std::string_view method, std::string_view transport, std::string_view body) {
        return std::string(method) + " " + base_ + std::string(transport) +
               " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
               std::string(body);
    }
    void upgrade(const std::string& path) {
        if (kind_ != Kind::handler) decoder_.emplace(generous, stomp::Peer::server);
        send_raw("GET " + path +
                 " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    }
    /// One connection receives, another sends.
    void receive(PipeDriver& driver, std::string_view method, std::string_view transport) {
        send_raw(request(method, transport, {}));
        pipes_.push_back(driver.accept(Speaks::http));
    }

    void note_ids(std::string_view bytes) {
        note(bytes, "ack:", last_ack_);
        note(bytes, "message-id:", last_message_);
    }
    static void note(std::string_view bytes, std::string_view name, std::string& last) {
        const std::size_t at = bytes.rfind(name);
        if (at == bytes.npos) return;
        bytes.remove_prefix(at + name.size());
        last = bytes.substr(0, bytes.find_first_of("\\\n\r\"\0", 0, 5));
    }

    void check(std::string_view bytes) {
        if (kind_ == Kind::tcp) return check_stomp(bytes);
        unread_ += bytes;
        if (!upgraded_) {
            constexpr std::string_view protocol = "HTTP/1.1 ";
            require(protocol.starts_with(unread_.substr(0, protocol.size())));
            const std::size_t end = unread_.find("\r\n\r\n");
            upgraded_ = end != unread_.npos && unread_.starts_with("HTTP/1.1 101 ");
            if (!upgraded_) return;
            unread_.erase(0, end + 4);
        }
        if (kind_ != Kind::websocket && kind_ != Kind::handler && kind_ != Kind::sockjs_websocket) return;
        while (const auto frame = take_server_frame(unread_)) check(*frame);
    }
    void check(const ServerFrame& frame) {
        require(frame.opcode == 1 || frame.opcode == 2 || (frame.opcode >= 8 && frame.opcode <= 10));
        require(!websocket_closed_);
        websocket_closed_ = frame.opcode == 8;
        if (frame.opcode == 1) require(base::is_utf8(frame.payload));
        if (frame.opcode > 2 || kind_ == Kind::handler) return;
        if (kind_ == Kind::websocket) return check_stomp(frame.payload);
        require(frame.payload == "o" || frame.payload == "h" || frame.payload.starts_with("c[") ||
                frame.payload.starts_with("a["));
        if (!frame.payload.starts_with('a')) return;
        const auto messages = sockjs::parse_messages(frame.payload.substr(1), {.max_messages = 100'000});
        require(messages.has_value());
        for (const std::string& message : *messages) check_stomp(message);
    }
    void check_stomp(std::string_view bytes) {
        decoder_->feed(bytes);
        for (;;) {
            const auto next = decoder_->next();
            require(next.has_value());
            if (!next->has_value()) return;
            require(!failed_);  // nothing follows an ERROR
            const stomp::Frame& frame = **next;
            if (frame.command == stomp::Command::error) failed_ = true;
            if (frame.command != stomp::Command::connected) continue;
            const auto version = frame.header("version");
            decoder_->set_version(version == "1.2"   ? stomp::Version::v1_2
                                  : version == "1.1" ? stomp::Version::v1_1
                                                     : stomp::Version::v1_0);
        }
    }

    Kind kind_;
    std::string base_;
    std::vector<std::shared_ptr<Pipe>> pipes_;  ///< what it receives by, what it sends by
    std::optional<stomp::Decoder> decoder_;
    std::string unread_;
    std::string last_ack_;
    std::string last_message_;
    bool answered_ = false;
    bool upgraded_ = false;
    bool websocket_closed_ = false;
    bool failed_ = false;
};

}  // namespace stentor::test
