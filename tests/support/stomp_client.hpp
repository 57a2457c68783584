#pragma once

#include "stomp/decoder.hpp"
#include "support/carriers.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::test {

struct StompFrame {
    std::string command;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    [[nodiscard]] std::string header(std::string_view name) const {
        for (const auto& [own, value] : headers)
            if (own == name) return value;
        return "(none)";
    }
};

/// A STOMP client (1.2, unless CONNECTED says otherwise) over any transport. Its calls wait for the server's
/// answers.
class StompClient {
public:
    StompClient(Stage& stage, Transport transport, const std::string& path = "/ws");

    /// Any text, with ^ for NUL.
    void say(std::string_view text);
    void send(std::string_view destination, std::string_view body, std::string_view headers = {});
    /// Waits for its receipt.
    void subscribe(std::string_view id, std::string_view destination);
    /// CONNECT and the answer to it.
    StompFrame connect();
    /// The next frame; an empty one, and a failure, when none comes.
    StompFrame next();
    /// The bodies of the next `count` MESSAGE frames.
    std::vector<std::string> next_bodies(std::size_t count);
    /// What is there now, without waiting.
    std::optional<StompFrame> peek();
    /// Waits for the end of the connection.
    bool ends();
    void disconnect();
    [[nodiscard]] Carrier& carrier() { return *carrier_; }

private:
    void update();

    Stage& stage_;
    std::unique_ptr<Carrier> carrier_;
    stomp::Decoder decoder_;
    std::deque<StompFrame> frames_;
    unsigned last_receipt_ = 0;
};

}  // namespace stentor::test
