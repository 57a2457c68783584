#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::messaging::test {

using Segments = std::vector<std::string>;
using OwnedVariables = std::vector<std::pair<std::string, std::string>>;

/// "/a/b" is {a, b}, "/" is nothing.
inline Segments split(std::string_view text) {
    Segments segments;
    if (text == "/") return segments;
    while (!text.empty()) {
        text.remove_prefix(1);
        segments.emplace_back(text.substr(0, text.find('/')));
        text.remove_prefix(segments.back().size());
    }
    return segments;
}

/// The rules of DestinationPattern as slow as they can be said: `**` tries every number of segments.
inline bool naive_match(const Segments& pattern, std::size_t p, const Segments& destination, std::size_t d,
                        OwnedVariables& variables) {
    if (p == pattern.size()) return d == destination.size();
    const std::string& wanted = pattern[p];
    if (wanted == "**") {
        for (std::size_t rest = d; rest <= destination.size(); ++rest)
            if (naive_match(pattern, p + 1, destination, rest, variables)) return true;
        return false;
    }
    if (d == destination.size()) return false;
    const bool variable = wanted.size() > 2 && wanted.front() == '{';
    if (variable || wanted == "*") {
        if (destination[d].empty()) return false;
    } else if (wanted != destination[d]) {
        return false;
    }
    if (variable) variables.emplace_back(wanted.substr(1, wanted.size() - 2), destination[d]);
    return naive_match(pattern, p + 1, destination, d + 1, variables);
}

/// For a pattern that was accepted and any destination; the variables when it matches.
inline std::optional<OwnedVariables> naive_match(std::string_view pattern, std::string_view destination) {
    OwnedVariables variables;
    if (pattern == "**") return variables;
    if (!destination.starts_with('/')) return std::nullopt;
    if (!naive_match(split(pattern), 0, split(destination), 0, variables)) return std::nullopt;
    return variables;
}

}  // namespace stentor::messaging::test
