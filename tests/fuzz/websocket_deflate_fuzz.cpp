#include "websocket/connection.hpp"
#include "websocket/deflater.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

using namespace stentor::websocket;

constexpr std::size_t longest = 4096;  // of an input: shorter than every limit on the wire

void require(bool condition) {
    if (!condition) std::abort();
}

/// A client's frame under a key of zeros, which leaves the payload as it is.
void append_client_frame(std::string& out, unsigned first_byte, std::string_view payload) {
    out += static_cast<char>(first_byte);
    if (payload.size() < 126) {
        out += static_cast<char>(0x80 | payload.size());
    } else {
        out += '\xFE';
        out += static_cast<char>(payload.size() >> 8);
        out += static_cast<char>(payload.size());
    }
    out.append(4, '\0').append(payload);
}

/// A compressed message in fragments of that size.
void append_message(std::string& out, Opcode opcode, std::string_view payload, std::size_t fragment) {
    unsigned first_byte = 0x40 | static_cast<unsigned>(opcode);
    while (payload.size() > fragment) {
        append_client_frame(out, first_byte, payload.substr(0, fragment));
        payload.remove_prefix(fragment);
        first_byte = 0;
    }
    append_client_frame(out, first_byte | 0x80, payload);
}

struct Case {
    Limits limits;
    DeflateAgreement agreement;
    Opcode opcode = Opcode::text;
    std::vector<std::string_view> payloads;
};

/// All events, the frames cut into fragments of one size and received in pieces of another. Each piece is a
/// block of its own, so that a sanitizer sees any use after it.
std::vector<Event> events_of(const Case& tried, std::size_t fragment, std::size_t piece,
                             std::vector<std::string>& kept) {
    std::string bytes;
    for (std::string_view payload : tried.payloads) append_message(bytes, tried.opcode, payload, fragment);
    Connection connection(tried.limits, tried.agreement);
    std::vector<Event> events;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        std::string part(bytes, at, piece);
        connection.receive(part);
        while (auto event = connection.next_event()) {
            const auto* text = std::get_if<Text>(&*event);
            const auto* binary = std::get_if<Binary>(&*event);
            if (text != nullptr) kept.emplace_back(text->payload);
            if (binary != nullptr) kept.emplace_back(binary->payload);
            if (text == nullptr && binary == nullptr) events.push_back(std::move(*event));
        }
    }
    return events;
}

/// The messages and what ended the connection must not depend on fragments and pieces.
void compare_cuts(const Case& tried, std::size_t fragment, std::size_t piece) {
    std::vector<std::string> whole;
    std::vector<std::string> cut;
    const auto whole_events = events_of(tried, longest, std::size_t{1} << 20, whole);
    require(events_of(tried, fragment, piece, cut) == whole_events);
    require(cut == whole);
    for (const std::string& message : whole) require(message.size() <= tried.limits.max_message);
}

/// What a client compresses is read as it was.
void compare_round_trip(const Case& tried, bool takeover, std::size_t fragment, std::size_t piece) {
    Case sent = tried;
    sent.opcode = Opcode::binary;
    sent.limits.max_message = longest;
    Deflater client({.window_bits = std::max(9, tried.agreement.client_window_bits),
                     .context_takeover = takeover,
                     .level = 1 + static_cast<int>(piece % 9)});
    std::vector<std::string> compressed;
    for (std::string_view message : tried.payloads) compressed.push_back(client.compress(message));
    sent.payloads.assign(compressed.begin(), compressed.end());
    std::vector<std::string> read;
    require(events_of(sent, fragment, piece, read).empty());
    require(std::equal(read.begin(), read.end(), tried.payloads.begin(), tried.payloads.end()));
}

}  // namespace

/// The first four bytes tell the size of the fragments, that of the pieces, the agreement and limits, and
/// where the rest is cut into two messages.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 4 || size > longest) return 0;
    const std::size_t fragment = 1 + data[0];
    const std::size_t piece = 1 + data[1];
    const bool takeover = data[2] & 8;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 4, size - 4);
    const std::size_t first = rest.size() * data[3] / 255;
    const Case tried{{.max_message = data[2] & 16 ? std::size_t{5000} : std::size_t{1} << 20,
                      .max_fragments = 2 * longest},
                     {true, !takeover, 15, 8 + data[2] % 8},
                     data[2] & 32 ? Opcode::binary : Opcode::text,
                     {rest.substr(0, first), rest.substr(first)}};
    compare_cuts(tried, fragment, piece);
    compare_round_trip(tried, takeover, fragment, piece);
    return 0;
}
