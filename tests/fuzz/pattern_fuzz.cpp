// Two patterns and a destination, split at zero bytes: what DestinationPattern says of the patterns must hold
// for that destination and for those made of the patterns themselves.

#include "messaging/destination.hpp"
#include "messaging/destination_pattern.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace stentor::messaging;

void expect(bool holds) {
    if (!holds) std::abort();
}

std::string_view take(std::string_view& input) {
    const std::string_view part = input.substr(0, input.find('\0'));
    input.remove_prefix(std::min(part.size() + 1, input.size()));
    return part;
}

/// A destination that the pattern matches: its wildcards are `made`, and `**` is `more` of them.
std::string witness(std::string_view pattern, std::string_view made, std::size_t more) {
    std::string destination;
    while (!pattern.empty()) {
        const std::string_view segment = next_segment(pattern);
        if (segment == "**")
            for (; more > 0; --more) destination.append("/").append(made);
        else destination.append("/").append(DestinationPattern::has_wildcard(segment) ? made : segment);
    }
    return destination.empty() ? "/" : destination;
}

void check(const DestinationPattern& one, const DestinationPattern& other, std::string_view destination) {
    const bool first = one.matches(destination);
    const bool second = other.matches(destination);
    if (second && one.covers(other)) expect(first);
    if (first && second) expect(one.overlaps(other));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto one = DestinationPattern::parse(take(input));
    const auto other = DestinationPattern::parse(take(input));
    if (!one || !other || one->text() == "**" || other->text() == "**") return 0;
    expect(one->covers(*one) && one->overlaps(*one));
    expect(one->overlaps(*other) == other->overlaps(*one));
    if (one->covers(*other)) expect(one->overlaps(*other));
    if (check_destination(input)) check(*one, *other, input);
    bool all = true;
    for (const std::size_t more : {0U, 1U, 17U})
        for (const std::string_view made : {"a", "other"}) {
            const std::string destination = witness(other->text(), made, more);
            expect(other->matches(destination));
            check(*one, *other, destination);
            all = all && one->matches(destination);
        }
    if (one->overlaps(*other) && !one->covers(*other) && one->text().size() < 17) {
        // Of another length, or with another segment, there is one that only `other` matches.
        const std::string unheard(one->text().size() + 1, 'x');
        all = all && one->matches(witness(other->text(), unheard, 17));
        expect(!all);
    }
    return 0;
}
