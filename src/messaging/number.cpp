#include "messaging/number.hpp"

#include <charconv>

namespace stentor::messaging {
namespace {

constexpr std::size_t longest = 64;

template <class T>
std::optional<T> read(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// std::from_chars takes "inf" and "nan" too.
bool begins_like_a_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && (text.front() == '.' || (text.front() >= '0' && text.front() <= '9'));
}

}  // namespace

std::optional<Number> Number::parse(std::string_view text) {
    if (text.size() > longest) return std::nullopt;
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    if (!begins_like_a_number(text)) return std::nullopt;
    if (const auto whole = read<std::int64_t>(text)) return Number(*whole);
    if (const auto real = read<double>(text)) return Number(*real);
    return std::nullopt;
}

double Number::real() const {
    return std::visit([](auto value) { return static_cast<double>(value); }, value_);
}

std::partial_ordering operator<=>(const Number& a, const Number& b) {
    const auto* const whole_a = std::get_if<std::int64_t>(&a.value_);
    const auto* const whole_b = std::get_if<std::int64_t>(&b.value_);
    if (whole_a != nullptr && whole_b != nullptr) return *whole_a <=> *whole_b;
    return a.real() <=> b.real();
}

}  // namespace stentor::messaging
