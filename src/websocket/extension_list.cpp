#include "websocket/extension_list.hpp"

#include "http/grammar.hpp"

#include <algorithm>

namespace stentor::websocket {
namespace {

/// Cuts `text` before the first `mark` that is not within a quoted-string (RFC 9110 5.6.4).
std::string_view next_part(std::string_view& text, char mark) {
    bool quoted = false;
    std::size_t at = 0;
    for (; at < text.size() && (quoted || text[at] != mark); ++at) {
        if (text[at] == '"') quoted = !quoted;
        if (text[at] == '\\' && quoted && at + 1 < text.size()) ++at;
    }
    const std::string_view part = http::trim(text.substr(0, at));
    text.remove_prefix(std::min(at + 1, text.size()));
    return part;
}

/// What a quoted-string stands for; empty when it does not end, or ends too early.
std::optional<std::string> unquote(std::string_view text) {
    std::string value;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '"') return at + 1 == text.size() ? std::optional(value) : std::nullopt;
        if (text[at] == '\\' && ++at == text.size()) break;
        value += text[at];
    }
    return std::nullopt;
}

/// RFC 6455 9.1: when quoted, what is within the quotes is a token as well.
std::optional<ExtensionParameter> parse_parameter(std::string_view text) {
    const std::size_t equals = text.find('=');
    ExtensionParameter parameter{http::trim(text.substr(0, equals)), std::nullopt};
    if (!http::is_token(parameter.name)) return std::nullopt;
    if (equals == std::string_view::npos) return parameter;
    const std::string_view value = http::trim(text.substr(equals + 1));
    parameter.value = value.starts_with('"') ? unquote(value) : std::string(value);
    if (!parameter.value || !http::is_token(*parameter.value)) return std::nullopt;
    return parameter;
}

}  // namespace

std::string_view next_extension(std::string_view& list) { return next_part(list, ','); }

std::optional<Extension> parse_extension(std::string_view text) {
    text = http::trim(text);
    // A last `;` with nothing after it is one parameter too few: cutting parts would not see it.
    if (text.ends_with(';')) return std::nullopt;
    Extension extension{next_part(text, ';'), {}};
    if (!http::is_token(extension.name)) return std::nullopt;
    while (!text.empty()) {
        auto parameter = parse_parameter(next_part(text, ';'));
        if (!parameter) return std::nullopt;
        extension.parameters.push_back(std::move(*parameter));
    }
    return extension;
}

}  // namespace stentor::websocket
