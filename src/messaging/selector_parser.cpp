#include "messaging/selector_parser.hpp"

#include "messaging/selector_tokens.hpp"

#include <optional>
#include <utility>

namespace stentor::messaging {
namespace {

using Token = SelectorToken;
using Kind = Token::Kind;

constexpr std::size_t max_bytes = 1024;
constexpr std::size_t max_nodes = 64;
constexpr std::size_t max_nesting = 32;

std::optional<Comparison> comparison(Kind kind) {
    if (kind == Kind::equal) return Comparison::equal;
    if (kind == Kind::not_equal) return Comparison::not_equal;
    if (kind == Kind::less) return Comparison::less;
    if (kind == Kind::less_or_equal) return Comparison::less_or_equal;
    if (kind == Kind::greater) return Comparison::greater;
    if (kind == Kind::greater_or_equal) return Comparison::greater_or_equal;
    return std::nullopt;
}

/// One function for each rule of the grammar; each adds its nodes, its root last, and gives that one's place.
/// The first mistake is kept and ends them all: after it there are no more tokens. Lives during the call.
class Parser {
public:
    explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

    Result<SelectorProgram> all() {
        either();
        if (!error_ && kind() != Kind::end) fail("AND, OR or the end is expected");
        if (error_) return *error_;
        return std::move(program_);
    }

private:
    [[nodiscard]] const Token& token() const { return tokens_[at_]; }
    [[nodiscard]] Kind kind() const { return token().kind; }
    void fail(std::string_view what) { fail(selector_error(token().position, what)); }
    void fail(Error error) {
        if (!error_) error_ = std::move(error);
        at_ = tokens_.size() - 1;
    }
    bool take(Kind wanted) {
        if (kind() != wanted) return false;
        if (wanted != Kind::end) ++at_;
        return true;
    }
    void expect(Kind wanted, std::string_view what) {
        if (!take(wanted)) fail(what);
    }
    void count_node() {
        if (++nodes_ > max_nodes)
            fail(Error{Errc::too_large, "A selector has at most 64 tests, operators and literals of IN"});
    }
    std::size_t add(Node node) {
        count_node();
        program_.nodes.push_back(std::move(node));
        return program_.nodes.size() - 1;
    }

    std::size_t either() {
        std::size_t left = both();
        while (take(Kind::or_word)) {
            const std::size_t right = both();
            left = add(Or{left, right});
        }
        return left;
    }
    std::size_t both() {
        std::size_t left = negation();
        while (take(Kind::and_word)) {
            const std::size_t right = negation();
            left = add(And{left, right});
        }
        return left;
    }
    std::size_t negation() {
        if (kind() != Kind::not_word && kind() != Kind::open) return test();
        if (nesting_ == max_nesting) {
            fail(Error{Errc::too_large, "A selector has at most 32 parentheses or NOTs in each other"});
            return 0;
        }
        ++nesting_;
        std::size_t node = 0;
        if (take(Kind::not_word)) {
            const std::size_t inner = negation();
            node = add(Not{inner});
        } else {
            take(Kind::open);
            node = either();
            expect(Kind::close, "a ) is expected");
        }
        --nesting_;
        return node;
    }

    std::size_t test() {
        const bool word = kind() == Kind::true_word || kind() == Kind::false_word;
        Operand left = value();
        if (const auto how = comparison(kind())) return compare(std::move(left), *how);
        if (word) return add(Constant{std::get<bool>(left)});
        if (take(Kind::is)) {
            const bool negated = take(Kind::not_word);
            expect(Kind::null, "NULL is expected");
            return add(IsNull{name(std::move(left))}, negated);
        }
        const bool negated = take(Kind::not_word);
        if (take(Kind::between)) return between(std::move(left), negated);
        if (take(Kind::in)) return in(std::move(left), negated);
        if (take(Kind::like)) return like(std::move(left), negated);
        fail("=, <>, <, <=, >, >=, IS, BETWEEN, IN or LIKE is expected");
        return 0;
    }
    std::size_t add(Node node, bool negated) {
        const std::size_t inner = add(std::move(node));
        return negated ? add(Not{inner}) : inner;
    }

    std::size_t compare(Operand left, Comparison how) {
        const std::size_t sign = token().position;
        ++at_;
        Operand right = value();
        const bool word = std::holds_alternative<bool>(left) || std::holds_alternative<bool>(right);
        if (word && how != Comparison::equal && how != Comparison::not_equal)
            fail(selector_error(sign, "only = and <> compare with TRUE and FALSE"));
        return add(Compare{how, std::move(left), std::move(right)});
    }
    std::size_t between(Operand left, bool negated) {
        Operand least = ordered_value();
        expect(Kind::and_word, "AND is expected");
        Operand most = ordered_value();
        return add(Between{std::move(left), std::move(least), std::move(most)}, negated);
    }
    std::size_t in(Operand left, bool negated) {
        In node{name(std::move(left)), {}};
        expect(Kind::open, "a ( is expected");
        do {
            if (kind() != Kind::string && kind() != Kind::number) fail("a string or a number is expected");
            count_node();
            node.items.push_back(value());
        } while (take(Kind::comma));
        expect(Kind::close, "a , or ) is expected");
        return add(std::move(node), negated);
    }
    std::size_t like(Operand left, bool negated) {
        HeaderName header = name(std::move(left));
        const std::size_t position = token().position;
        const std::string text = string();
        std::optional<char> escape;
        if (take(Kind::escape)) {
            const std::size_t where = token().position;
            const std::string given = string();
            if (given.size() == 1 && static_cast<unsigned char>(given[0]) < 0x80) escape = given[0];
            else fail(selector_error(where, "an escape is one ASCII character"));
        }
        auto pattern = LikePattern::parse(text, escape);
        if (pattern.has_error()) {
            fail(selector_error(position, pattern.error().message));
            return 0;
        }
        return add(Like{std::move(header), std::move(*pattern)}, negated);
    }

    std::string string() {
        std::string text = token().text;
        expect(Kind::string, "a string is expected");
        return text;
    }
    /// What stands before IS, IN and LIKE.
    HeaderName name(Operand operand) {
        if (auto* const header = std::get_if<HeaderName>(&operand)) return std::move(*header);
        fail("IS, IN and LIKE are for a header's name");
        return {};
    }
    Operand ordered_value() {
        if (kind() == Kind::true_word || kind() == Kind::false_word)
            fail("only = and <> compare with TRUE and FALSE");
        return value();
    }
    Operand value() {
        const Token& given = token();
        if (take(Kind::name)) return HeaderName{given.text};
        if (take(Kind::string)) return given.text;
        if (take(Kind::number)) return *given.number;
        if (take(Kind::true_word)) return true;
        if (take(Kind::false_word)) return false;
        fail("a header's name, a string or a number is expected");
        return false;
    }

    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    SelectorProgram program_;
    std::size_t nodes_ = 0;
    std::size_t nesting_ = 0;
    std::optional<Error> error_;
};

}  // namespace

Result<SelectorProgram> parse_selector(std::string_view text) {
    if (text.size() > max_bytes) return Error{Errc::too_large, "A selector has at most 1024 bytes"};
    auto tokens = selector_tokens(text);
    if (tokens.has_error()) return tokens.error();
    return Parser(std::move(*tokens)).all();
}

}  // namespace stentor::messaging
