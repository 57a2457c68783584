#pragma once

#include "client.hpp"
#include "websocket_frames.hpp"

namespace stentor::bench {

/// The request of all WebSocket clients of a server.
std::string websocket_handshake(const Target& target, bool stomp, bool deflate);

/// STOMP, or anything, in WebSocket messages. Shard-local.
class WebSocketClient final : public Client {
public:
    WebSocketClient(Loop& loop, Server& server, const Script& script, Listener& listener,
                    std::uint32_t number);

    void open() override;
    void close() override;
    void queue(std::string_view encoded) override { wire_.queue(encoded); }
    void flush() override { wire_.flush(); }
    void acknowledge_at_once() override { wire_.acknowledge_at_once(); }
    void on_open(Wire& wire) override;
    void on_bytes(Wire& wire, std::string_view bytes) override;

private:
    bool shake_hands(std::string_view& bytes);
    void accept(std::string_view head);
    void handle(const WebSocketFrame& frame);
    void data(const WebSocketFrame& frame);
    void message(std::string_view payload, bool compressed);
    Inflater& inflater();

    Wire wire_;
    bool shaken_ = false;
    bool fragmented_ = false;
    bool fragments_compressed_ = false;
    bool server_keeps_context_ = false;
    Carry carry_;
    std::string fragments_;
    std::unique_ptr<Inflater> own_inflater_;
};

}  // namespace stentor::bench
