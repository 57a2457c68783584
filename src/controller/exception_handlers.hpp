#pragma once

#include "controller/addressing.hpp"
#include "stentor/mapping.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace stentor::controller {

/// Turns what a controller function threw into an outcome. The handler with the most derived type that fits
/// answers; of those that have nothing to do with each other the first one registered. An exception that fits
/// none is looked at for its cause (std::nested_exception), and then by the outer handlers: those of the
/// application, when these are a controller's. Without any handler the sender learns that it failed, and the
/// log why. Immutable.
class ExceptionHandlers {
public:
    /// Refuses two handlers for one type, and variables that are not among `variables`: those that all the
    /// mappings have whose exceptions come here, and results that nothing converts.
    static Result<ExceptionHandlers> make(const std::deque<ExceptionMapping>& mappings,
                                          const std::vector<std::string_view>& variables = {},
                                          const Converters& converters = {},
                                          std::shared_ptr<const ExceptionHandlers> outer = nullptr);

    [[nodiscard]] Outcome outcome_of(const std::exception_ptr& thrown,
                                     const std::shared_ptr<Call>& call) const;

private:
    struct Handler {
        BoundExceptionHandler bound;
        Addressing addressing;
    };
    Result<void> add(const ExceptionMapping& mapping, const std::vector<std::string_view>& variables,
                     const Converters& converters);
    [[nodiscard]] std::optional<Outcome> handled(const std::exception_ptr& thrown,
                                                 const std::shared_ptr<Call>& call) const;

    std::vector<Handler> handlers_;  ///< a type before its bases
    std::shared_ptr<const ExceptionHandlers> outer_;
};

}  // namespace stentor::controller
