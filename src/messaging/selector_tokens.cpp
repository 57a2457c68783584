#include "messaging/selector_tokens.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::messaging {
namespace {

using Kind = SelectorToken::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool continues_name(char c) { return begins_name(c) || is_digit(c) || c == '-' || c == '.'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }

Kind keyword_or_name(std::string_view word) {
    static constexpr std::array<std::pair<std::string_view, Kind>, 11> keywords{{
        {"and", Kind::and_word},
        {"or", Kind::or_word},
        {"not", Kind::not_word},
        {"between", Kind::between},
        {"in", Kind::in},
        {"like", Kind::like},
        {"escape", Kind::escape},
        {"is", Kind::is},
        {"null", Kind::null},
        {"true", Kind::true_word},
        {"false", Kind::false_word},
    }};
    for (const auto& [text, kind] : keywords)
        if (is_keyword(word, text)) return kind;
    return Kind::name;
}

/// Cuts one token after another off a text. Lives during the call.
class Tokens {
public:
    explicit Tokens(std::string_view text) : text_(text) {}

    Result<std::vector<SelectorToken>> all() {
        std::vector<SelectorToken> tokens;
        for (;;) {
            while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
            auto next = one();
            if (next.has_error()) return next.error();
            tokens.push_back(std::move(*next));
            if (tokens.back().kind == Kind::end) return tokens;
        }
    }

private:
    Result<SelectorToken> one() {
        if (at_ == text_.size()) return token(Kind::end, 0);
        const char c = text_[at_];
        if (c == '\'') return string();
        if (begins_name(c)) return name();
        if (is_digit(c) || c == '.' || c == '+' || c == '-') return number();
        return sign();
    }
    SelectorToken token(Kind kind, std::size_t length) {
        return {kind, std::exchange(at_, at_ + length) + 1};
    }
    /// "Beginning at the present place, as long as that holds."
    template <class Holds>
    [[nodiscard]] std::string_view run(Holds holds) const {
        const auto from = text_.begin() + static_cast<std::ptrdiff_t>(at_);
        return {from, std::find_if_not(from, text_.end(), holds)};
    }

    Result<SelectorToken> string() {
        std::string value;
        for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
            if (text_[i] == '\'') {
                if (i + 1 == text_.size() || text_[i + 1] != '\'') {
                    SelectorToken whole = token(Kind::string, i + 1 - at_);
                    whole.text = std::move(value);
                    return whole;
                }
                ++i;  // two stand for one
            }
            value += text_[i];
        }
        return selector_error(at_ + 1, "a string does not end");
    }
    Result<SelectorToken> name() {
        const std::string_view word = run(continues_name);
        SelectorToken whole = token(keyword_or_name(word), word.size());
        whole.text = word;
        return whole;
    }
    /// All that could belong to it must: "5abc" and "5-3" are mistakes, not two words.
    Result<SelectorToken> number() {
        std::size_t length = 1;
        while (at_ + length < text_.size()) {
            const char c = text_[at_ + length];
            const char before = text_[at_ + length - 1];
            if (!continues_name(c) && !(c == '+' && (before == 'e' || before == 'E'))) break;
            ++length;
        }
        const auto value = Number::parse(text_.substr(at_, length));
        if (!value) return selector_error(at_ + 1, "that is not a number");
        SelectorToken whole = token(Kind::number, length);
        whole.number = value;
        return whole;
    }
    Result<SelectorToken> sign() {
        static constexpr std::array<std::pair<std::string_view, Kind>, 9> signs{{
            {"<>", Kind::not_equal},
            {"<=", Kind::less_or_equal},
            {">=", Kind::greater_or_equal},
            {"<", Kind::less},
            {">", Kind::greater},
            {"=", Kind::equal},
            {"(", Kind::open},
            {")", Kind::close},
            {",", Kind::comma},
        }};
        for (const auto& [text, kind] : signs)
            if (text_.substr(at_).starts_with(text)) return token(kind, text.size());
        return selector_error(at_ + 1, "no such sign is known");
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

bool is_keyword(std::string_view word, std::string_view keyword) {
    return std::ranges::equal(word, keyword, [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
}

Error selector_error(std::size_t position, std::string_view what) {
    return {Errc::malformed,
            "The selector is wrong at position " + std::to_string(position) + ": " + std::string(what)};
}

Result<std::vector<SelectorToken>> selector_tokens(std::string_view text) { return Tokens(text).all(); }

}  // namespace stentor::messaging
