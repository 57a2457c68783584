// Tests: tests/unit/messaging/selector_test.cpp
#include "messaging/selector.hpp"

namespace stentor::messaging {

Result<Selector> Selector::parse(std::string_view) {
    return Error{Errc::unsupported, "Selectors are not supported"};
}

bool Selector::matches(const Headers&) const { return false; }

}  // namespace stentor::messaging
