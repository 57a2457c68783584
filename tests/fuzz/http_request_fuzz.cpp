#include "http/request_parser.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace {

using stentor::http::Limits;
using stentor::http::Request;
using stentor::http::RequestParser;

constexpr Limits small_limits{
    .max_head = 600, .max_line = 200, .max_target = 100, .max_fields = 8, .max_body = 300};

void append(std::string& out, const Request& request) {
    for (const std::string* part : {&request.method, &request.target, &request.path, &request.raw_path,
                                    &request.query, &request.body}) {
        out += *part + '\n';
    }
    for (const auto& field : request.fields) out += field.name + ':' + field.value + '\n';
    out += std::to_string(request.minor_version) + (request.keep_alive ? "k\n" : "c\n");
}

/// Takes what the parser has; false after a refusal.
bool take(RequestParser& parser, std::string& out) {
    for (;;) {
        const auto result = parser.next();
        if (result.has_error()) {
            out += std::to_string(result.error().status) + result.error().reason;
            return false;
        }
        if (!*result) return true;
        append(out, **result);
    }
}

/// All that a parser makes of the bytes, fed in pieces of that size.
std::string transcript(std::string_view bytes, std::size_t piece, Limits limits) {
    RequestParser parser(limits);
    std::string out;
    for (bool good = true; good && !bytes.empty();) {
        parser.feed(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
        good = take(parser, out);
    }
    return out + (parser.in_request() ? "open" : "done") + parser.take_rest();
}

}  // namespace

/// The first byte tells the size of the pieces and the limits: the outcome must not depend on the cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = 1 + (data[0] & 0x7F);
    const Limits limits = data[0] & 0x80 ? small_limits : Limits{};
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (transcript(bytes, piece, limits) != transcript(bytes, std::max<std::size_t>(bytes.size(), 1), limits))
        std::abort();
    return 0;
}
