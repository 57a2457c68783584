#include "app/config_text.hpp"

#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <numeric>
#include <optional>

namespace stentor::app {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};
constexpr std::array<Unit, 3> size_units{{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}};
constexpr std::array<Unit, 4> duration_units{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};

constexpr std::size_t longest_quote = 64;
constexpr std::size_t longest_key = 64;  // the distance costs its square

std::optional<std::uint64_t> times(std::uint64_t number, std::uint64_t factor) {
    if (number > std::numeric_limits<std::uint64_t>::max() / factor) return std::nullopt;
    return number * factor;
}

/// A number, and perhaps one of the units.
template <std::size_t N>
std::optional<std::uint64_t> parse_with_unit(std::string_view text, const std::array<Unit, N>& units) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_number(text.substr(0, digits));
    if (number.has_error()) return std::nullopt;
    const std::string_view unit = text.substr(digits);
    if (unit.empty()) return *number;
    for (const Unit& known : units)
        if (unit == known.name) return times(*number, known.factor);
    return std::nullopt;
}

template <std::size_t N>
std::string text_with_unit(std::uint64_t number, const std::array<Unit, N>& units) {
    for (const Unit& unit : units)
        if (number != 0 && number % unit.factor == 0)
            return std::to_string(number / unit.factor) + std::string(unit.name);
    return std::to_string(number);
}

/// Insertions, removals and replacements between them (Levenshtein).
std::size_t distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

}  // namespace

Result<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return Error{Errc::conversion, "is not a whole number"};
    return number;
}

Result<std::uint64_t> parse_size(std::string_view text) {
    const auto size = parse_with_unit(text, size_units);
    if (!size) return Error{Errc::conversion, "is not a size"};
    return *size;
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
    const auto count = parse_with_unit(text, duration_units);
    if (!count || *count > static_cast<std::uint64_t>(std::chrono::milliseconds::max().count()))
        return Error{Errc::conversion, "is not a duration"};
    return std::chrono::milliseconds(*count);
}

std::string size_text(std::uint64_t size) { return text_with_unit(size, size_units); }

std::string duration_text(std::chrono::milliseconds duration) {
    return text_with_unit(static_cast<std::uint64_t>(duration.count()), duration_units);
}

std::string one_line(std::string_view text) {
    std::string out = base::to_utf8(text);
    std::replace_if(
        out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
    return out;
}

std::string in_quotes(std::string_view text) {
    const std::string_view end = text.size() > longest_quote ? "...'" : "'";
    return "'" + one_line(text.substr(0, longest_quote)) + std::string(end);
}

std::string_view nearest(std::string_view text, const std::vector<std::string_view>& known) {
    if (text.size() > longest_key) return {};
    std::string_view best;
    std::size_t best_distance = std::min(text.size() / 3 + 2, text.size());  // only smaller ones count
    for (const std::string_view candidate : known)
        if (const std::size_t d = distance(text, candidate); d < best_distance) {
            best = candidate;
            best_distance = d;
        }
    return best;
}

}  // namespace stentor::app
