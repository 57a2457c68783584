// permessage-deflate (RFC 7692) through the WebSocketProtocol of src/transport/websocket_protocol.cpp.
#include "transport_bench.hpp"
#include "websocket/inflater.hpp"

#include <gmock/gmock.h>

namespace stentor::transport {
namespace {

using namespace std::string_view_literals;
using test::masked_text;
using testing::ElementsAre;

constexpr std::string_view offers =
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
const std::string long_text(4096, 'x');

struct Open {
    explicit Open(websocket::DeflateSettings settings, std::string_view fields = offers,
                  const std::string& path = "/ws")
        : link(bench.connect()) {
        for (Endpoint& endpoint : bench.site.endpoints) endpoint.deflate = settings;
        const std::string said = bench.send(link, upgrade(path, fields));
        extension = field(said, "Sec-WebSocket-Extensions").value_or("");
    }
    std::string say(std::string_view bytes) { return bench.send(link, bytes); }
    test::ServerFrame answer_to(std::string_view text) {
        bench.notes.send_message(text);
        std::string bytes = link.pipe->take_output();
        rsv1 = (bytes[0] & 0x40) != 0;
        return test::take_server_frame(bytes).value();
    }
    TransportBench bench;
    TransportBench::Link& link;
    std::string extension;
    bool rsv1 = false;
};

websocket::DeflateSettings on() {
    websocket::DeflateSettings settings;
    settings.enabled = true;
    return settings;
}

websocket::DeflateSettings with_takeover() {
    websocket::DeflateSettings settings = on();
    settings.server_no_context_takeover = settings.client_no_context_takeover = false;
    settings.max_window_bits = 15;
    return settings;
}

std::string inflated(websocket::Inflater& inflater, std::string_view payload) {
    std::string text;
    std::array<char, websocket::Inflater::step> room;
    for (auto made = inflater.inflate(payload, room); made && !made->empty();
         made = inflater.inflate(payload, room))
        text += *made;
    return text.append(inflater.finish(room).value_or("broken"));
}

/// A compressed text frame as a client sends it.
std::string masked_compressed(std::string_view payload) {
    std::string frame = masked_text(payload);
    frame[0] = static_cast<char>(frame[0] | 0x40);
    return frame;
}

TEST(WebSocketDeflate, IsOffByDefault) {
    Open open({});
    EXPECT_EQ(open.extension, "");
    EXPECT_FALSE((open.answer_to(long_text), open.rsv1));
    EXPECT_EQ(open.say(masked_compressed("\xF2\x48\xCD\xC9\xC9\x07\x00"sv)).substr(2, 2), "\x03\xea"sv);
}

TEST(WebSocketDeflate, IsAgreedWithAClientThatOffersIt) {
    EXPECT_EQ(Open(on()).extension,
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
              "client_max_window_bits=12");
    EXPECT_EQ(Open(on(), "").extension, "");
}

TEST(WebSocketDeflate, CompressedMessagesAreReadAndLongOnesSentCompressed) {
    Open open(on());
    open.say(masked_compressed("\xF2\x48\xCD\xC9\xC9\x07\x00"sv));
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "text Hello"));
    websocket::Inflater inflater({.window_bits = 12});
    const test::ServerFrame frame = open.answer_to(long_text);
    EXPECT_TRUE(open.rsv1);
    EXPECT_LT(frame.payload.size(), 100U);
    EXPECT_EQ(inflated(inflater, frame.payload), long_text);
    EXPECT_FALSE((open.answer_to("short"), open.rsv1));
}

TEST(WebSocketDeflate, WithoutTakeoverReceiversShareTheBytes) {
    Open open(on());
    EXPECT_EQ(open.bench.notes.outlet->deflate_bits(), 12);
    const std::string first = open.answer_to(long_text).payload;
    EXPECT_EQ(open.answer_to(long_text).payload, first);
}

TEST(WebSocketDeflate, WithTakeoverEachConnectionCompressesForItself) {
    Open open(with_takeover());
    EXPECT_EQ(open.bench.notes.outlet->deflate_bits(), 0);
    websocket::Inflater inflater({.window_bits = 15, .context_takeover = true});
    const test::ServerFrame first = open.answer_to(long_text);
    EXPECT_EQ(inflated(inflater, first.payload), long_text);
    EXPECT_FALSE((open.answer_to("short"), open.rsv1)) << "changes nothing in the window";
    const test::ServerFrame second = open.answer_to(long_text);
    EXPECT_TRUE(open.rsv1);
    EXPECT_LT(second.payload.size(), first.payload.size());
    EXPECT_EQ(inflated(inflater, second.payload), long_text);
}

TEST(WebSocketD9, WhatTheProtocolSaysIsNotCompressed) {
    for (const auto& settings : {on(), with_takeover()}) {
        Open open(settings);
        open.bench.notes.send(long_text);
        EXPECT_EQ(open.link.pipe->take_output()[0], '\x81');
        open.say(test::masked_frame(9, std::string(125, 'x')));
    }
}

TEST(SockjsWebSocketDeflate, ArraysAreCompressedAndSockjsOwnFramesAreNot) {
    websocket::DeflateSettings settings = on();
    settings.min_size = 1;
    Open open(settings, offers, "/sockjs/000/session1/websocket");
    const test::ServerFrame frame = open.answer_to(long_text);
    EXPECT_TRUE(open.rsv1);
    websocket::Inflater inflater({.window_bits = 12});
    EXPECT_EQ(inflated(inflater, frame.payload), "a[\"" + long_text + "\"]");
    open.bench.notes.outlet->close({3000, std::string(123, 'x')});
    EXPECT_EQ(open.link.pipe->take_output()[0], '\x81') << "c[3000,...]";
}

TEST(WebSocketD1, AMessageThatInflatesPastTheLimitIs1009) {
    Open open(on());
    websocket::Deflater bomb({.window_bits = 12});
    const std::string said = open.say(masked_compressed(bomb.compress(std::string(1 << 24, '\0'))));
    EXPECT_EQ(said.substr(2, 2), "\x03\xf1"sv);
    EXPECT_THAT(open.bench.notes.events, ElementsAre("opened", "closed 1009"));
}

TEST(WebSocketD4, BrokenCompressionIs1007) {
    Open open(on());
    EXPECT_EQ(open.say(masked_compressed("\xFF\xFF\xFF\xFF")).substr(2, 2), "\x03\xef"sv);
}

}  // namespace
}  // namespace stentor::transport
