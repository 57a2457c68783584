#pragma once

#include "stentor/message.hpp"
#include "stentor/result.hpp"

#include <memory>
#include <string_view>

namespace stentor::messaging {

/// A condition on a message's headers, as a subscriber's `selector` header states it. Immutable.
class Selector {
public:
    static Result<Selector> parse(std::string_view text);
    [[nodiscard]] bool matches(const Headers& headers) const;
};

}  // namespace stentor::messaging
