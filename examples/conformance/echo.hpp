#pragma once

#include <stentor/websocket_handler.hpp>

#include <charconv>
#include <string>
#include <string_view>

/// Sends back what it gets, text as text and binary as binary.
class Echo final : public stentor::WebSocketHandler {
public:
    void handle_text_message(stentor::WebSocketSession session, std::string_view payload) override {
        session.send_text(payload);
    }
    void handle_binary_message(stentor::WebSocketSession session, std::string_view payload) override {
        session.send_binary(payload);
    }
};

/// sockjs-protocol's `/close`: says goodbye at once.
class Closer final : public stentor::WebSocketHandler {
public:
    void after_connection_established(stentor::WebSocketSession session) override {
        session.close({3000, "Go away!"});
    }
};

/// sockjs-client's `/amplify`: the number n (0 to 19; 1 when it is none of those) is answered by 2^n letters.
class Amplifier final : public stentor::WebSocketHandler {
public:
    void handle_text_message(stentor::WebSocketSession session, std::string_view payload) override {
        int n = 0;
        const auto [end, error] = std::from_chars(payload.data(), payload.data() + payload.size(), n);
        if (error != std::errc() || n < 0 || n >= 20) n = 1;
        session.send_text(std::string(std::size_t{1} << n, 'x'));
    }
};
