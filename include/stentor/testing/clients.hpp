#pragma once

#include "stentor/json.hpp"
#include "stentor/message.hpp"
#include "stentor/replies.hpp"
#include "stentor/security.hpp"
#include "stentor/testing/failure.hpp"
#include "stentor/websocket_handler.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// The clients of a TestApp. Each call lets everything happen that follows from it, without any time going
/// by, so what one client sends has arrived with the others when the call returns. What is expected and does
/// not come throws Failure. They belong to the test's thread.
namespace stentor::testing {

/// By what a client reaches its endpoint.
enum class Transport {
    websocket,
    sockjs,  ///< SockJS over WebSocket
    sockjs_xhr_streaming,
    sockjs_xhr,   ///< polling
    sockjs_none,  ///< the raw WebSocket of a SockJS endpoint, at "/websocket"
    tcp,          ///< STOMP without WebSocket
};

/// Who connects, and how.
struct ConnectOptions {
    std::string name = {};   ///< for failures; the user's, unless given
    std::string login = {};  ///< of CONNECT, as the passcode
    std::string passcode = {};
    std::optional<Principal> principal = {};  ///< who it is, known without any credentials
    Transport transport = Transport::websocket;
    std::string path = {};      ///< of the endpoint; the first that speaks STOMP, unless given
    Headers headers = {};       ///< of CONNECT, besides what belongs there or in its place
    Headers http_headers = {};  ///< of HTTP requests, such as Origin
    std::string remote_address = "127.0.0.1:50000";
};

/// A STOMP frame as it came.
struct Frame {
    std::string command;
    Headers headers;
    std::string body;

    /// Empty when there is none.
    [[nodiscard]] std::string header(std::string_view name) const {
        return std::string(headers.find(name).value_or(""));
    }
    /// The body: as text, or a described struct from JSON.
    template <class T>
    [[nodiscard]] T as() const;
};

/// What came over a raw WebSocket or SockJS session.
struct Payload {
    std::string bytes;
    bool binary = false;
};

namespace detail {

[[noreturn]] void fail_conversion(std::string_view text, const Error& error);

template <class T>
T read(const std::string& text) {
    if constexpr (std::is_same_v<T, std::string>) {
        return text;
    } else {
        Result<T> value = json::from_json<T>(text);
        if (!value) fail_conversion(text, value.error());
        return std::move(*value);
    }
}

}  // namespace detail

template <class T>
T Frame::as() const {
    return detail::read<T>(body);
}

/// What clients have in common: a connection, which ends with them.
class Client {
public:
    /// Reads what came before, and forgets it; how the server closed the session. Over TCP no code travels:
    /// there it is 1006, as for a connection that was lost.
    CloseStatus expect_closed();
    /// The same with that code.
    CloseStatus expect_closed(std::uint16_t code);
    /// The connection breaks.
    void lose();

    ~Client();
    Client(Client&& other) noexcept;
    Client& operator=(Client&& other) noexcept;

    class Inside;  ///< for the library only

protected:
    explicit Client(std::shared_ptr<Inside> inside);
    [[nodiscard]] Inside& inside() const;

private:
    std::shared_ptr<Inside> inside_;
};

/// Speaks STOMP 1.2. Heart-beats are none unless ConnectOptions::headers ask for some; then it sends none by
/// itself.
class StompClient : public Client {
public:
    /// CONNECTED.
    [[nodiscard]] const Frame& connected() const;

    /// Text, bytes, or anything else as JSON.
    template <Sendable T>
    void send(std::string_view destination, const T& payload, Headers headers = {}) {
        Body body = to_body(payload);
        if (!headers.contains("content-type")) headers.add("content-type", body.content_type);
        send_body(destination, body.bytes, std::move(headers));
    }
    /// Returns the subscription's id once it is active. `headers` may hold `id`, `ack`, `selector`, ...
    std::string subscribe(std::string_view destination, Headers headers = {});
    void unsubscribe(std::string_view subscription_id);
    void ack(const Frame& message);
    void nack(const Frame& message);
    /// Any frame: BEGIN, COMMIT, ...
    void send_frame(std::string_view command, const Headers& headers, std::string_view body = {});
    /// Bytes as they are.
    void send_raw(std::string_view bytes);
    /// DISCONNECT; waits for its receipt and the end.
    void disconnect();

    /// The next frame, which must be a MESSAGE.
    Frame expect_message();
    /// The next MESSAGE of that destination; what else came stays.
    Frame expect_message(std::string_view destination);
    template <class T = std::string>
    T receive() {
        return expect_message().as<T>();
    }
    template <class T = std::string>
    T receive(std::string_view destination) {
        return expect_message(destination).as<T>();
    }
    /// The RECEIPT of that id; what else came stays.
    void expect_receipt(std::string_view id);
    /// The next frame, which must be an ERROR.
    Frame expect_error();
    /// Nothing has come that was not taken.
    void expect_nothing();

private:
    friend class TestApp;
    class Stomp;
    explicit StompClient(std::shared_ptr<Stomp> stomp);
    [[nodiscard]] Stomp& stomp() const;
    void send_body(std::string_view destination, std::string_view body, Headers headers);
};

/// A client of a WebSocketHandler.
class WebSocketClient : public Client {
public:
    void send_text(std::string_view payload);
    void send_binary(std::string_view payload);
    /// As one text message: text as it is, anything else as JSON.
    template <Sendable T>
    void send(const T& payload) {
        send_text(to_body(payload).bytes);
    }
    /// Ends the session; over SockJS's HTTP transports a client can only lose() it.
    void close(const CloseStatus& status = {});

    Payload expect_message();
    template <class T = std::string>
    T receive() {
        return detail::read<T>(expect_message().bytes);
    }
    /// Nothing has come that was not taken.
    void expect_nothing();

private:
    friend class TestApp;
    explicit WebSocketClient(std::shared_ptr<Inside> inside);
};

}  // namespace stentor::testing
