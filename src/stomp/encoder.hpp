#pragma once

#include "stomp/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace stentor::stomp {

/// One frame to be written, measured first, so that it can be written into memory of just its size. Names and
/// values are escaped as `version` says (CONNECT, STOMP, CONNECTED never). What a version cannot express is
/// replaced by a blank: line feeds and colons in names where there are no escapes, carriage returns before
/// 1.2, a NUL always. A header without a name is left out.
///
/// `content-length` is added when the body is not empty or the command may carry one (SEND, MESSAGE, ERROR);
/// an entry of that name in `headers` is ignored. Repeated names are written as given.
///
/// Refers to what it was made of. A value.
class Encoder {
public:
    Encoder(Version version, Command command, std::span<const HeaderView> headers,
            std::string_view body = {});

    [[nodiscard]] std::size_t size() const { return size_; }
    /// Writes size() bytes.
    void write(char* out) const;

private:
    [[nodiscard]] bool is_plain(std::size_t header) const {
        return header < 64 && (plain_ >> header & 1) != 0;
    }

    Version escapes_;
    Command command_;
    std::span<const HeaderView> headers_;
    std::string_view body_;
    std::uint64_t plain_ = 0;  ///< bits of those of the first headers that are written as they are
    std::size_t size_ = 0;
};

/// Appends one frame to `out`.
void encode(std::string& out, Version version, Command command, std::span<const HeaderView> headers,
            std::string_view body = {});

/// Appends `text` escaped for a header of that version.
void append_escaped(std::string& out, Version version, std::string_view text);

}  // namespace stentor::stomp
