// Tests: tests/unit/testing/test_app_test.cpp
#include "stentor/testing/clients.hpp"

#include "testing/client_inside.hpp"

#include <utility>

namespace stentor::testing {

void detail::fail_conversion(std::string_view text, const Error& error) {
    throw Failure("what came does not have the type asked for: " + error.message +
                  "\n  it was: " + std::string(text.substr(0, 1000)));
}

test::Carrier& Client::Inside::connection() {
    test::Carrier* const own = carrier();
    if (own == nullptr) fail("its connection was given up by lose()");
    return *own;
}

void Client::Inside::fail(const std::string& what) const { throw Failure(name_ + ": " + what); }

std::string Client::Inside::why_not() {
    const test::Carrier* const own = carrier();
    if (own == nullptr) return "its connection was given up by lose()";
    if (own->close_code)
        return "the session was closed: " + std::to_string(*own->close_code) + " " + own->close_reason;
    if (own->ended) return "the connection has ended";
    const std::string sleeping = kit_->sleeping();
    return sleeping.empty() ? "nothing came" : "nothing came; " + sleeping;
}

Client::Client(std::shared_ptr<Inside> inside) : inside_(std::move(inside)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::Inside& Client::inside() const { return *inside_; }

CloseStatus Client::expect_closed() {
    Inside& own = inside();
    test::Carrier& carrier = own.connection();
    const bool ended = own.kit().until([&] {
        own.update();
        return carrier.ended;
    });
    if (!ended) own.fail("expected the end of the session, but it goes on");
    return {static_cast<std::uint16_t>(carrier.close_code.value_or(1006)), carrier.close_reason};
}

CloseStatus Client::expect_closed(std::uint16_t code) {
    CloseStatus status = expect_closed();
    if (status.code != code)
        inside().fail("expected the session to be closed with " + std::to_string(code) + ", but it was " +
                      std::to_string(status.code) + " " + status.reason);
    return status;
}

void Client::lose() {
    inside().lose();
    inside().kit().settle();
}

WebSocketClient::WebSocketClient(std::shared_ptr<Inside> inside) : Client(std::move(inside)) {}

void WebSocketClient::send_text(std::string_view payload) {
    inside().connection().send(payload);
    inside().kit().settle();
}

void WebSocketClient::send_binary(std::string_view payload) {
    inside().connection().send_binary(payload);
    inside().kit().settle();
}

void WebSocketClient::close(const CloseStatus& status) {
    inside().connection().send_close(status.code, status.reason);
    inside().kit().settle();
}

Payload WebSocketClient::expect_message() {
    test::Carrier& carrier = inside().connection();
    std::optional<test::Carrier::Message> message;
    inside().kit().until([&] {
        message = carrier.take_message();
        return message || carrier.ended;
    });
    if (!message) inside().fail("expected a message, but " + inside().why_not());
    return {std::move(message->payload), message->binary};
}

void WebSocketClient::expect_nothing() {
    inside().kit().settle();
    if (const auto message = inside().connection().take_message())
        inside().fail("expected nothing, but there came: " + message->payload.substr(0, 1000));
}

}  // namespace stentor::testing
