#include "security/shown_token.hpp"

#include "http/grammar.hpp"

#include <algorithm>
#include <cstddef>

namespace stentor::security {
namespace {

using Shown = Result<std::optional<std::string_view>>;

Shown only_value(std::string_view pairs, char separator, std::string_view name, const char* twice) {
    std::optional<std::string_view> found;
    while (!pairs.empty()) {
        const std::size_t end = std::min(pairs.find(separator), pairs.size());
        const std::string_view pair = pairs.substr(0, end);
        pairs.remove_prefix(std::min(end + 1, pairs.size()));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || http::trim(pair.substr(0, equals)) != name) continue;
        if (found) return Error{Errc::malformed, twice};
        found = http::trim(pair.substr(equals + 1));
    }
    if (found && found->empty()) found.reset();
    return found;
}

}  // namespace

Shown shown_cookie(std::string_view cookies, std::string_view name) {
    return only_value(cookies, ';', name, "the cookie is there twice");
}

Shown shown_parameter(std::string_view query, std::string_view name) {
    return only_value(query, '&', name, "the query parameter is there twice");
}

}  // namespace stentor::security
