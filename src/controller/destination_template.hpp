#pragma once

#include "stentor/result.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::controller {

/// A destination to send to in which `{name}` stands for a variable of the destination that was asked:
/// "/topic/room.{id}". Parsed at start-up, filled in for each reply. Immutable.
class DestinationTemplate {
public:
    using Variables = std::vector<std::pair<std::string, std::string>>;

    /// Refuses what could never be a destination and names that are not among `known`.
    static Result<DestinationTemplate> parse(std::string_view text,
                                             const std::vector<std::string_view>& known);

    [[nodiscard]] std::string fill(const Variables& variables) const;

private:
    struct Part {
        std::string text;  ///< as it is, or a variable's name
        bool is_variable;
    };
    std::vector<Part> parts_;
};

}  // namespace stentor::controller
