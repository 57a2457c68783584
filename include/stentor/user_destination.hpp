#pragma once

#include <string>
#include <string_view>

namespace stentor {

/// Where to send for a user by a destination alone: "/user/{name}" + `destination`. The name may be any text
/// that is not empty: what is neither a letter nor a digit of ASCII nor one of `-_~@` is percent-encoded, and
/// so are dots in a name that is nothing else ("..").
std::string user_destination(std::string_view name, std::string_view destination);

}  // namespace stentor
