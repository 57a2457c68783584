#include "http_response.hpp"

#include "failure.hpp"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace stentor::bench {
namespace {

/// The line at the front, which is taken with its CR LF.
std::optional<std::string_view> take_line(std::string_view& bytes) {
    const std::size_t end = bytes.find("\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() > 64 * 1024) throw Failure("a line of HTTP came without an end");
        return std::nullopt;
    }
    const std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end + 2);
    return line;
}

std::uint64_t number(std::string_view text, int base) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size())
        throw Failure("HTTP came with the length '" + std::string(text.substr(0, 40)) + "'");
    return value;
}

bool is(std::string_view one, std::string_view other) {
    return one.size() == other.size() && ::strncasecmp(one.data(), other.data(), one.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::optional<HttpResponses::Piece> HttpResponses::next(std::string_view& bytes) {
    while (true) {
        switch (expects_) {
            case Expects::head: return head(bytes);
            case Expects::counted: return counted(bytes, Expects::counted);
            case Expects::chunk:
                if (left_ != 0) return counted(bytes, Expects::chunk);
                expects_ = Expects::chunk_end;
                break;
            case Expects::everything:
                return bytes.empty() ? std::nullopt
                                     : std::optional(Piece{Part::body, std::exchange(bytes, {})});
            case Expects::chunk_size:
            case Expects::chunk_end:
            case Expects::trailer: {
                const auto line = take_line(bytes);
                if (!line) return std::nullopt;
                if (expects_ == Expects::chunk_size) {
                    chunk_size(*line);
                } else if (!line->empty() && expects_ == Expects::chunk_end) {
                    throw Failure("a chunk of HTTP is longer than it said");
                } else if (expects_ == Expects::chunk_end) {
                    expects_ = Expects::chunk_size;
                } else if (line->empty()) {
                    expects_ = Expects::head;
                    return Piece{Part::end, {}};
                }
                break;
            }
        }
    }
}

void HttpResponses::chunk_size(std::string_view line) {
    left_ = number(trimmed(line.substr(0, line.find(';'))), 16);
    expects_ = left_ == 0 ? Expects::trailer : Expects::chunk;
}

std::optional<HttpResponses::Piece> HttpResponses::counted(std::string_view& bytes, Expects then) {
    if (left_ == 0) {
        expects_ = Expects::head;
        return Piece{Part::end, {}};
    }
    if (bytes.empty()) return std::nullopt;
    const Piece piece{Part::body, bytes.substr(0, left_)};
    bytes.remove_prefix(piece.bytes.size());
    left_ -= piece.bytes.size();
    expects_ = then;
    return piece;
}

std::optional<HttpResponses::Piece> HttpResponses::head(std::string_view& bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        if (bytes.size() > 64 * 1024) throw Failure("an HTTP response came without an end to its headers");
        return std::nullopt;
    }
    std::string_view lines = bytes.substr(0, end + 2);
    bytes.remove_prefix(end + 4);
    const std::string_view status = *take_line(lines);
    if (!status.starts_with("HTTP/1.") || status.size() < 12) throw Failure("what came is not HTTP");
    status_ = static_cast<int>(number(status.substr(9, 3), 10));
    read_headers(lines);
    return Piece{Part::head, status};
}

void HttpResponses::read_headers(std::string_view lines) {
    keep_alive_ = true;
    expects_ = Expects::everything;
    left_ = 0;
    while (!lines.empty()) {
        const std::string_view line = *take_line(lines);
        const std::size_t colon = std::min(line.find(':'), line.size());
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trimmed(line.substr(std::min(colon + 1, line.size())));
        if (is(name, "connection") && is(value, "close")) keep_alive_ = false;
        if (is(name, "transfer-encoding") && is(value, "chunked")) expects_ = Expects::chunk_size;
        if (is(name, "content-length")) {
            expects_ = Expects::counted;
            left_ = number(value, 10);
        }
    }
    if (status_ == 204 || status_ == 304) expects_ = Expects::counted;
}

}  // namespace stentor::bench
