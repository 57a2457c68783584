#include "websocket_client.hpp"

#include "failure.hpp"

#include <strings.h>

#include <algorithm>
#include <cctype>

namespace stentor::bench {
namespace {

// The key is the one of RFC 6455, 1.3, for every connection, so that its answer needs no computing.
constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view accepted_key = "s3pplmbitxaq9kygzzhzrbk+xoo=";  // in small letters

std::string small_letters(std::string_view text) {
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    return small;
}

}  // namespace

std::string websocket_handshake(const Target& target, bool stomp, bool deflate) {
    const bool v6 = target.host.find(':') != std::string::npos;
    std::string text = "GET " + target.path +
                       " HTTP/1.1\r\nHost: " + (v6 ? "[" + target.host + "]" : target.host) + ":" +
                       std::to_string(target.port) +
                       "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: ";
    text.append(key).append("\r\n");
    if (stomp) text += "Sec-WebSocket-Protocol: v12.stomp, v11.stomp, v10.stomp\r\n";
    if (deflate) text += "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n";
    return text + "\r\n";
}

WebSocketClient::WebSocketClient(Loop& loop, Server& server, const Script& script, Listener& listener,
                                 std::uint32_t number)
    : Client(server, script, listener, number), wire_(loop, *this) {}

void WebSocketClient::open() { wire_.open(server_.address); }

void WebSocketClient::close() { wire_.close(); }

void WebSocketClient::on_open(Wire& wire) {
    wire.queue(server_.handshake);
    wire.flush();
}

void WebSocketClient::on_bytes(Wire&, std::string_view bytes) {
    std::string_view rest = carry_.join(bytes);
    if (shaken_ || shake_hands(rest)) {
        while (true) {
            std::optional<WebSocketFrame> frame;
            try {
                frame = next_frame(rest);
            } catch (const Failure& e) { fail(e.what()); }
            if (!frame) break;
            handle(*frame);
        }
    }
    carry_.keep(rest);
    listener_.on_read(*this);
}

/// Whether the response is there; it is taken away then.
bool WebSocketClient::shake_hands(std::string_view& bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() > 64 * 1024) fail("the answer to the handshake has no end");
        return false;
    }
    accept(bytes.substr(0, end + 2));
    bytes.remove_prefix(end + 4);
    shaken_ = true;
    opened();
    return true;
}

void WebSocketClient::accept(std::string_view head) {
    const std::string_view status = head.substr(0, head.find('\r'));
    if (!status.starts_with("HTTP/1.1 101")) fail("the handshake was answered with " + std::string(status));
    const std::string small = small_letters(head);
    if (small.find(accepted_key) == std::string::npos)
        fail("the handshake's answer has no right Sec-WebSocket-Accept");
    server_keeps_context_ = small.find("permessage-deflate") != std::string::npos &&
                            small.find("server_no_context_takeover") == std::string::npos;
}

void WebSocketClient::handle(const WebSocketFrame& frame) {
    switch (frame.opcode) {
        case Opcode::ping:
            wire_.queue(client_frame(Opcode::pong, frame.payload));
            wire_.flush();
            return;
        case Opcode::pong: return;
        case Opcode::close: fail("the server closed the session with " + describe_close(frame.payload));
        case Opcode::continuation:
        case Opcode::text:
        case Opcode::binary: return data(frame);
    }
}

void WebSocketClient::data(const WebSocketFrame& frame) {
    if ((frame.opcode == Opcode::continuation) != fragmented_) fail("fragments of two messages came mixed");
    if (frame.final && !fragmented_) return message(frame.payload, frame.compressed);
    if (!fragmented_) fragments_compressed_ = frame.compressed;
    fragments_.append(frame.payload);
    if (fragments_.size() > max_frame) fail("a message of more than 64 MiB came");
    fragmented_ = !frame.final;
    if (fragmented_) return;
    message(fragments_, fragments_compressed_);
    fragments_.clear();
}

Inflater& WebSocketClient::inflater() {
    if (!server_keeps_context_) return server_.inflater;
    if (!own_inflater_) own_inflater_ = std::make_unique<Inflater>(Inflater::Context::kept);
    return *own_inflater_;
}

void WebSocketClient::message(std::string_view payload, bool compressed) {
    if (compressed) {
        ++server_.compressed;
        if (server_.unchecked && ready()) return listener_.on_message(*this, {});
        try {
            payload = inflater().inflate(payload);
        } catch (const Failure& e) { fail(e.what()); }
    }
    if (raw()) listener_.on_message(*this, payload);
    else stomp(payload);
}

}  // namespace stentor::bench
