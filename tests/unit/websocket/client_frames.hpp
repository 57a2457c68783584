#pragma once

#include "support/http_cuts.hpp"
#include "websocket/connection.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace stentor::websocket::test {

struct FrameOptions {
    bool fin = true;
    unsigned reserved = 0;
    std::string_view key = "\x37\xFA\x21\x3D";
};

/// A frame as a client sends it: masked. `opcode` may be any number.
inline std::string client_frame(unsigned opcode, std::string_view payload, FrameOptions options = {}) {
    std::string frame(1, static_cast<char>((options.fin ? 0x80u : 0u) | options.reserved << 4 | opcode));
    if (payload.size() < 126) {
        frame += static_cast<char>(0x80 | payload.size());
    } else if (payload.size() < 65536) {
        frame += "\xFE";
        frame += static_cast<char>(payload.size() >> 8);
        frame += static_cast<char>(payload.size());
    } else {
        frame += "\xFF";
        for (int shift = 56; shift >= 0; shift -= 8)
            frame += static_cast<char>(static_cast<std::uint64_t>(payload.size()) >> shift);
    }
    frame += options.key;
    for (std::size_t i = 0; i < payload.size(); ++i)
        frame += static_cast<char>(payload[i] ^ options.key[i % 4]);
    return frame;
}

inline std::string fragment(unsigned opcode, std::string_view payload) {
    return client_frame(opcode, payload, {.fin = false});
}

/// The first frame of a compressed message, or all of it (RFC 7692 6).
inline std::string compressed_frame(unsigned opcode, std::string_view payload) {
    return client_frame(opcode, payload, {.reserved = 4});
}

inline std::string compressed_fragment(unsigned opcode, std::string_view payload) {
    return client_frame(opcode, payload, {.fin = false, .reserved = 4});
}

inline std::string close_payload(unsigned code, std::string_view reason = "") {
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code)};
    payload += reason;
    return payload;
}

/// An event as text: `text:hello`, `ping:`, `closed:1002 by us: reason`.
inline std::string describe(const Event& event) {
    struct Names {
        std::string operator()(const Text& e) const { return "text:" + std::string(e.payload); }
        std::string operator()(const Binary& e) const { return "binary:" + std::string(e.payload); }
        std::string operator()(const Ping& e) const { return "ping:" + std::string(e.payload); }
        std::string operator()(const Pong& e) const { return "pong:" + std::string(e.payload); }
        std::string operator()(const Closed& e) const {
            return "closed:" + std::to_string(e.code) + (e.by_peer ? " by peer:" : " by us:") + e.reason;
        }
    };
    return std::visit(Names{}, event);
}

using Events = std::vector<std::string>;

/// What a connection makes of the pieces; what it answers is added up in `sent`.
inline Events receive_pieces(Connection& connection, const stentor::test::Pieces& pieces, std::string& sent) {
    Events events;
    for (std::string piece : pieces) {
        connection.receive(piece);
        while (auto event = connection.next_event()) {
            events.push_back(describe(*event));
            sent += connection.bytes_to_send();
        }
    }
    return events;
}

struct Heard {
    Events events;
    std::string sent;
};

/// Receives the bytes in every cut, expects the same events and answers each time, and gives them.
inline Heard hear(std::string_view bytes, Limits limits = {},
                  const std::optional<DeflateAgreement>& deflate = std::nullopt) {
    Heard whole;
    bool first = true;
    stentor::test::for_each_cut(bytes, [&](const stentor::test::Pieces& pieces) {
        Connection connection(limits, deflate);
        Heard heard;
        heard.events = receive_pieces(connection, pieces, heard.sent);
        if (first) whole = heard;
        first = false;
        EXPECT_EQ(heard.events, whole.events) << "cut after " << pieces.front().size();
        EXPECT_EQ(heard.sent, whole.sent) << "cut after " << pieces.front().size();
    });
    return whole;
}

}  // namespace stentor::websocket::test
