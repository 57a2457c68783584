// Tests: tests/unit/testing/test_app_test.cpp
#include "stomp/encoder.hpp"
#include "testing/client_inside.hpp"

#include <algorithm>
#include <utility>

namespace stentor::testing {
namespace {

constexpr std::size_t shown_frames = 5;
constexpr std::size_t shown_body = 200;

std::string in_short(const Frame& frame) {
    std::string line = "\n  " + frame.command;
    for (const std::string_view name : {"destination", "receipt-id", "message"})
        if (frame.headers.contains(name)) line += " " + frame.header(name);
    if (!frame.body.empty()) line += ": " + frame.body.substr(0, shown_body);
    if (frame.body.size() > shown_body) line += "...";
    return line;
}

}  // namespace

void StompClient::Stomp::update() {
    if (!client_) return;
    for (test::StompFrame& came : client_->frames()) {
        Frame frame{std::move(came.command), {}, std::move(came.body)};
        for (const auto& [name, value] : came.headers) frame.headers.add(name, value);
        frames_.push_back(std::move(frame));
    }
    client_->frames().clear();
}

void StompClient::Stomp::send(std::string_view command, const Headers& headers, std::string_view body) {
    const auto known = stomp::to_command(command);
    if (!known) fail("STOMP has no command " + std::string(command) + "; send_raw() sends anything");
    std::vector<stomp::HeaderView> views;
    for (const auto& [name, value] : headers) views.push_back({name, value});
    std::string frame;
    stomp::encode(frame, stomp::Version::v1_2, *known, views, body);
    send_raw(frame);
}

void StompClient::Stomp::send_raw(std::string_view bytes) {
    connection().send(bytes);
    kit().settle();
}

Frame StompClient::Stomp::take(const std::string& expected,
                               const std::function<bool(const Frame&)>& is_wanted) {
    const auto found = [&] { return std::ranges::find_if(frames_, is_wanted); };
    connection();
    kit().until([&] {
        update();
        return found() != frames_.end() || connection().ended;
    });
    const auto place = found();
    if (place == frames_.end())
        fail("expected " + expected + ", but " + (frames_.empty() ? why_not() : "there came:" + what_came()));
    Frame frame = std::move(*place);
    frames_.erase(place);
    return frame;
}

Frame StompClient::Stomp::take_next(std::string_view command) {
    const std::string expected = "the next frame to be " + std::string(command);
    Frame frame = take(expected, [](const Frame&) { return true; });
    if (frame.command != command) fail("expected " + expected + ", but there came:" + in_short(frame));
    return frame;
}

std::string StompClient::Stomp::what_came() const {
    std::string lines;
    for (std::size_t i = 0; i < std::min(frames_.size(), shown_frames); ++i) lines += in_short(frames_[i]);
    if (frames_.size() > shown_frames)
        lines += "\n  and " + std::to_string(frames_.size() - shown_frames) + " more";
    return lines;
}

void StompClient::Stomp::send_and_wait(std::string_view command, Headers headers) {
    const std::string receipt = "kit-" + std::to_string(++last_receipt_);
    headers.set("receipt", receipt);
    std::string what(command);
    if (const auto destination = headers.find("destination")) what += " " + std::string(*destination);
    send(command, headers, {});
    expect_receipt(receipt, "of " + what);
}

void StompClient::Stomp::expect_receipt(std::string_view id, const std::string& of) {
    const std::string expected = "the RECEIPT " + of;
    const Frame frame = take(expected, [&](const Frame& came) {
        return came.command == "ERROR" || (came.command == "RECEIPT" && came.header("receipt-id") == id);
    });
    if (frame.command == "ERROR") fail("expected " + expected + ", but there came:" + in_short(frame));
}

void StompClient::Stomp::expect_nothing() {
    kit().settle();
    if (!frames_.empty()) fail("expected nothing, but there came:" + what_came());
}

StompClient::StompClient(std::shared_ptr<Stomp> stomp) : Client(std::move(stomp)) {}
StompClient::Stomp& StompClient::stomp() const { return static_cast<Stomp&>(inside()); }
const Frame& StompClient::connected() const { return stomp().connected; }

void StompClient::send_body(std::string_view destination, std::string_view body, Headers headers) {
    headers.set("destination", destination);
    stomp().send("SEND", headers, body);
}

std::string StompClient::subscribe(std::string_view destination, Headers headers) {
    if (!headers.contains("id")) headers.set("id", "sub-" + std::to_string(stomp().last_subscription++));
    headers.set("destination", destination);
    std::string id(*headers.find("id"));
    stomp().send_and_wait("SUBSCRIBE", std::move(headers));
    return id;
}

void StompClient::unsubscribe(std::string_view subscription_id) {
    stomp().send_and_wait("UNSUBSCRIBE", {{"id", subscription_id}});
}

void StompClient::ack(const Frame& message) {
    stomp().send("ACK", {{"id", message.headers.find("ack").value_or("")}}, {});
}

void StompClient::nack(const Frame& message) {
    stomp().send("NACK", {{"id", message.headers.find("ack").value_or("")}}, {});
}

void StompClient::send_frame(std::string_view command, const Headers& headers, std::string_view body) {
    stomp().send(command, headers, body);
}

void StompClient::send_raw(std::string_view bytes) { stomp().send_raw(bytes); }

void StompClient::disconnect() {
    stomp().send_and_wait("DISCONNECT", {});
    expect_closed();
}

Frame StompClient::expect_message() { return stomp().take_next("MESSAGE"); }

Frame StompClient::expect_message(std::string_view destination) {
    return stomp().take("a MESSAGE of " + std::string(destination), [&](const Frame& came) {
        return came.command == "MESSAGE" && came.header("destination") == destination;
    });
}

void StompClient::expect_receipt(std::string_view id) {
    stomp().expect_receipt(id, "'" + std::string(id) + "'");
}

Frame StompClient::expect_error() { return stomp().take_next("ERROR"); }

void StompClient::expect_nothing() { stomp().expect_nothing(); }

}  // namespace stentor::testing
