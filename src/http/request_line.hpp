#pragma once

#include "http/request_parser.hpp"

#include <optional>
#include <string_view>

namespace stentor::http {

/// Whether a request line, whole or still arriving, is already too long (RFC 9112 3). The answer for a line
/// does not change when more of it arrives.
std::optional<Refusal> request_line_overflow(std::string_view line, const Limits& limits);

/// Reads `method SP target SP version` without its CRLF into method, target and minor_version (RFC 9112 3).
/// The target's form is judged later, when Host is known.
std::optional<Refusal> read_request_line(std::string_view line, Request& request);

/// Reads `name: value` without its CRLF (RFC 9112 5).
std::optional<Refusal> read_field_line(std::string_view line, Fields& fields);

}  // namespace stentor::http
