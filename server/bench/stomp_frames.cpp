#include "stomp_frames.hpp"

#include "failure.hpp"

#include <charconv>

namespace stentor::bench {
namespace {

constexpr std::size_t max_head = 64 * 1024;

/// Where the head's last line ends and where the body begins.
struct HeadEnd {
    std::size_t head = 0;
    std::size_t body = 0;
};

/// The first empty line, after LF or CR LF. Memory is searched in one go: this runs for every delivery.
std::optional<HeadEnd> find_head_end(std::string_view bytes) {
    for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        if (at + 1 >= bytes.size()) return std::nullopt;
        if (bytes[at + 1] == '\n') return HeadEnd{at, at + 2};
        if (bytes[at + 1] == '\r' && at + 2 < bytes.size() && bytes[at + 2] == '\n')
            return HeadEnd{at, at + 3};
    }
    return std::nullopt;
}

void skip_heart_beats(std::string_view& bytes) {
    while (!bytes.empty() && (bytes.front() == '\n' || bytes.front() == '\r')) bytes.remove_prefix(1);
}

std::string_view without_cr(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// The body's size as announced.
std::optional<std::size_t> content_length(const StompFrame& frame) {
    const std::string_view text = frame.header("content-length");
    if (text.empty()) return std::nullopt;
    std::size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc() || end != text.data() + text.size() || length > max_frame)
        throw Failure("a frame came with content-length:" + std::string(text));
    return length;
}

}  // namespace

std::string_view StompFrame::header(std::string_view name) const {
    for (std::size_t at = headers.find('\n'); at != std::string_view::npos; at = headers.find('\n', at + 1)) {
        const std::string_view line = headers.substr(at + 1);
        if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') continue;
        const std::string_view rest = line.substr(name.size() + 1);
        return without_cr(rest.substr(0, rest.find('\n')));
    }
    return {};
}

std::optional<StompFrame> next_stomp_frame(std::string_view& bytes) {
    skip_heart_beats(bytes);
    const auto end = find_head_end(bytes.substr(0, max_head));
    if (!end) {
        if (bytes.size() >= max_head) throw Failure("a STOMP frame came without an end to its headers");
        return std::nullopt;
    }
    const std::size_t line = bytes.find('\n');
    StompFrame frame{without_cr(bytes.substr(0, line)), bytes.substr(line, end->head - line), {}};
    const auto announced = content_length(frame);
    std::string_view rest = bytes.substr(end->body);
    const std::size_t length = announced ? *announced : rest.find('\0');
    if (length >= rest.size()) {
        if (rest.size() > max_frame) throw Failure("a STOMP frame came without an end");
        return std::nullopt;
    }
    if (rest[length] != '\0') throw Failure("a STOMP frame came whose content-length is not its body's");
    frame.body = rest.substr(0, length);
    bytes = rest.substr(length + 1);
    return frame;
}

std::string describe_error(const StompFrame& error) {
    std::string text(error.header("message"));
    const std::string_view line = error.body.substr(0, error.body.find_first_of("\r\n"));
    if (!line.empty()) text.append(text.empty() ? "" : ": ").append(line.substr(0, 300));
    return text.empty() ? "without a message" : text;
}

}  // namespace stentor::bench
