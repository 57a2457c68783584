#include "http/chunked_body.hpp"

#include "http/grammar.hpp"
#include "http/request_line.hpp"

#include <algorithm>

namespace stentor::http {
namespace {

constexpr unsigned max_size_digits = 16;
constexpr std::size_t max_extensions = 1024;
constexpr std::size_t max_trailers = 4096;

}  // namespace

std::optional<Refusal> ChunkedBody::read(std::string_view& input) {
    while (!input.empty() && state_ != State::whole) {
        if (state_ == State::data) {
            read_data(input);
            continue;
        }
        const char c = input.front();
        input.remove_prefix(1);
        if (auto refusal = read_byte(c)) return refusal;
    }
    return std::nullopt;
}

void ChunkedBody::read_data(std::string_view& input) {
    const std::string_view piece =
        input.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size())));
    body_ += piece;
    left_ -= piece.size();
    input.remove_prefix(piece.size());
    if (left_ == 0) state_ = State::data_cr;
}

std::optional<Refusal> ChunkedBody::read_byte(char c) {
    switch (state_) {
        case State::size: return read_size(c);
        case State::extension: return read_extension(c);
        case State::size_lf:
            if (c != '\n') return Refusal{400, "malformed chunk size"};
            return begin_chunk();
        case State::data_cr:
            if (c != '\r') return Refusal{400, "chunk longer than its size"};
            state_ = State::data_lf;
            return std::nullopt;
        case State::data_lf:
            if (c != '\n') return Refusal{400, "chunk longer than its size"};
            state_ = State::size;
            return std::nullopt;
        case State::trailer: return read_trailer(c);
        case State::data:
        case State::whole: break;
    }
    return std::nullopt;
}

std::optional<Refusal> ChunkedBody::read_size(char c) {
    if (const std::optional<unsigned> digit = hex_value(c)) {
        if (++digits_ > max_size_digits) return Refusal{400, "malformed chunk size"};
        left_ = left_ << 4 | *digit;
        return std::nullopt;
    }
    if (digits_ == 0 || (c != ';' && c != '\r')) return Refusal{400, "malformed chunk size"};
    state_ = c == ';' ? State::extension : State::size_lf;
    return std::nullopt;
}

std::optional<Refusal> ChunkedBody::read_extension(char c) {
    if (c == '\r') {
        state_ = State::size_lf;
        return std::nullopt;
    }
    if (!is_field_value({&c, 1})) return Refusal{400, "malformed chunk extension"};
    if (++extensions_ > max_extensions) return Refusal{400, "chunk extensions too long"};
    return std::nullopt;
}

std::optional<Refusal> ChunkedBody::begin_chunk() {
    constexpr std::uint64_t top_bit = std::uint64_t{1} << 63;
    if (left_ & top_bit) return Refusal{400, "malformed chunk size"};  // negative to whoever reads it signed
    if (left_ > limits_.max_body - body_.size()) return Refusal{413, "body too large"};
    digits_ = 0;
    state_ = left_ == 0 ? State::trailer : State::data;
    return std::nullopt;
}

std::optional<Refusal> ChunkedBody::read_trailer(char c) {
    if (++trailer_bytes_ > max_trailers) return Refusal{431, "trailers too long"};
    if (c != '\n') {
        line_ += c;
        return std::nullopt;
    }
    if (!line_.ends_with('\r')) return Refusal{400, "a line ends with CR LF"};
    line_.pop_back();
    return end_trailer_line();
}

std::optional<Refusal> ChunkedBody::end_trailer_line() {
    if (line_.empty()) {
        state_ = State::whole;
        return std::nullopt;
    }
    Fields dropped;
    auto refusal = read_field_line(line_, dropped);
    line_.clear();
    return refusal;
}

}  // namespace stentor::http
