#pragma once

#include "messaging/destination_pattern.hpp"
#include "stentor/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::kafka {

/// Text with `{name}` parts, such as a topic's name or a record's key: it is made of the variables of a
/// destination, and these can be read out of it again. So a variable's value may not hold the character by
/// which the text goes on after it. Immutable.
class NameTemplate {
public:
    /// Refuses two variables without anything between them: nobody could tell where one ends.
    static Result<NameTemplate> parse(std::string_view text);

    [[nodiscard]] std::optional<std::string> fill(const messaging::Variables& variables) const;
    /// Views into `text` and into the template; empty when it is none of these.
    [[nodiscard]] std::optional<messaging::Variables> match(std::string_view text) const;
    [[nodiscard]] std::vector<std::string_view> variable_names() const;
    [[nodiscard]] bool has_variables() const { return !variable_names().empty(); }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    struct Part {
        bool is_variable;
        std::string text;  ///< the literal, or the variable's name
    };
    /// By which the text goes on after that part; empty at the end.
    [[nodiscard]] std::optional<char> after(std::size_t part) const;

    std::string text_;
    std::vector<Part> parts_;
};

}  // namespace stentor::kafka
