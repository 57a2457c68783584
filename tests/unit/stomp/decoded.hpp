#pragma once

#include "stomp/decoder.hpp"
#include "support/cuts.hpp"

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::stomp::test {

using namespace std::string_view_literals;

/// A Frame that owns what it holds.
struct OwnedFrame {
    Command command;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;

    explicit OwnedFrame(const Frame& frame) : command(frame.command), body(frame.body) {
        for (const auto& [name, value] : frame.headers) headers.emplace_back(name, value);
    }
    OwnedFrame(Command c, std::vector<std::pair<std::string, std::string>> h, std::string_view b = {})
        : command(c), headers(std::move(h)), body(b) {}
    friend bool operator==(const OwnedFrame&, const OwnedFrame&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const OwnedFrame& frame) {
    out << to_string(frame.command);
    for (const auto& [name, value] : frame.headers)
        out << " " << ::testing::PrintToString(name) << ":" << ::testing::PrintToString(value);
    return out << " body " << ::testing::PrintToString(frame.body);
}

/// All that came out of some bytes: the frames, how it ended, and what the decoder says of itself then.
struct Decoded {
    std::vector<OwnedFrame> frames = {};
    std::optional<Error> error = {};
    std::optional<std::string> failed_receipt = {};
    bool in_frame = false;

    friend bool operator==(const Decoded&, const Decoded&) = default;
};

inline std::ostream& operator<<(std::ostream& out, const Decoded& decoded) {
    out << "frames " << ::testing::PrintToString(decoded.frames);
    if (decoded.error) out << " error " << to_string(decoded.error->code) << ": " << decoded.error->message;
    if (decoded.failed_receipt) out << " receipt " << *decoded.failed_receipt;
    return out << (decoded.in_frame ? " in a frame" : "");
}

struct Reading {
    std::optional<Version> version = Version::v1_2;  ///< agreed beforehand; empty: not yet agreed
    Limits limits = {};
    Peer from = Peer::client;
};

inline Decoded decode_pieces(stentor::test::Pieces pieces, const Reading& reading) {
    Decoder decoder(reading.limits, reading.from);
    if (reading.version) decoder.set_version(*reading.version);
    Decoded all;
    for (const std::string_view piece : pieces) {
        decoder.feed(piece);
        for (;;) {
            const auto next = decoder.next();
            if (!next) all.error = next.error();
            if (!next || !*next) break;
            all.frames.emplace_back(**next);
        }
    }
    all.failed_receipt = decoder.failed_receipt();
    all.in_frame = decoder.in_frame();
    return all;
}

/// Decodes all at once, byte by byte and cut at each place; the same comes out each time.
inline Decoded decode(std::string_view bytes, const Reading& reading = {}) {
    return stentor::test::same_for_every_cut(
        bytes, [&](stentor::test::Pieces pieces) { return decode_pieces(pieces, reading); });
}

inline Decoded frames(std::vector<OwnedFrame> some) { return {.frames = std::move(some)}; }
/// A frame has begun and is not whole.
inline Decoded waiting() { return {.in_frame = true}; }
inline Decoded failure(Errc code, std::string message) { return {.error = Error{code, std::move(message)}}; }
inline Decoded malformed(std::string message) { return failure(Errc::malformed, std::move(message)); }
inline Decoded too_large(std::string message) { return failure(Errc::too_large, std::move(message)); }

}  // namespace stentor::stomp::test
