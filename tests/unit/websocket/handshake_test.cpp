#include "websocket/handshake.hpp"

#include <gtest/gtest.h>

#include <array>

namespace stentor::websocket {
namespace {

constexpr std::array<std::string_view, 3> stomp = {"v12.stomp", "v11.stomp", "v10.stomp"};

http::Request upgrade_request() {
    http::Request request;
    request.method = "GET";
    request.path = "/chat";
    request.fields = {{"Host", "server.example.com"},
                      {"Upgrade", "websocket"},
                      {"Connection", "Upgrade"},
                      {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
                      {"Sec-WebSocket-Version", "13"}};
    return request;
}

/// The status and, when it was refused, the whole response.
http::Response answer(const http::Request& request, std::span<const std::string_view> supported = {}) {
    const auto result = handshake(request, supported);
    if (const auto* accepted = std::get_if<Accepted>(&result)) return accepted->response;
    return std::get<http::Response>(result);
}

int status_with(std::string_view name, std::string_view value) {
    http::Request request = upgrade_request();
    request.fields.set(name, value);
    return answer(request).status;
}

int status_with_second(std::string_view name, std::string_view value) {
    http::Request request = upgrade_request();
    request.fields.add(name, value);
    return answer(request).status;
}

std::string agreed(std::initializer_list<std::string_view> offers) {
    http::Request request = upgrade_request();
    for (std::string_view offer : offers) request.fields.add("Sec-WebSocket-Protocol", offer);
    const auto result = handshake(request, stomp);
    const auto& accepted = std::get<Accepted>(result);
    EXPECT_EQ(accepted.response.fields.find("Sec-WebSocket-Protocol").value_or(""), accepted.subprotocol);
    return accepted.subprotocol;
}

TEST(WebSocketRfc6455_4_2_2, TheExampleKeyIsAnswered) {
    EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketRfc6455_4_2_2, AGoodRequestIsAccepted) {
    EXPECT_EQ(answer(upgrade_request()).status, 101);
    EXPECT_EQ(
        answer(upgrade_request()).fields,
        (http::Fields{{"Upgrade", "websocket"}, {"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}}));
    EXPECT_TRUE(is_upgrade(upgrade_request()));
}

TEST(WebSocketRfc6455_4_2_1, OnlyGetIsAMethod) {
    for (const char* method : {"POST", "PUT", "HEAD", "OPTIONS", "get"}) {
        http::Request request = upgrade_request();
        request.method = method;
        const http::Response response = answer(request);
        EXPECT_EQ(response.status, 405);
        EXPECT_EQ(response.fields, (http::Fields{{"Allow", "GET"}}));
        EXPECT_EQ(response.body, "");
    }
}

TEST(WebSocketRfc6455_4_2_1, UpgradeAndConnectionAreTokenLists) {
    EXPECT_EQ(status_with("Upgrade", "foo, WebSocket"), 101);
    EXPECT_EQ(status_with("Connection", "keep-alive, UPGRADE"), 101);
    EXPECT_EQ(status_with("Upgrade", "websocket2"), 400);
    EXPECT_EQ(status_with("Connection", "close"), 400);
}

TEST(SockJsWebsocketHttpErrors, TellWhatIsMissing) {
    http::Request plain;
    plain.method = "GET";
    plain.fields = {{"Host", "a"}};
    EXPECT_EQ(answer(plain).status, 400);
    EXPECT_EQ(answer(plain).body, "Can \"Upgrade\" only to \"WebSocket\".");
    EXPECT_FALSE(is_upgrade(plain));
    plain.fields.add("Upgrade", "WebSocket");
    plain.fields.add("Connection", "close");
    EXPECT_EQ(answer(plain).status, 400);
    EXPECT_EQ(answer(plain).body, "\"Connection\" must be \"Upgrade\".");
    EXPECT_FALSE(is_upgrade(plain));
}

TEST(WebSocketRfc6455_4_2_1, Http10IsRefused) {
    http::Request request = upgrade_request();
    request.minor_version = 0;
    EXPECT_EQ(answer(request).status, 400);
}

TEST(WebSocketRfc6455_4_4, AnotherVersionIsToldOurs) {
    for (const char* version : {"8", "99", "", "13, 8", "013"}) {
        http::Request request = upgrade_request();
        request.fields.set("Sec-WebSocket-Version", version);
        const http::Response response = answer(request);
        EXPECT_EQ(response.status, 426) << version;
        EXPECT_EQ(response.fields.find("Sec-WebSocket-Version"), "13");
        EXPECT_EQ(response.fields.find("Upgrade"), "websocket");
    }
    EXPECT_EQ(status_with_second("Sec-WebSocket-Version", "13"), 426);
}

TEST(WebSocketRfc6455_4_2_1, TheKeyIs16BytesOfBase64Once) {
    for (const char* key :
         {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25j",
          "dGhlIHNhbXBsZSBub25jZTE=", "dGhlIHNhbXBsZSBub25jZS4uLi4=", "dGhlIHNhbXBsZSBub25jZ!==",
          "dGhlIHNhbXBsZSBub25jZ-==", "dGhl IHNhbXBsZSBub25jZ==", "========================"}) {
        EXPECT_EQ(status_with("Sec-WebSocket-Key", key), 400) << key;
    }
    EXPECT_EQ(status_with("Sec-WebSocket-Key", "+/+/+/+/+/+/+/+/+/+/+A=="), 101);
    EXPECT_EQ(status_with_second("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), 400);
}

TEST(WebSocketRfc6455_4_2_2, TheServersOrderChoosesTheSubprotocol) {
    EXPECT_EQ(agreed({"v10.stomp, v11.stomp, v12.stomp"}), "v12.stomp");
    EXPECT_EQ(agreed({"v10.stomp", "chat,v11.stomp"}), "v11.stomp");
    EXPECT_EQ(agreed({"V12.STOMP"}), "V12.STOMP");
    EXPECT_EQ(agreed({",, ,v10.stomp,,v10.stomp"}), "v10.stomp");
    EXPECT_EQ(agreed({"chat, v12.stompx"}), "");
    EXPECT_EQ(agreed({""}), "");
    EXPECT_EQ(agreed({}), "");
}

TEST(WebSocketRfc7692_5_1, AnOfferOfCompressionIsAnsweredWhenEnabled) {
    http::Request request = upgrade_request();
    request.fields.add("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits");
    const DeflateSettings settings{.enabled = true};
    const auto with = std::get<Accepted>(handshake(request, {}, &settings));
    EXPECT_EQ(with.response.fields.find("Sec-WebSocket-Extensions"),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
              "client_max_window_bits=12");
    EXPECT_EQ(with.deflate, (DeflateAgreement{true, true, 12, 12}));
    const DeflateSettings off;
    for (const DeflateSettings* none : {static_cast<const DeflateSettings*>(nullptr), &off}) {
        const auto without = std::get<Accepted>(handshake(request, {}, none));
        EXPECT_EQ(without.response.fields.count("Sec-WebSocket-Extensions"), 0u);
        EXPECT_EQ(without.deflate, std::nullopt);
    }
}

TEST(WebSocketH27, AnOfferThatCannotBeMetIsNoReasonToRefuse) {
    http::Request request = upgrade_request();
    request.fields.add("Sec-WebSocket-Extensions", "permessage-deflate; server_max_window_bits=99, \"");
    const DeflateSettings settings{.enabled = true};
    const auto accepted = std::get<Accepted>(handshake(request, {}, &settings));
    EXPECT_EQ(accepted.response.status, 101);
    EXPECT_EQ(accepted.response.fields.count("Sec-WebSocket-Extensions"), 0u);
    EXPECT_EQ(accepted.deflate, std::nullopt);
}

TEST(WebSocketH26, AListOfBlanksIsReadInLinearTime) {
    EXPECT_EQ(agreed({std::string(1 << 20, ' ') + "v12.stomp"}), "v12.stomp");
}

}  // namespace
}  // namespace stentor::websocket
