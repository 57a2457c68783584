#pragma once

#include "stomp/decoder.hpp"
#include "testing/carriers.hpp"

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
/// answers, and throw testing::Failure when these do not come.
class StompClient {
public:
    StompClient(Network& network, Transport transport, const std::string& path = "/ws",
                const Opening& opening = {});

    /// Any text, with ^ for NUL.
    void say(std::string_view text);
    void send(std::string_view destination, std::string_view body, std::string_view headers = {});
    /// Waits for its receipt.
    void subscribe(std::string_view id, std::string_view destination);
    /// CONNECT and the answer to it.
    StompFrame connect();
    /// The next frame.
    StompFrame next();
    /// The bodies of the next `count` MESSAGE frames.
    std::vector<std::string> next_bodies(std::size_t count);
    /// All that is there now, without waiting; who takes a frame removes it.
    std::deque<StompFrame>& frames() {
        update();
        return frames_;
    }
    /// What is there now, without waiting.
    std::optional<StompFrame> peek();
    /// Waits for the end of the connection.
    bool ends();
    void disconnect();
    [[nodiscard]] Carrier& carrier() { return *carrier_; }

private:
    void update();
    /// Waits for that RECEIPT; what else comes stays.
    void take_receipt(std::string_view receipt, const std::string& what);

    Network& network_;
    std::unique_ptr<Carrier> carrier_;
    stomp::Decoder decoder_;
    std::deque<StompFrame> frames_;
    unsigned last_receipt_ = 0;
};

}  // namespace stentor::test
