#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::websocket {

struct ExtensionParameter {
    std::string_view name;
    std::optional<std::string> value;  ///< without its quotes
    friend bool operator==(const ExtensionParameter&, const ExtensionParameter&) = default;
};

struct Extension {
    std::string_view name;
    std::vector<ExtensionParameter> parameters;
    friend bool operator==(const Extension&, const Extension&) = default;
};

/// Cuts the first element off a Sec-WebSocket-Extensions value, trimmed; a comma within quotes cuts nothing.
std::string_view next_extension(std::string_view& list);

/// One element of the list (RFC 6455 9.1); empty when it breaks the grammar. `text` must outlive it.
std::optional<Extension> parse_extension(std::string_view text);

}  // namespace stentor::websocket
