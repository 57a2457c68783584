#include "controller/route_conflicts.hpp"

#include "messaging/destination.hpp"

namespace stentor::controller {
namespace {

using messaging::DestinationPattern;

std::string_view segments_of(const DestinationPattern& pattern) {
    return pattern.text() == "/" ? std::string_view() : std::string_view(pattern.text());
}

/// Of equally specific patterns: they have wildcards at the same places, so they share destinations unless a
/// literal differs.
bool share_a_destination(const DestinationPattern& a, const DestinationPattern& b) {
    std::string_view rest_a = segments_of(a);
    std::string_view rest_b = segments_of(b);
    while (!rest_a.empty() && !rest_b.empty()) {
        const std::string_view segment_a = messaging::next_segment(rest_a);
        const std::string_view segment_b = messaging::next_segment(rest_b);
        if (!DestinationPattern::has_wildcard(segment_a) && segment_a != segment_b) return false;
    }
    return rest_a.empty() && rest_b.empty();
}

}  // namespace

bool are_ambiguous(const DestinationPattern& a, const DestinationPattern& b) {
    return DestinationPattern::compare_specificity(a, b) == 0 && share_a_destination(a, b);
}

}  // namespace stentor::controller
