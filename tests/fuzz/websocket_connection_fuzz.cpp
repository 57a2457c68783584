#include "websocket/connection.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace stentor::websocket;

void append(std::string& out, const Event& event) {
    struct Appender {
        std::string& out;
        void operator()(const Text& e) const { out.append("text:").append(e.payload); }
        void operator()(const Binary& e) const { out.append("binary:").append(e.payload); }
        void operator()(const Ping& e) const { out.append("ping:").append(e.payload); }
        void operator()(const Pong& e) const { out.append("pong:").append(e.payload); }
        void operator()(const Closed& e) const {
            out += "closed:" + std::to_string(e.code) + e.reason + (e.by_peer ? "peer" : "us");
        }
    };
    std::visit(Appender{out}, event);
    out += '\n';
}

/// All events and answers, the bytes received in pieces of that size. Each piece is a block of its own, so
/// that a sanitizer sees any use after it; with `keeps` the rest of it is kept after each event, and it is
/// overwritten.
std::string transcript(std::string_view bytes, std::size_t piece, Limits limits, bool close_first,
                       bool keeps = false) {
    Connection connection(limits);
    std::string out;
    if (close_first) connection.close(1001, "bye");
    while (!bytes.empty()) {
        std::string part(bytes.substr(0, piece));
        bytes.remove_prefix(part.size());
        connection.receive(part);
        while (const auto event = connection.next_event()) {
            append(out, *event);
            out += connection.bytes_to_send();
            if (!keeps) continue;
            connection.keep_unread();
            part.assign(part.size(), '\0');
        }
    }
    return out + (connection.closing() ? "closing" : "open") + connection.bytes_to_send();
}

}  // namespace

/// The first byte tells the size of the pieces, the second the limits and whether we close first: the outcome
/// must not depend on the cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t piece = 1 + data[0];
    const Limits limits = data[1] & 1 ? Limits{.max_message = 40, .max_fragments = 3} : Limits{};
    const bool close_first = data[1] & 2;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    const std::string whole = transcript(bytes, std::max<std::size_t>(bytes.size(), 1), limits, close_first);
    if (transcript(bytes, piece, limits, close_first) != whole) std::abort();
    if (transcript(bytes, piece, limits, close_first, true) != whole) std::abort();
    return 0;
}
