#pragma once

#include "messaging/number.hpp"
#include "stentor/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::messaging {

/// A word or sign of a selector. The values of names and strings are kept as `text`.
struct SelectorToken {
    enum class Kind : std::uint8_t {
        end,
        name,
        string,
        number,
        open,
        close,
        comma,
        equal,
        not_equal,
        less,
        less_or_equal,
        greater,
        greater_or_equal,
        and_word,
        or_word,
        not_word,
        between,
        in,
        like,
        escape,
        is,
        null,
        true_word,
        false_word,
    };
    Kind kind;
    std::size_t position;  ///< of its first byte, from 1
    std::string text = {};
    std::optional<Number> number = std::nullopt;
};

/// Whether a word is a keyword, given in lower case.
bool is_keyword(std::string_view word, std::string_view keyword);

/// "The selector is wrong at position 5: ...".
Error selector_error(std::size_t position, std::string_view what);

/// All of them, an `end` last.
Result<std::vector<SelectorToken>> selector_tokens(std::string_view text);

}  // namespace stentor::messaging
