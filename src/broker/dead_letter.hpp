#pragma once

#include "stentor/message.hpp"

#include <string>

namespace stentor::broker {

/// A message whose deliveries came back too often, as a new one for `destination`: the same headers and body,
/// and where it comes from and why (`dead-letter-destination`, `dead-letter-reason`).
Message dead_letter(const Message& message, std::string destination);

}  // namespace stentor::broker
