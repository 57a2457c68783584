#pragma once

#include "stomp/frame.hpp"

#include <span>
#include <string>
#include <string_view>

namespace stentor::stomp {

/// Appends one frame to `out`. Names and values are escaped as `version` says (CONNECT, STOMP, CONNECTED
/// never). What a version cannot express is replaced by a blank: line feeds and colons in names where there
/// are no escapes, carriage returns before 1.2, a NUL always. A header without a name is left out.
///
/// `content-length` is added when the body is not empty or the command may carry one (SEND, MESSAGE, ERROR);
/// an entry of that name in `headers` is ignored. Repeated names are written as given.
void encode(std::string& out, Version version, Command command, std::span<const HeaderView> headers,
            std::string_view body = {});

/// Appends `text` escaped for a header of that version.
void append_escaped(std::string& out, Version version, std::string_view text);

}  // namespace stentor::stomp
