// Tests: tests/unit/testing/test_app_test.cpp
#include "testing/stomp_client.hpp"

#include "stomp/negotiation.hpp"
#include "testing/fail.hpp"

#include <algorithm>

namespace stentor::test {

StompClient::StompClient(Network& network, Transport transport, const std::string& path,
                         const Opening& opening)
    : network_(network),
      carrier_(open_carrier(network, transport, path, opening)),
      decoder_({.max_body = 16'000'000, .max_first_frame = 16'000'000}, stomp::Peer::server) {
    decoder_.set_version(stomp::Version::v1_2);
}

void StompClient::say(std::string_view text) {
    std::string bytes(text);
    std::ranges::replace(bytes, '^', '\0');
    carrier_->send(bytes);
}

void StompClient::send(std::string_view destination, std::string_view body, std::string_view headers) {
    carrier_->send("SEND\ndestination:" + std::string(destination) + "\n" + std::string(headers) + "\n" +
                   std::string(body) + std::string(1, '\0'));
}

void StompClient::subscribe(std::string_view id, std::string_view destination) {
    const std::string receipt = "subscribed-" + std::to_string(++last_receipt_);
    say("SUBSCRIBE\nid:" + std::string(id) + "\ndestination:" + std::string(destination) +
        "\nreceipt:" + receipt + "\n\n^");
    take_receipt(receipt, "SUBSCRIBE to " + std::string(destination));
}

void StompClient::take_receipt(std::string_view receipt, const std::string& what) {
    const auto found = [&] {
        return std::ranges::find_if(frames_, [&](const StompFrame& frame) {
            return frame.command == "ERROR" || frame.header("receipt-id") == receipt;
        });
    };
    network_.until([&] {
        update();
        return found() != frames_.end() || carrier_->ended;
    });
    const auto place = found();
    if (place == frames_.end()) fail("no receipt came for " + what);
    const StompFrame frame = std::move(*place);
    frames_.erase(place);
    if (frame.command != "RECEIPT")
        fail(what + " was refused: " + frame.header("message") + "\n" + frame.body);
}

StompFrame StompClient::connect() {
    say("CONNECT\naccept-version:1.2\nhost:localhost\n\n^");
    return next();
}

StompFrame StompClient::next() {
    const bool came = network_.until([&] {
        update();
        return !frames_.empty();
    });
    require(came, "no frame came");
    StompFrame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
}

std::vector<std::string> StompClient::next_bodies(std::size_t count) {
    std::vector<std::string> bodies;
    while (bodies.size() < count) {
        StompFrame frame = next();
        if (frame.command != "MESSAGE") fail("not a MESSAGE but " + frame.command + ": " + frame.body);
        bodies.push_back(std::move(frame.body));
    }
    return bodies;
}

std::optional<StompFrame> StompClient::peek() {
    update();
    return frames_.empty() ? std::nullopt : std::optional(frames_.front());
}

bool StompClient::ends() {
    return network_.until([&] {
        update();
        return carrier_->ended;
    });
}

void StompClient::disconnect() {
    say("DISCONNECT\nreceipt:bye\n\n^");
    take_receipt("bye", "DISCONNECT");
    require(ends(), "the connection did not end after DISCONNECT");
}

void StompClient::update() {
    carrier_->update();
    decoder_.feed(carrier_->take_received());
    for (;;) {
        const auto next = decoder_.next();
        if (next.has_error()) fail("the server broke the protocol: " + next.error().message);
        if (!next->has_value()) return;
        StompFrame frame{std::string(to_string((*next)->command)), {}, std::string((*next)->body)};
        for (const auto& [name, value] : (*next)->headers) frame.headers.emplace_back(name, value);
        if ((*next)->command == stomp::Command::connected)
            decoder_.set_version(stomp::negotiate_version(frame.header("version")).value());
        frames_.push_back(std::move(frame));
    }
}

}  // namespace stentor::test
