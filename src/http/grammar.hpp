#pragma once

#include <optional>
#include <string_view>

namespace stentor::http {

/// The small rules that every field shares (RFC 9110 5.5 and 5.6). Bytes only: no locale takes part.
bool is_token(std::string_view text);
/// A field's value as it may stand on the wire: visible bytes, obs-text, blanks and tabs; no other control
/// character.
bool is_field_value(std::string_view text);
/// `text` without blanks and tabs around it (OWS).
std::string_view trim(std::string_view text);
/// Equal when ASCII letters compare without case.
bool equal_ignoring_case(std::string_view a, std::string_view b);
/// What one hexadecimal digit stands for.
std::optional<unsigned> hex_value(char digit);
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter_or_digit(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Cuts the first item off a comma-separated list, trimmed; empty items are given as empty texts.
std::string_view next_item(std::string_view& list);

}  // namespace stentor::http
