#include "client.hpp"

#include "failure.hpp"
#include "sockjs_frames.hpp"
#include "websocket_client.hpp"
#include "websocket_frames.hpp"
#include "xhr_client.hpp"

#include <cstdlib>

namespace stentor::bench {
namespace {

/// STOMP over TCP: the frames as they are.
class TcpClient final : public Client {
public:
    TcpClient(Loop& loop, Server& server, const Script& script, Listener& listener, std::uint32_t number)
        : Client(server, script, listener, number), wire_(loop, *this) {}

    void open() override { wire_.open(server_.address); }
    void close() override { wire_.close(); }
    void queue(std::string_view encoded) override { wire_.queue(encoded); }
    void flush() override { wire_.flush(); }
    void acknowledge_at_once() override { wire_.acknowledge_at_once(); }
    void on_open(Wire&) override { opened(); }
    void on_bytes(Wire&, std::string_view bytes) override {
        stomp(bytes);
        listener_.on_read(*this);
    }

private:
    Wire wire_;
};

}  // namespace

const char* Client::doing() const {
    switch (phase_) {
        case Phase::opening: return "while opening a connection";
        case Phase::connecting: return "while waiting for CONNECTED";
        case Phase::subscribing: return "while waiting for the RECEIPT of a SUBSCRIBE";
        case Phase::ready: return "in an open session";
    }
    return "";
}

void Client::fail(const std::string& why) const {
    throw Failure(server_.target.name + ": " + why + " (connection " + std::to_string(number_) + ", " +
                  doing() + ")");
}

void Client::on_end(Wire&, const std::string& why) { fail(why); }

void Client::opened() {
    if (raw()) {
        phase_ = Phase::ready;
        return listener_.on_ready(*this);
    }
    phase_ = Phase::connecting;
    queue(script_->connect);
    flush();
}

void Client::connected(const StompFrame& frame) {
    const std::string beats(frame.header("heart-beat"));
    if (const std::size_t comma = beats.find(','); comma != std::string::npos)
        server_.beat_every = std::strtoull(beats.c_str() + comma + 1, nullptr, 10);
    phase_ = script_->awaits_receipt ? Phase::subscribing : Phase::ready;
    if (!script_->subscribe.empty()) {
        queue(script_->subscribe);
        flush();
    }
    if (ready()) listener_.on_ready(*this);
}

void Client::stomp(std::string_view piece) {
    std::string_view bytes = text_.join(piece);
    while (true) {
        std::optional<StompFrame> frame;
        try {
            frame = next_stomp_frame(bytes);
        } catch (const Failure& e) { fail(e.what()); }
        if (!frame) break;
        handle(*frame);
    }
    text_.keep(bytes);
}

void Client::handle(const StompFrame& frame) {
    if (frame.command == "MESSAGE") return listener_.on_message(*this, frame.body);
    if (frame.command == "ERROR") fail("the server sent an ERROR: " + describe_error(frame));
    if (frame.command == "CONNECTED" && phase_ == Phase::connecting) return connected(frame);
    if (frame.command != "RECEIPT")
        fail("the server sent a frame " + std::string(frame.command.substr(0, 40)));
    if (phase_ != Phase::subscribing) return;
    phase_ = Phase::ready;
    listener_.on_ready(*this);
}

std::string encode(Transport transport, std::string_view message) {
    switch (transport) {
        case Transport::websocket: return client_frame(Opcode::text, message);
        case Transport::tcp: return std::string(message);
        case Transport::xhr: return sockjs_string(message);
    }
    return {};
}

std::unique_ptr<Client> make_client(Loop& loop, Server& server, const Script& script,
                                    Client::Listener& listener, std::uint32_t number) {
    switch (server.target.transport) {
        case Transport::websocket:
            return std::make_unique<WebSocketClient>(loop, server, script, listener, number);
        case Transport::tcp: return std::make_unique<TcpClient>(loop, server, script, listener, number);
        case Transport::xhr: return std::make_unique<XhrClient>(loop, server, script, listener, number);
    }
    return nullptr;
}

}  // namespace stentor::bench
