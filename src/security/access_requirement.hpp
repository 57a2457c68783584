#pragma once

#include "stentor/access.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor {

/// One demand, or several joined.
struct Requirement::Node {
    enum class Kind : std::uint8_t {
        everybody,
        authenticated,
        authority,  ///< one of `names`
        user,       ///< by the variable names[0]
        all,        ///< of `parts`
        any,        ///< of `parts`; nobody where there is none
        not_that,   ///< parts[0]
        function,
    };
    Kind kind;
    std::vector<std::string> names = {};
    std::vector<Requirement> parts = {};
    AccessFunction function = {};
};

}  // namespace stentor

namespace stentor::security {

/// Whether a client meets a requirement. `unknown`: for some of what a subscription's wildcards stand for,
/// maybe. Only `yes` allows anything.
enum class Met : std::uint8_t { no, unknown, yes };

[[nodiscard]] Met is_met(const Requirement& required, const Principal* principal,
                         const AccessRequest& request);

/// Whether it looks at variables of the rule's pattern, or may do so.
[[nodiscard]] bool reads_variables(const Requirement& required);
/// The variables whose names it says.
[[nodiscard]] std::vector<std::string_view> variables_of(const Requirement& required);

/// Whether a client meets it that opens a session.
[[nodiscard]] bool may_connect(const Requirement& required, const Principal* principal);

}  // namespace stentor::security
