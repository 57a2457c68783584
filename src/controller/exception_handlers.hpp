#pragma once

#include "controller/addressing.hpp"
#include "stentor/mapping.hpp"

#include <deque>
#include <vector>

namespace stentor::controller {

/// Turns what a controller function threw into an outcome: the first handler, in the order of registration,
/// whose type fits answers the sender; without one the sender learns that it failed, and the log why.
/// Immutable.
class ExceptionHandlers {
public:
    static Result<ExceptionHandlers> make(const std::deque<ExceptionMapping>& mappings);

    [[nodiscard]] Outcome outcome_of(const std::exception_ptr& thrown,
                                     const std::shared_ptr<Call>& call) const;

private:
    struct Handler {
        BoundExceptionHandler bound;
        Addressing addressing;
    };
    std::vector<Handler> handlers_;
};

}  // namespace stentor::controller
