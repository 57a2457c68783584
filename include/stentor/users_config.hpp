#pragma once

#include <boost/describe/class.hpp>

#include <string>

namespace stentor {

/// Users with passcodes, for CONNECT's `login` and `passcode` and for HTTP Basic. `stentor passwd` writes the
/// file; see docs/security.md.
struct UsersConfig {
    std::string file = {};  ///< none: no such users; a relative name is relative to this file's folder
};
BOOST_DESCRIBE_STRUCT(UsersConfig, (), (file))

}  // namespace stentor
