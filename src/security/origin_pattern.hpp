#pragma once

#include "security/web_origin.hpp"

#include <optional>
#include <string_view>

namespace stentor::security {

/// Many origins in one: `https://*.example.com` is every host below example.com (one label or more, not
/// example.com itself), `http://localhost:*` every port. Scheme and everything else compare exactly.
/// Immutable.
class OriginPattern {
public:
    /// Empty when `text` is no such pattern. An origin without `*` is one too.
    static std::optional<OriginPattern> parse(std::string_view text);

    [[nodiscard]] bool matches(const WebOrigin& origin) const;

private:
    WebOrigin origin_;  ///< without what the wildcards stand for
    bool any_subdomain_ = false;
    bool any_port_ = false;
};

}  // namespace stentor::security
