#pragma once

#include "http/request_parser.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::http {

/// Takes the chunked coding off a body (RFC 9112 7.1), byte by byte where it is framing. Extensions are
/// counted and dropped; trailers are checked like header lines and dropped, never merged into the head.
/// Shard-local.
class ChunkedBody {
public:
    explicit ChunkedBody(const Limits& limits) : limits_(limits) {}

    /// Takes bytes off the front of `input`, none past the body's end.
    std::optional<Refusal> read(std::string_view& input);
    [[nodiscard]] bool whole() const { return state_ == State::whole; }
    /// Bytes decoded so far.
    [[nodiscard]] std::size_t size() const { return body_.size(); }
    /// The decoded body; once, when whole.
    [[nodiscard]] std::string take() { return std::move(body_); }

private:
    enum class State { size, extension, size_lf, data, data_cr, data_lf, trailer, whole };

    void read_data(std::string_view& input);
    std::optional<Refusal> read_byte(char c);
    std::optional<Refusal> read_size(char c);
    std::optional<Refusal> read_extension(char c);
    std::optional<Refusal> read_trailer(char c);
    std::optional<Refusal> begin_chunk();
    std::optional<Refusal> end_trailer_line();

    const Limits limits_;
    State state_ = State::size;
    unsigned digits_ = 0;
    std::uint64_t left_ = 0;      ///< of this chunk
    std::size_t extensions_ = 0;  ///< bytes of all extensions
    std::size_t trailer_bytes_ = 0;
    std::string line_;  ///< of the trailer
    std::string body_;
};

}  // namespace stentor::http
