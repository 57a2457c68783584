#pragma once

#include "stentor/detail/bind.hpp"

#include <string>
#include <string_view>

namespace stentor::controller {

/// Why what a function takes and returns cannot be converted; empty when it can. `produces` is the mapping's
/// own content type, or empty.
[[nodiscard]] std::string conversion_misuse_of(const BodyType& payload, const BodyType& result,
                                               std::string_view produces, const Converters& converters);

}  // namespace stentor::controller
