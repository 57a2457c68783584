#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace stentor::messaging {

/// A number as a header or a selector writes it: `-5`, `+6.2`, `.5`, `7.`, `7E3`. Whole numbers of 64 bits
/// are exact. A value.
class Number {
public:
    /// Empty when the text is anything else, or longer than 64 bytes. Allocates nothing.
    static std::optional<Number> parse(std::string_view text);

    friend std::partial_ordering operator<=>(const Number& a, const Number& b);
    friend bool operator==(const Number& a, const Number& b) { return (a <=> b) == 0; }

private:
    explicit Number(std::variant<std::int64_t, double> value) : value_(value) {}
    [[nodiscard]] double real() const;

    std::variant<std::int64_t, double> value_;
};

}  // namespace stentor::messaging
