#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::sockjs {

/// Reads the part of JSON (RFC 8259) that SockJS bodies are made of: strings and single structural
/// characters, with blanks before each. The text must be well-formed UTF-8 and outlive the scanner. Never
/// nests, so no input can make it recurse. Shard-local.
class JsonScanner {
public:
    explicit JsonScanner(std::string_view text) : rest_(text) {}

    /// Whether the next character is `structural`; stays before it.
    [[nodiscard]] bool sees(char structural);
    /// As `sees`, and steps over it.
    [[nodiscard]] bool accept(char structural);
    /// The next value if it is a well-formed string (RFC 8259 7), with its escapes decoded.
    [[nodiscard]] std::optional<std::string> string();
    /// Whether only blanks are left.
    [[nodiscard]] bool at_end();

private:
    void skip_blanks();
    [[nodiscard]] bool escape(std::string& out);
    [[nodiscard]] bool unicode_escape(std::string& out);
    [[nodiscard]] std::optional<std::uint32_t> hex4();

    std::string_view rest_;
};

}  // namespace stentor::sockjs
