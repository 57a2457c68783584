#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace stentor::sockjs {

/// SockJS protocol 0.3.3, "Protocol and framing". Frames without any transport's wrapping.
inline constexpr std::string_view open_frame = "o";
inline constexpr std::string_view heartbeat_frame = "h";

/// `c[code,"reason"]`, the reason JSON-encoded.
std::string close_frame(std::uint16_t code, std::string_view reason);

/// Appends `text` as a JSON string with SockJS's escaping: JSON's own short forms (\" \\ \b \t \n \f \r), and
/// the rest of U+0000-1F, U+007F, U+200C-200F, U+2028-202F, U+2060-206F and U+FFF0-FFFF as lower-case \uXXXX
/// (networks and browsers mangle them: "JSON Unicode Encoding"). Ill-formed UTF-8 becomes \ufffd.
void append_quoted(std::string& out, std::string_view text);

/// As append_quoted, for a string in the source of a script: `<` too is escaped, as \u003c, so that no text
/// ends a page's script element or begins a comment in it.
void append_script_quoted(std::string& out, std::string_view text);

/// `a[...]` around already quoted messages.
void append_message_frame(std::string& out, std::span<const std::string_view> quoted);

}  // namespace stentor::sockjs
