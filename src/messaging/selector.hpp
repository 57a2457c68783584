#pragma once

#include "stentor/message.hpp"
#include "stentor/result.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace stentor::messaging {

struct SelectorProgram;

/// A condition on a message's headers, as a subscriber's `selector` header states it; what JMS has, without
/// arithmetic. Immutable, cheap to copy.
///
///     condition  = and { OR and }
///     and        = not { AND not }
///     not        = NOT not | "(" condition ")" | TRUE | FALSE | test
///     test       = value ( "=" | "<>" | "<" | "<=" | ">" | ">=" ) value
///                | value [ NOT ] BETWEEN value AND value
///                | name [ NOT ] IN "(" literal { "," literal } ")"
///                | name [ NOT ] LIKE string [ ESCAPE string ]        (% any text, _ one character)
///                | name IS [ NOT ] NULL
///     value      = name | literal | TRUE | FALSE      (these two only with = and <>)
///     literal    = string | number                    ('it''s', -5, 6.2, 7E3)
///
/// A name is a header's: it begins with a letter, `_` or `$`, and goes on with those, digits, `-` and `.`;
/// bytes above ASCII count as letters. As there is no arithmetic, `a-b` is one name, and so is `not-urgent`.
/// Names are case sensitive, keywords are not; a header that is called like one cannot be asked for.
///
/// A header's value is text. Beside a number it counts as a number, beside TRUE or FALSE as that word, in any
/// case; two headers are compared as numbers where both are. Text is ordered by its bytes. What has no value
/// - a header that is not there, or is no number where one is asked for - makes a test neither true nor false
/// but unknown, as in SQL, and so is its NOT. Only what is true matches.
///
/// At most 1024 bytes, 64 tests, operators and literals of IN, and 32 parentheses or NOTs in each other. A
/// match takes a time that is linear in the headers' length.
class Selector {
public:
    /// The error's text says where it is wrong.
    static Result<Selector> parse(std::string_view text);
    /// Allocates nothing.
    [[nodiscard]] bool matches(const Headers& headers) const;

private:
    explicit Selector(std::shared_ptr<const SelectorProgram> program) : program_(std::move(program)) {}

    std::shared_ptr<const SelectorProgram> program_;
};

}  // namespace stentor::messaging
