// Two bytes of settings, then a stream of frames: the decoder must say the same of the stream however it is
// cut, and a frame it gave, written by the encoder, must be read again as the same frame.

#include "stomp/decoder.hpp"
#include "stomp/encoder.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace stentor::stomp;

void expect(bool holds) {
    if (!holds) std::abort();
}

struct OwnedFrame {
    Command command;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    friend bool operator==(const OwnedFrame&, const OwnedFrame&) = default;
};

struct Outcome {
    std::vector<OwnedFrame> frames;
    std::optional<stentor::Error> error;
    std::optional<std::string> failed_receipt;
    bool in_frame = false;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

struct Settings {
    std::optional<Version> version;
    Peer from = Peer::client;
    Limits limits;
};

Settings settings_of(std::uint8_t byte) {
    Settings settings;
    if (byte & 3) settings.version = static_cast<Version>((byte & 3) - 1);
    if (byte & 4) settings.from = Peer::server;
    // Small enough for short inputs to reach them.
    if (byte & 8)
        settings.limits = {.max_header_line = 24, .max_headers = 4, .max_header_bytes = 60, .max_body = 16};
    if (byte & 16) settings.limits.max_first_frame = 40;
    return settings;
}

OwnedFrame own(const Frame& frame) {
    OwnedFrame owned{frame.command, {}, std::string(frame.body)};
    for (const auto& [name, value] : frame.headers) owned.headers.emplace_back(name, value);
    return owned;
}

Outcome decode(const Settings& settings, const std::vector<std::string_view>& pieces) {
    Decoder decoder(settings.limits, settings.from);
    if (settings.version) decoder.set_version(*settings.version);
    Outcome outcome;
    for (const std::string_view piece : pieces) {
        decoder.feed(piece);
        auto next = decoder.next();
        for (; next && *next; next = decoder.next()) outcome.frames.push_back(own(**next));
        if (!next) outcome.error = next.error();
    }
    outcome.failed_receipt = decoder.failed_receipt();
    outcome.in_frame = decoder.in_frame();
    return outcome;
}

/// Pieces whose sizes come from the seed; a seed of zero cuts everywhere.
std::vector<std::string_view> cut(std::string_view stream, std::uint8_t seed) {
    std::vector<std::string_view> pieces;
    for (std::uint32_t state = seed; !stream.empty(); state = state * 1103515245 + 12345) {
        const std::size_t size =
            seed == 0 ? 1 : std::min<std::size_t>(1 + (state >> 16) % (seed + 1u), stream.size());
        pieces.push_back(stream.substr(0, size));
        stream.remove_prefix(size);
    }
    return pieces;
}

void check_written_again(const OwnedFrame& frame, const Settings& settings) {
    OwnedFrame expected = frame;
    std::erase_if(expected.headers, [](const auto& header) { return header.first == "content-length"; });
    std::vector<HeaderView> headers;
    for (const auto& [name, value] : expected.headers) headers.push_back({name, value});
    std::string bytes;
    const Version version = settings.version.value_or(Version::v1_2);
    encode(bytes, version, frame.command, headers, frame.body);

    constexpr std::size_t ample = std::size_t{1} << 40;
    const Settings again{version, settings.from, {32, ample, ample, ample, ample, ample}};
    Outcome outcome = decode(again, {bytes});
    expect(outcome.frames.size() == 1 && !outcome.error && !outcome.in_frame);
    std::erase_if(outcome.frames[0].headers,
                  [](const auto& header) { return header.first == "content-length"; });
    expect(outcome.frames[0] == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const Settings settings = settings_of(data[0]);
    const std::string_view stream(reinterpret_cast<const char*>(data) + 2, size - 2);
    const Outcome whole = decode(settings, {stream});
    expect(whole == decode(settings, cut(stream, data[1])));
    for (const OwnedFrame& frame : whole.frames) check_written_again(frame, settings);
    return 0;
}
