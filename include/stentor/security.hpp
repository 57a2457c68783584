#pragma once

#include <string>
#include <vector>

namespace stentor {

/// Who a session is. A value; never changes during a session.
struct Principal {
    std::string name;
    std::vector<std::string> authorities;

    friend bool operator==(const Principal&, const Principal&) = default;
};

}  // namespace stentor
