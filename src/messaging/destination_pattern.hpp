#pragma once

#include "stentor/result.hpp"

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::messaging {

/// The `{name}` parts of a pattern with what they stood for in one destination. Views into that destination
/// and into the pattern.
using Variables = std::vector<std::pair<std::string_view, std::string_view>>;

/// A destination with wildcards: `*` stands for exactly one segment, `{name}` for one segment and remembers
/// it, `**` for any number of segments (also none) and may only be last, or be alone. Matching is linear in
/// the destination's length; there is no backtracking. A wildcard stands for a whole segment ("/a*" is
/// refused). Immutable.
///
/// `*` and `{name}` never stand for an empty segment. "/" is the pattern of what is left of a destination
/// that is all prefix, and "**" alone matches any text at all.
class DestinationPattern {
public:
    static Result<DestinationPattern> parse(std::string_view text);
    /// Whether `text` holds a wildcard or a variable at all, well placed or not: a destination that holds
    /// none is its own pattern.
    static bool has_wildcard(std::string_view text);

    [[nodiscard]] bool matches(std::string_view destination) const;
    /// As `matches`, and tells the variables; empty when it does not match.
    [[nodiscard]] std::optional<Variables> match(std::string_view destination) const;

    /// Whether every destination that `other` matches, or "/", is matched by this one.
    [[nodiscard]] bool covers(const DestinationPattern& other) const;
    /// Whether there is a destination that both match.
    [[nodiscard]] bool overlaps(const DestinationPattern& other) const;
    /// What each variable stands for in every destination that `other` matches; nothing where that may
    /// differ. The two overlap.
    using PartlyKnown = std::vector<std::pair<std::string_view, std::optional<std::string_view>>>;
    [[nodiscard]] PartlyKnown match_pattern(const DestinationPattern& other) const;

    [[nodiscard]] const std::string& text() const { return text_; }
    [[nodiscard]] std::vector<std::string_view> variable_names() const;
    [[nodiscard]] bool is_exact() const;

    /// Orders by how specific two patterns are: less = more specific. A literal segment beats `{name}` and
    /// `*`, which beat `**`, decided at the first segment where they differ. Equivalent when no destination
    /// tells them apart by this rule ("/a/{x}" and "/a/{y}", "/a/*").
    [[nodiscard]] static std::weak_ordering compare_specificity(const DestinationPattern&,
                                                                const DestinationPattern&);

private:
    enum class Kind { literal, any, variable, rest };
    struct Segment {
        Kind kind;
        std::string text;  ///< the literal, or the variable's name
    };
    static Result<Segment> parse_segment(std::string_view text);
    [[nodiscard]] bool has_repeated_variable() const;
    /// Its last segment is `**`.
    [[nodiscard]] bool is_open() const { return !segments_.empty() && segments_.back().kind == Kind::rest; }
    /// Segments that have to be there.
    [[nodiscard]] std::size_t depth() const { return segments_.size() - (is_open() ? 1 : 0); }
    /// The place of segment `index` in the order of specificity; past the last one, the place of the end.
    [[nodiscard]] int rank(std::size_t index) const;

    std::string text_;
    std::vector<Segment> segments_;
};

}  // namespace stentor::messaging
