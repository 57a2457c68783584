// Tests: tests/unit/testing/test_app_test.cpp
#include "testing/carriers.hpp"

#include "sockjs/frame.hpp"
#include "sockjs/messages.hpp"
#include "testing/client_frames.hpp"
#include "testing/fail.hpp"

#include <atomic>
#include <utility>

namespace stentor::test {
namespace {

class TcpCarrier final : public Carrier {
public:
    TcpCarrier(Network& network, const Opening& opening)
        : stream_(network.connect(Speaks::stomp, opening.peer)) {}
    void send(std::string_view text) override { stream_->send(text); }
    void update() override {
        stream_->receive();
        if (!stream_->input.empty()) arrived(std::exchange(stream_->input, {}));
        ended = stream_->ended();
    }
    void stall(bool on) override { stream_->stall(on); }

private:
    std::unique_ptr<Stream> stream_;
};

/// What is in one SockJS frame.
struct SockjsFrame {
    explicit SockjsFrame(std::string_view frame) {
        if (frame == "o") opens = true;
        if (frame.starts_with("c[")) {
            close_code = std::stoul(std::string(frame.substr(2)));
            const std::size_t reason = frame.find('"');
            if (reason != std::string_view::npos)
                close_reason = frame.substr(reason + 1, frame.rfind('"') - reason - 1);
        }
        if (!frame.starts_with("a")) return;
        auto parsed = sockjs::parse_messages(frame.substr(1), {.max_messages = 1'000'000});
        if (parsed.has_error()) fail("not a SockJS frame: " + std::string(frame.substr(0, 100)));
        messages = std::move(*parsed);
    }
    bool opens = false;
    std::optional<unsigned> close_code;
    std::string close_reason;
    std::vector<std::string> messages;
};

std::string array_of(std::string_view text) {
    std::string quoted;
    sockjs::append_quoted(quoted, text);
    return "[" + quoted + "]";
}

/// A session in SockJS frames.
class SockjsCarrier : public Carrier {
protected:
    void take(std::string_view text) {
        SockjsFrame frame(text);
        opened_ = opened_ || frame.opens;
        if (frame.close_code) {
            close_code = frame.close_code;
            close_reason = std::move(frame.close_reason);
        }
        for (const std::string& message : frame.messages) arrived(message);
    }
    void wait_for_opening(Network& network) {
        const bool came = network.until([this] {
            update();
            return opened_ || close_code || ended;
        });
        if (!came || !opened_) fail("the SockJS session was not opened");
    }
    bool opened_ = false;
};

class WebSocketCarrier final : public SockjsCarrier {
public:
    WebSocketCarrier(Network& network, const std::string& path, bool framed, const Opening& opening)
        : stream_(network.connect(Speaks::http, opening.peer)), framed_(framed) {
        const HttpAnswer answer = ask(network, *stream_, upgrade_request(path, opening.fields));
        if (answer.status != 101) fail("the opening handshake was refused: " + answer.head + answer.body);
        if (framed_) wait_for_opening(network);
    }
    void send(std::string_view text) override {
        stream_->send(masked_text(framed_ ? array_of(text) : std::string(text)));
    }
    void send_binary(std::string_view bytes) override { stream_->send(masked_frame(2, bytes)); }
    void send_close(unsigned code, std::string_view reason) override {
        closes_ = true;
        stream_->send(masked_close(code, reason));
    }
    void update() override {
        stream_->receive();
        while (const auto frame = take_server_frame(stream_->input)) take(*frame);
        ended = stream_->ended();
    }
    void stall(bool on) override { stream_->stall(on); }

private:
    void take(const ServerFrame& frame) {
        switch (frame.opcode) {
            case 1:
                if (framed_) SockjsCarrier::take(frame.payload);
                else arrived(frame.payload);
                return;
            case 2: return arrived(frame.payload, true);
            case 8:
                if (!close_code) {
                    close_code = frame.close_code();
                    close_reason = frame.close_reason();
                }
                if (!std::exchange(closes_, true)) stream_->send(masked_frame(8, frame.payload));
                return;
            case 9: stream_->send(masked_frame(10, frame.payload)); return;
            default: return;
        }
    }
    std::unique_ptr<Stream> stream_;
    bool framed_;
    bool closes_ = false;  ///< its own half of the closing handshake is sent
};

class XhrCarrier final : public SockjsCarrier {
public:
    XhrCarrier(Network& network, const std::string& path, bool streaming, const Opening& opening)
        : network_(network), streaming_(streaming), fields_(opening.fields) {
        static std::atomic<unsigned> last_session = 10'000'000;
        base_ = path + "/000/" + std::to_string(++last_session);
        receiver_ = network.connect(Speaks::http, opening.peer);
        sender_ = network.connect(Speaks::http, opening.peer);
        ask_for_more();
        wait_for_opening(network);
    }
    void send(std::string_view text) override {
        const HttpAnswer answer =
            ask(network_, *sender_, http_request("POST", base_ + "/xhr_send", fields_, array_of(text)));
        if (answer.status != 204 && answer.status != 404) fail("xhr_send: " + answer.head + answer.body);
    }
    void update() override {
        sender_->receive();  // it may end too
        receiver_->receive();
        reader_.read(receiver_->input);
        for (std::size_t end; (end = reader_.body.find('\n')) != std::string::npos;
             reader_.body.erase(0, end + 1))
            take(std::string_view(reader_.body).substr(0, end));
        ended = close_code.has_value() || (receiver_->ended() && receiver_->input.empty());
        if (!reader_.complete || ended) return;
        if (reader_.status != 200) fail("the SockJS session is refused: " + reader_.head + reader_.body);
        ask_for_more();
    }
    /// Who polls and has no request waiting takes nothing anyway.
    void stall(bool on) override { receiver_->stall(on); }

private:
    void ask_for_more() {
        reader_.reset();
        receiver_->send(http_request("POST", base_ + (streaming_ ? "/xhr_streaming" : "/xhr"), fields_));
    }
    Network& network_;
    bool streaming_;
    std::string fields_;
    std::string base_;
    std::unique_ptr<Stream> receiver_;
    std::unique_ptr<Stream> sender_;
    HttpReader reader_;
};

}  // namespace

void Carrier::send_binary(std::string_view) { fail("this transport carries only text"); }

void Carrier::send_close(unsigned, std::string_view) {
    fail("over this transport a client only goes away; no code or reason travels");
}

void Carrier::arrived(std::string_view payload, bool binary) {
    received += payload;
    ++messages;
    extents_.push_back({payload.size(), binary});
}

std::optional<Carrier::Message> Carrier::take_message() {
    if (extents_.empty()) return std::nullopt;
    const Extent first = extents_.front();
    extents_.pop_front();
    Message message{received.substr(0, first.size), first.binary};
    received.erase(0, first.size);
    return message;
}

std::string Carrier::take_received() {
    extents_.clear();
    return std::exchange(received, {});
}

std::unique_ptr<Carrier> open_carrier(Network& network, Transport transport, const std::string& path,
                                      const Opening& opening) {
    switch (transport) {
        case Transport::tcp: return std::make_unique<TcpCarrier>(network, opening);
        case Transport::websocket: return std::make_unique<WebSocketCarrier>(network, path, false, opening);
        case Transport::raw_websocket:
            return std::make_unique<WebSocketCarrier>(network, path + "/websocket", false, opening);
        case Transport::sockjs_websocket:
            return std::make_unique<WebSocketCarrier>(network, path + "/000/session-0/websocket", true,
                                                      opening);
        case Transport::xhr_streaming: return std::make_unique<XhrCarrier>(network, path, true, opening);
        case Transport::xhr: return std::make_unique<XhrCarrier>(network, path, false, opening);
    }
    return nullptr;
}

void HttpReader::read(std::string& input) {
    if (head.empty()) {
        const std::size_t end = input.find("\r\n\r\n");
        if (end == std::string::npos) return;
        head = input.substr(0, end + 4);
        input.erase(0, end + 4);
        status = std::stoi(head.substr(9, 3));
    }
    if (complete) return;
    if (head.find("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos) return read_chunks(input);
    const std::size_t length_at = head.find("\r\nContent-Length: ");
    const std::size_t length = length_at == std::string::npos ? 0 : std::stoul(head.substr(length_at + 18));
    if (input.size() < length) return;
    body = input.substr(0, length);
    input.erase(0, length);
    complete = true;
}

void HttpReader::read_chunks(std::string& input) {
    for (;;) {
        const std::size_t line = input.find("\r\n");
        if (line == std::string::npos) return;
        const std::size_t size = std::stoul(input, nullptr, 16);
        if (input.size() < line + 2 + size + 2) return;
        body += input.substr(line + 2, size);
        input.erase(0, line + 2 + size + 2);
        if (size == 0) {
            complete = true;
            return;
        }
    }
}

HttpAnswer ask(Network& network, Stream& stream, std::string_view request) {
    stream.send(request);
    HttpReader reader;
    const bool came = network.until([&] {
        stream.receive();
        reader.read(stream.input);
        return reader.complete || stream.ended();
    });
    require(came, "no answer came to an HTTP request");
    return {reader.status, reader.head, reader.body};
}

std::string http_request(std::string_view method, std::string_view target, std::string_view fields,
                         std::string_view body) {
    std::string request =
        std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n";
    request += fields;
    if (!body.empty() || method == "POST")
        request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return request.append("\r\n").append(body);
}

std::string upgrade_request(std::string_view target, std::string_view fields) {
    return http_request("GET", target,
                        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                            std::string(fields));
}

}  // namespace stentor::test
