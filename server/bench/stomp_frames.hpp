#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stentor::bench {

/// A server's frame, views into the bytes it was found in.
struct StompFrame {
    std::string_view command;
    std::string_view headers;  ///< lines as they came, with a newline before each and none behind the last
    std::string_view body;

    /// The first header of that name as it stands on the wire; empty when there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// Takes the frame at the front of a STOMP stream, and the heart-beats before it; nothing when it is not all
/// there. Throws Failure where the stream is none.
std::optional<StompFrame> next_stomp_frame(std::string_view& bytes);

/// "message" and the body's first line of an ERROR.
std::string describe_error(const StompFrame& error);

}  // namespace stentor::bench
