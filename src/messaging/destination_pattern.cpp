#include "messaging/destination_pattern.hpp"

#include "messaging/destination.hpp"

#include <algorithm>
#include <limits>

namespace stentor::messaging {

namespace {

constexpr std::string_view special = "*{}";

Error refused(const char* why) { return {Errc::malformed, std::string("the pattern ") + why}; }

// A pattern comes from the program, or from a client whose destination was checked against its limits.
constexpr DestinationLimits any_size{std::numeric_limits<std::size_t>::max(),
                                     std::numeric_limits<std::size_t>::max()};

}  // namespace

Result<DestinationPattern> DestinationPattern::parse(std::string_view text) {
    DestinationPattern pattern;
    pattern.text_ = text;
    if (text == "/") return pattern;
    if (text != "**")
        if (const Result<void> shape = check_destination(text, any_size); !shape) return shape.error();
    for (std::string_view rest = text; !rest.empty();) {
        Result<Segment> segment = parse_segment(next_segment(rest));
        if (!segment) return segment.error();
        if (segment->kind == Kind::rest && !rest.empty()) return refused("has '**' before its end");
        pattern.segments_.push_back(std::move(*segment));
    }
    if (pattern.has_repeated_variable()) return refused("has two variables of one name");
    return pattern;
}

auto DestinationPattern::parse_segment(std::string_view text) -> Result<Segment> {
    if (text == "*") return Segment{Kind::any, {}};
    if (text == "**") return Segment{Kind::rest, {}};
    if (!has_wildcard(text)) return Segment{Kind::literal, std::string(text)};
    if (text.size() < 3 || text.front() != '{' || text.back() != '}')
        return refused("has a wildcard that is not a whole segment");
    const std::string_view name = text.substr(1, text.size() - 2);
    if (name.find(':') != name.npos) return refused("has a variable with an expression");
    if (has_wildcard(name)) return refused("has a variable whose name holds '*', '{' or '}'");
    return Segment{Kind::variable, std::string(name)};
}

bool DestinationPattern::has_wildcard(std::string_view text) {
    return text.find_first_of(special) != std::string_view::npos;
}

bool DestinationPattern::has_repeated_variable() const {
    std::vector<std::string_view> names = variable_names();
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) != names.end();
}

bool DestinationPattern::matches(std::string_view destination) const {
    if (is_exact()) return destination == text_;
    if (text_ == "**") return true;
    if (!destination.starts_with('/')) return false;
    std::string_view rest = destination == "/" ? std::string_view() : destination;
    for (const Segment& segment : segments_) {
        if (segment.kind == Kind::rest) return true;
        if (rest.empty()) return false;
        const std::string_view found = next_segment(rest);
        if (segment.kind == Kind::literal ? found != segment.text : found.empty()) return false;
    }
    return rest.empty();
}

std::optional<Variables> DestinationPattern::match(std::string_view destination) const {
    if (!matches(destination)) return std::nullopt;
    Variables variables;
    std::string_view rest = destination;
    for (const Segment& segment : segments_) {
        if (segment.kind == Kind::rest) break;
        const std::string_view found = next_segment(rest);
        if (segment.kind == Kind::variable) variables.emplace_back(segment.text, found);
    }
    return variables;
}

/// `**` alone matches what is no destination, too, and so does nothing else.
bool DestinationPattern::covers(const DestinationPattern& other) const {
    if (text_ == "**" || other.text_ == "**") return text_ == "**";
    if (is_open() ? depth() > other.depth() : other.is_open() || depth() != other.depth()) return false;
    for (std::size_t i = 0; i < depth(); ++i)
        if (segments_[i].kind == Kind::literal &&
            (other.segments_[i].kind != Kind::literal || other.segments_[i].text != segments_[i].text))
            return false;
    return true;
}

bool DestinationPattern::overlaps(const DestinationPattern& other) const {
    if (text_ == "**" || other.text_ == "**") return true;
    if (depth() < other.depth() && !is_open()) return false;
    if (other.depth() < depth() && !other.is_open()) return false;
    for (std::size_t i = 0; i < std::min(depth(), other.depth()); ++i)
        if (segments_[i].kind == Kind::literal && other.segments_[i].kind == Kind::literal &&
            segments_[i].text != other.segments_[i].text)
            return false;
    return true;
}

DestinationPattern::PartlyKnown DestinationPattern::match_pattern(const DestinationPattern& other) const {
    PartlyKnown variables;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
        if (segments_[i].kind != Kind::variable) continue;
        std::optional<std::string_view> found;
        if (i < other.depth() && other.segments_[i].kind == Kind::literal) found = other.segments_[i].text;
        variables.emplace_back(segments_[i].text, found);
    }
    return variables;
}

std::vector<std::string_view> DestinationPattern::variable_names() const {
    std::vector<std::string_view> names;
    for (const Segment& segment : segments_)
        if (segment.kind == Kind::variable) names.emplace_back(segment.text);
    return names;
}

bool DestinationPattern::is_exact() const {
    return std::all_of(segments_.begin(), segments_.end(),
                       [](const Segment& segment) { return segment.kind == Kind::literal; });
}

int DestinationPattern::rank(std::size_t index) const {
    // "/a" is more specific than "/a/**", which also takes "/a".
    constexpr int end = 2;
    if (index >= segments_.size()) return end;
    switch (segments_[index].kind) {
        case Kind::literal: return 0;
        case Kind::any:
        case Kind::variable: return 1;
        case Kind::rest: return 3;
    }
    return end;
}

std::weak_ordering DestinationPattern::compare_specificity(const DestinationPattern& a,
                                                           const DestinationPattern& b) {
    const std::size_t longest = std::max(a.segments_.size(), b.segments_.size());
    for (std::size_t i = 0; i < longest; ++i)
        if (const auto order = a.rank(i) <=> b.rank(i); order != 0) return order;
    return std::weak_ordering::equivalent;
}

}  // namespace stentor::messaging
