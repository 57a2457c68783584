#include "support/carriers.hpp"

#include "sockjs/frame.hpp"
#include "sockjs/messages.hpp"
#include "support/client_frames.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <utility>

namespace stentor::test {
namespace {

class TcpCarrier final : public Carrier {
public:
    explicit TcpCarrier(Stage& stage) : stream_(stage.connect(Speaks::stomp)) {}
    void send(std::string_view text) override { stream_->send(text); }
    void update() override {
        stream_->receive();
        received += std::exchange(stream_->input, {});
        ended = stream_->ended();
    }

private:
    std::unique_ptr<Stream> stream_;
};

/// What is in SockJS frames.
class SockjsFrames {
public:
    explicit SockjsFrames(Carrier& carrier) : carrier_(carrier) {}
    void take(std::string_view frame) {
        if (frame == "o") opened = true;
        if (frame.starts_with("c[")) carrier_.close_code = std::stoul(std::string(frame.substr(2)));
        if (!frame.starts_with("a")) return;
        const auto messages = sockjs::parse_messages(frame.substr(1), {.max_messages = 1'000'000});
        if (messages.has_error()) {
            ADD_FAILURE() << "not a SockJS frame: " << frame.substr(0, 100);
            return;
        }
        for (const std::string& message : *messages) carrier_.received += message;
        carrier_.messages += messages->size();
    }
    bool opened = false;

private:
    Carrier& carrier_;
};

std::string array_of(std::string_view text) {
    std::string quoted;
    sockjs::append_quoted(quoted, text);
    return "[" + quoted + "]";
}

class WebSocketCarrier final : public Carrier {
public:
    WebSocketCarrier(Stage& stage, const std::string& path, bool framed)
        : stream_(stage.connect(Speaks::http)), frames_(*this), framed_(framed) {
        stream_->send(upgrade_request(path));
        HttpReader reader;
        EXPECT_TRUE(stage.until([&] {
            stream_->receive();
            reader.read(stream_->input);
            return reader.complete;
        }));
        EXPECT_EQ(reader.status, 101) << reader.head;
        EXPECT_TRUE(!framed_ || stage.until([&] {
            update();
            return frames_.opened;
        }));
    }
    void send(std::string_view text) override {
        stream_->send(masked_text(framed_ ? array_of(text) : std::string(text)));
    }
    void update() override {
        stream_->receive();
        while (const auto frame = take_server_frame(stream_->input)) take(*frame);
        ended = stream_->ended();
    }

private:
    void take(const ServerFrame& frame) {
        switch (frame.opcode) {
            case 1:
                if (framed_) return frames_.take(frame.payload);
                [[fallthrough]];
            case 2:
                received += frame.payload;
                ++messages;
                return;
            case 8:
                if (!close_code) close_code = frame.close_code();
                stream_->send(masked_frame(8, frame.payload));
                return;
            case 9: stream_->send(masked_frame(10, frame.payload)); return;
            default: return;
        }
    }
    std::unique_ptr<Stream> stream_;
    SockjsFrames frames_;
    bool framed_;
};

class XhrCarrier final : public Carrier {
public:
    XhrCarrier(Stage& stage, const std::string& path, bool streaming)
        : stage_(stage), frames_(*this), streaming_(streaming) {
        static std::atomic<unsigned> last_session = 10'000'000;
        base_ = path + "/000/" + std::to_string(++last_session);
        receiver_ = stage.connect(Speaks::http);
        sender_ = stage.connect(Speaks::http);
        ask_for_more();
        EXPECT_TRUE(stage.until([&] {
            update();
            return frames_.opened;
        }));
    }
    void send(std::string_view text) override {
        const HttpAnswer answer =
            ask(stage_, *sender_, http_request("POST", base_ + "/xhr_send", {}, array_of(text)));
        EXPECT_TRUE(answer.status == 204 || answer.status == 404) << answer.status << answer.body;
    }
    void update() override {
        sender_->receive();  // it may end too
        receiver_->receive();
        reader_.read(receiver_->input);
        for (std::size_t end; (end = reader_.body.find('\n')) != std::string::npos;
             reader_.body.erase(0, end + 1))
            frames_.take(std::string_view(reader_.body).substr(0, end));
        ended = close_code.has_value() || (receiver_->ended() && receiver_->input.empty());
        if (!reader_.complete || ended) return;
        EXPECT_EQ(reader_.status, 200) << reader_.head;
        ask_for_more();
    }

private:
    void ask_for_more() {
        reader_.reset();
        receiver_->send(http_request("POST", base_ + (streaming_ ? "/xhr_streaming" : "/xhr")));
    }
    Stage& stage_;
    SockjsFrames frames_;
    bool streaming_;
    std::string base_;
    std::unique_ptr<Stream> receiver_;
    std::unique_ptr<Stream> sender_;
    HttpReader reader_;
};

}  // namespace

std::unique_ptr<Carrier> open_carrier(Stage& stage, Transport transport, const std::string& path) {
    switch (transport) {
        case Transport::tcp: return std::make_unique<TcpCarrier>(stage);
        case Transport::websocket: return std::make_unique<WebSocketCarrier>(stage, path, false);
        case Transport::raw_websocket:
            return std::make_unique<WebSocketCarrier>(stage, path + "/websocket", false);
        case Transport::sockjs_websocket:
            return std::make_unique<WebSocketCarrier>(stage, path + "/000/session-0/websocket", true);
        case Transport::xhr_streaming: return std::make_unique<XhrCarrier>(stage, path, true);
        case Transport::xhr: return std::make_unique<XhrCarrier>(stage, path, false);
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

HttpAnswer ask(Stage& stage, Stream& stream, std::string_view request) {
    stream.send(request);
    HttpReader reader;
    EXPECT_TRUE(stage.until([&] {
        stream.receive();
        reader.read(stream.input);
        return reader.complete || stream.ended();
    }));
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
