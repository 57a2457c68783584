#pragma once

#include <stentor/stentor.hpp>

#include <string>

/// A raw WebSocket handler that answers everybody.
class UserGreeting : public stentor::TextWebSocketHandler {
    stentor::SessionSet sessions_;  // Any thread; broadcast encodes once

    void after_connection_established(stentor::WebSocketSession session) override {
        sessions_.insert(session);
    }
    void handle_text_message(stentor::WebSocketSession, std::string_view payload) override {
        const auto message = stentor::json::parse(payload);
        sessions_.broadcast("Hi " + std::string(message.at("user").as_string()) + "! How may I help you?");
    }
    void after_connection_closed(stentor::WebSocketSession session, stentor::CloseStatus) override {
        sessions_.erase(session);
    }
};
