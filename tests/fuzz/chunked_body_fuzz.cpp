// A chunked body: the verdict and the bytes must not depend on the cut, and agree with a decoder that is slow
// and plain.
#include "http/chunked_body.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using stentor::http::ChunkedBody;
using stentor::http::Limits;

constexpr Limits limits{.max_body = 300};

void require(bool holds) {
    if (!holds) std::abort();
}

struct Verdict {
    int status = 0;  ///< of the refusal; 200 when whole, 0 when more is needed
    std::string body;
    std::string rest;
    friend bool operator==(const Verdict&, const Verdict&) = default;
};

Verdict decode(std::string_view bytes, std::size_t piece) {
    ChunkedBody chunks(limits);
    while (!bytes.empty() && !chunks.whole()) {
        const std::string part(bytes.substr(0, piece));  // a block of its own, for the sanitizer
        std::string_view input = part;
        if (const auto refusal = chunks.read(input)) return {refusal->status, {}, {}};
        require(input.empty() || chunks.whole());
        require(chunks.size() <= limits.max_body);
        bytes.remove_prefix(part.size() - input.size());
    }
    if (!chunks.whole()) return {};
    return {200, chunks.take(), std::string(bytes)};
}

std::optional<std::string_view> take_line(std::string_view& bytes) {
    const std::size_t end = bytes.find("\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    return line;
}

/// The body, if these bytes begin with a whole one without extensions and trailers.
std::optional<std::string> plain_decode(std::string_view bytes) {
    std::string body;
    for (;;) {
        const auto line = take_line(bytes);
        if (!line || line->empty() || line->size() > 16 ||
            line->find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
            return std::nullopt;
        const std::size_t size = std::stoull(std::string(*line), nullptr, 16);
        if (size > limits.max_body - body.size()) return std::nullopt;
        if (size == 0) return bytes.starts_with("\r\n") ? std::optional(body) : std::nullopt;
        if (bytes.size() < size + 2 || bytes.substr(size, 2) != "\r\n") return std::nullopt;
        body += bytes.substr(0, size);
        bytes.remove_prefix(size + 2);
    }
}

}  // namespace

/// The first byte tells the size of the pieces.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Verdict whole = decode(bytes, std::max<std::size_t>(bytes.size(), 1));
    require(decode(bytes, 1 + data[0]) == whole);
    require(decode(bytes, 1) == whole);
    if (const auto body = plain_decode(bytes)) require(whole.status == 200 && whole.body == *body);
    return 0;
}
