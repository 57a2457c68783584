#pragma once

#include "stentor/result.hpp"

#include <string_view>

namespace stentor::messaging {

/// Limits of a destination's shape; the defaults are the documented ones.
struct DestinationLimits {
    std::size_t max_bytes = 255;
    std::size_t max_segments = 16;
};

/// A destination clients may name: begins with '/', valid UTF-8, no control character, no empty, "." or ".."
/// segment, within the limits. It is never normalised or percent-decoded, so routing and access rules see the
/// same bytes.
Result<void> check_destination(std::string_view destination, const DestinationLimits& limits = {});

/// Segment-aware: "/topic" is a prefix of "/topic" and "/topic/x", never of "/topicX". A trailing '/' in
/// `prefix` is ignored.
inline bool has_prefix(std::string_view destination, std::string_view prefix) {
    if (prefix.ends_with('/')) prefix.remove_suffix(1);
    const bool ends = destination.size() == prefix.size() ||
                      (destination.size() > prefix.size() && destination[prefix.size()] == '/');
    return ends && destination.starts_with(prefix);  // the cheaper question first
}

/// What follows `prefix`, which `destination` has, with its leading '/': "/app/hello" without "/app" is
/// "/hello", "/app" alone gives "/".
std::string_view without_prefix(std::string_view destination, std::string_view prefix);

/// Takes the next segment off `rest` ("/a/b" -> "a", rest "/b"). Call while `rest` is not empty.
std::string_view next_segment(std::string_view& rest);

}  // namespace stentor::messaging
