#pragma once

#include <string_view>

namespace stentor::net {

/// Closes a socket that has just been accepted, with a few words if there are any: as many of them as it
/// takes at once.
void refuse(int fd, std::string_view words);

}  // namespace stentor::net
