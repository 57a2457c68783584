#include "support/stomp_client.hpp"

#include "stomp/negotiation.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace stentor::test {

StompClient::StompClient(Stage& stage, Transport transport, const std::string& path)
    : stage_(stage),
      carrier_(open_carrier(stage, transport, path)),
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
    EXPECT_TRUE(stage_.until([&] {
        update();
        const auto found = std::ranges::find_if(frames_, [&](const StompFrame& frame) {
            return frame.command == "ERROR" || frame.header("receipt-id") == receipt;
        });
        if (found == frames_.end()) return false;
        EXPECT_EQ(found->command, "RECEIPT") << found->body;
        frames_.erase(found);
        return true;
    })) << "no receipt for "
        << destination;
}

StompFrame StompClient::connect() {
    say("CONNECT\naccept-version:1.2\nhost:localhost\n\n^");
    return next();
}

StompFrame StompClient::next() {
    const bool came = stage_.until([&] {
        update();
        return !frames_.empty();
    });
    if (!came) {
        ADD_FAILURE() << "no frame came";
        return {};
    }
    StompFrame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
}

std::vector<std::string> StompClient::next_bodies(std::size_t count) {
    std::vector<std::string> bodies;
    while (bodies.size() < count) {
        StompFrame frame = next();
        if (frame.command != "MESSAGE") {
            ADD_FAILURE() << "not a MESSAGE but " << frame.command << ": " << frame.body;
            break;
        }
        bodies.push_back(std::move(frame.body));
    }
    return bodies;
}

std::optional<StompFrame> StompClient::peek() {
    update();
    return frames_.empty() ? std::nullopt : std::optional(frames_.front());
}

bool StompClient::ends() {
    return stage_.until([&] {
        update();
        return carrier_->ended;
    });
}

void StompClient::disconnect() {
    say("DISCONNECT\nreceipt:bye\n\n^");
    EXPECT_EQ(next().header("receipt-id"), "bye");
    EXPECT_TRUE(ends());
}

void StompClient::update() {
    carrier_->update();
    decoder_.feed(std::exchange(carrier_->received, {}));
    for (;;) {
        const auto next = decoder_.next();
        if (next.has_error()) {
            ADD_FAILURE() << "the server broke the protocol: " << next.error().message;
            return;
        }
        if (!next->has_value()) return;
        StompFrame frame{std::string(to_string((*next)->command)), {}, std::string((*next)->body)};
        for (const auto& [name, value] : (*next)->headers) frame.headers.emplace_back(name, value);
        if ((*next)->command == stomp::Command::connected)
            decoder_.set_version(stomp::negotiate_version(frame.header("version")).value());
        frames_.push_back(std::move(frame));
    }
}

}  // namespace stentor::test
