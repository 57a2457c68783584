#include "messaging/destination.hpp"

#include "base/eight_bytes.hpp"
#include "base/utf8.hpp"

#include <algorithm>
#include <cassert>
#include <string>

namespace stentor::messaging {

namespace {

/// Whether its bytes are ASCII and none of them a control character.
bool is_plain(std::string_view text) {
    using namespace base::eight_bytes;
    return marks_of(text,
                    [](Word word) { return below(word, 0x20) | equal(word, 0x7f) | not_ascii(word); }) == 0;
}

/// C0, DEL and, in their UTF-8 form, C1.
bool has_control(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x20 || c == 0x7f) return true;
        if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return true;
    }
    return false;
}

std::string_view without_last_slash(std::string_view prefix) {
    if (prefix.ends_with('/')) prefix.remove_suffix(1);
    return prefix;
}

/// It begins with '/', and does not end so.
Result<void> check_segments(std::string_view destination, std::size_t max_segments) {
    std::size_t count = 0;
    std::size_t begin = 1;
    for (std::size_t at = 1; at <= destination.size(); ++at) {
        if (at != destination.size() && destination[at] != '/') continue;
        const std::string_view segment = destination.substr(begin, at - begin);
        if (segment.empty()) return Error{Errc::malformed, "the destination has an empty segment"};
        if (segment == "." || segment == "..")
            return Error{Errc::malformed, "the destination has a '.' or '..' segment"};
        if (++count > max_segments)
            return Error{Errc::too_large,
                         "the destination has more than " + std::to_string(max_segments) + " segments"};
        begin = at + 1;
    }
    return {};
}

}  // namespace

Result<void> check_destination(std::string_view destination, const DestinationLimits& limits) {
    if (destination.size() > limits.max_bytes)
        return Error{Errc::too_large,
                     "the destination is longer than " + std::to_string(limits.max_bytes) + " bytes"};
    if (!destination.starts_with('/'))
        return Error{Errc::malformed, "the destination does not begin with '/'"};
    if (destination.ends_with('/')) return Error{Errc::malformed, "the destination has an empty segment"};
    if (!is_plain(destination)) {
        if (!base::is_utf8(destination)) return Error{Errc::malformed, "the destination is not UTF-8"};
        if (has_control(destination))
            return Error{Errc::malformed, "the destination has a control character"};
    }
    return check_segments(destination, limits.max_segments);
}

std::string_view without_prefix(std::string_view destination, std::string_view prefix) {
    assert(has_prefix(destination, prefix));
    const std::string_view rest = destination.substr(without_last_slash(prefix).size());
    return rest.empty() ? "/" : rest;
}

std::string_view next_segment(std::string_view& rest) {
    assert(!rest.empty());
    if (rest.starts_with('/')) rest.remove_prefix(1);
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(segment.size());
    return segment;
}

}  // namespace stentor::messaging
