// A pattern and a destination, split at the first zero byte: DestinationPattern must agree with the naive
// matcher, and what one function of the room accepts must fit what the others say.

#include "messaging/destination.hpp"
#include "messaging/destination_pattern.hpp"
#include "unit/messaging/naive_matcher.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace stentor::messaging;

void expect(bool holds) {
    if (!holds) std::abort();
}

void check_shape(std::string_view destination) {
    if (!check_destination(destination)) return;
    expect(has_prefix(destination, destination) && without_prefix(destination, destination) == "/");
    expect(has_prefix(destination, "/") && without_prefix(destination, "/") == destination);
    std::string_view rest = destination;
    while (!rest.empty()) {
        const std::string_view segment = next_segment(rest);
        expect(!segment.empty() && segment != "." && segment != "..");
    }
    if (DestinationPattern::has_wildcard(destination)) return;
    const auto itself = DestinationPattern::parse(destination);
    expect(itself && itself->is_exact() && itself->matches(destination));
}

void check_match(std::string_view text, std::string_view destination) {
    const auto pattern = DestinationPattern::parse(text);
    if (!pattern) return;
    const auto expected = test::naive_match(text, destination);
    const auto found = pattern->match(destination);
    expect(pattern->matches(destination) == expected.has_value() &&
           found.has_value() == expected.has_value());
    if (found) expect(test::OwnedVariables(found->begin(), found->end()) == *expected);
    if (found) expect(found->size() == pattern->variable_names().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t split = std::min(input.find('\0'), input.size());
    const std::string_view text = input.substr(0, split);
    const std::string_view destination = input.substr(std::min(split + 1, input.size()));
    check_shape(destination);
    check_match(text, destination);
    check_match(text, text);
    return 0;
}
