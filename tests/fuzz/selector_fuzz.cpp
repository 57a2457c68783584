// A selector, a header's name and its value, split at zero bytes: what is accepted must obey three-valued
// logic, and LikePattern must agree with the naive matcher.

#include "messaging/like_pattern.hpp"
#include "messaging/selector.hpp"
#include "unit/messaging/naive_like.hpp"

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

std::string_view up_to_zero(std::string_view& rest) {
    const std::string_view part = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return part;
}

void check_logic(std::string_view text, const stentor::Headers& headers) {
    const auto selector = Selector::parse(text);
    if (!selector) {
        expect(!selector.error().message.empty());
        return;
    }
    const bool matches = selector->matches(headers);
    expect(selector->matches(headers) == matches);
    const std::string whole = "(" + std::string(text) + ")";
    const auto negated = Selector::parse("NOT " + whole);
    if (negated) expect(!(matches && negated->matches(headers)));
    if (const auto twice = Selector::parse(whole + "AND" + whole)) expect(twice->matches(headers) == matches);
    if (const auto certain = Selector::parse(whole + "OR TRUE")) expect(certain->matches(headers));
}

void check_like(std::string_view pattern, std::string_view text) {
    if (pattern.size() * text.size() > 1'000'000) return;  // the naive one would take long
    const auto like = LikePattern::parse(pattern, '\\');
    if (like) expect(like->matches(text) == test::naive_like(pattern, '\\', text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest(reinterpret_cast<const char*>(data), size);
    const std::string_view text = up_to_zero(rest);
    const std::string_view name = up_to_zero(rest);
    stentor::Headers headers{{"n", "10"}, {"s", "text"}, {"b", "true"}};
    headers.add(name, rest);
    check_logic(text, headers);
    check_like(name, rest);
    check_like(text, rest);
    return 0;
}
