#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::bench {

/// HTTP/1.1 responses of one connection, one after the other. Shard-local.
class HttpResponses {
public:
    enum class Part { head, body, end };
    struct Piece {
        Part part = Part::body;
        std::string_view bytes = {};  ///< of a head: the status line
    };

    /// Takes what is at the front of `bytes`; nothing when more has to come first. Throws Failure at what is
    /// no response.
    std::optional<Piece> next(std::string_view& bytes);

    [[nodiscard]] int status() const { return status_; }
    /// Whether another request may follow the response that began last.
    [[nodiscard]] bool keep_alive() const { return keep_alive_; }

private:
    enum class Expects { head, chunk_size, chunk, chunk_end, trailer, counted, everything };

    std::optional<Piece> head(std::string_view& bytes);
    std::optional<Piece> counted(std::string_view& bytes, Expects then);
    void chunk_size(std::string_view line);
    void read_headers(std::string_view lines);

    Expects expects_ = Expects::head;
    std::uint64_t left_ = 0;
    int status_ = 0;
    bool keep_alive_ = true;
};

}  // namespace stentor::bench
