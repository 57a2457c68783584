#include "messaging/selector.hpp"

#include "messaging/selector_parser.hpp"
#include "messaging/selector_tokens.hpp"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <optional>

namespace stentor::messaging {
namespace {

/// SQL's three: NOT turns the order round, AND is the least of two, OR the greatest.
enum class Truth : std::uint8_t { no, unknown, yes };

Truth truth(bool holds) { return holds ? Truth::yes : Truth::no; }

Truth negated(Truth t) { return static_cast<Truth>(2 - static_cast<int>(t)); }

/// One selector asked about one message. Lives during the call.
class Evaluation {
public:
    Evaluation(const SelectorProgram& program, const Headers& headers)
        : nodes_(program.nodes), headers_(headers) {}

    [[nodiscard]] Truth of(std::size_t node) const {
        return std::visit([this](const auto& n) { return of(n); }, nodes_[node]);
    }

private:
    [[nodiscard]] Truth of(const Constant& n) const { return truth(n.value); }
    [[nodiscard]] Truth of(const Compare& n) const { return compare(n.how, n.left, n.right); }
    [[nodiscard]] Truth of(const Between& n) const {
        return std::min(compare(Comparison::greater_or_equal, n.value, n.least),
                        compare(Comparison::less_or_equal, n.value, n.most));
    }
    [[nodiscard]] Truth of(const In& n) const {
        Truth any = Truth::no;
        for (const Operand& item : n.items) any = std::max(any, compare(Comparison::equal, n.value, item));
        return any;
    }
    [[nodiscard]] Truth of(const Like& n) const {
        const auto value = headers_.find(n.value.name);
        return value ? truth(n.pattern.matches(*value)) : Truth::unknown;
    }
    [[nodiscard]] Truth of(const IsNull& n) const { return truth(!headers_.contains(n.value.name)); }
    [[nodiscard]] Truth of(const Not& n) const { return negated(of(n.inner)); }
    [[nodiscard]] Truth of(const And& n) const {
        const Truth left = of(n.left);
        return left == Truth::no ? left : std::min(left, of(n.right));
    }
    [[nodiscard]] Truth of(const Or& n) const {
        const Truth left = of(n.left);
        return left == Truth::yes ? left : std::max(left, of(n.right));
    }

    [[nodiscard]] Truth compare(Comparison how, const Operand& left, const Operand& right) const {
        const auto found = order(left, right);
        if (!found) return Truth::unknown;
        switch (how) {
            case Comparison::equal: return truth(*found == 0);
            case Comparison::not_equal: return truth(*found != 0);
            case Comparison::less: return truth(*found < 0);
            case Comparison::less_or_equal: return truth(*found <= 0);
            case Comparison::greater: return truth(*found > 0);
            case Comparison::greater_or_equal: return truth(*found >= 0);
        }
        return Truth::unknown;
    }
    /// Empty when one of them has no value of the kind that is asked for.
    [[nodiscard]] std::optional<std::partial_ordering> order(const Operand& left,
                                                             const Operand& right) const {
        const auto either = [&]<class T>() {
            return std::holds_alternative<T>(left) || std::holds_alternative<T>(right);
        };
        if (either.operator()<Number>()) return ordered(number(left), number(right));
        if (either.operator()<bool>()) return ordered(boolean(left), boolean(right));
        if (!either.operator()<std::string>())
            if (const auto as_numbers = ordered(number(left), number(right))) return as_numbers;
        return ordered(text(left), text(right));
    }
    template <class T>
    static std::optional<std::partial_ordering> ordered(const std::optional<T>& left,
                                                        const std::optional<T>& right) {
        if (!left || !right) return std::nullopt;
        return *left <=> *right;
    }

    [[nodiscard]] std::optional<std::string_view> text(const Operand& operand) const {
        if (const auto* const header = std::get_if<HeaderName>(&operand)) return headers_.find(header->name);
        if (const auto* const literal = std::get_if<std::string>(&operand)) return *literal;
        return std::nullopt;
    }
    [[nodiscard]] std::optional<Number> number(const Operand& operand) const {
        if (const auto* const literal = std::get_if<Number>(&operand)) return *literal;
        const auto found = text(operand);
        return found ? Number::parse(*found) : std::nullopt;
    }
    [[nodiscard]] std::optional<bool> boolean(const Operand& operand) const {
        if (const auto* const literal = std::get_if<bool>(&operand)) return *literal;
        const auto found = text(operand);
        if (found && is_keyword(*found, "true")) return true;
        if (found && is_keyword(*found, "false")) return false;
        return std::nullopt;
    }

    const std::vector<Node>& nodes_;
    const Headers& headers_;
};

}  // namespace

Result<Selector> Selector::parse(std::string_view text) {
    auto program = parse_selector(text);
    if (program.has_error()) return program.error();
    return Selector(std::make_shared<const SelectorProgram>(std::move(*program)));
}

bool Selector::matches(const Headers& headers) const {
    return Evaluation(*program_, headers).of(program_->nodes.size() - 1) == Truth::yes;
}

}  // namespace stentor::messaging
