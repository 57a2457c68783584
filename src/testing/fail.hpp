#pragma once

#include <string>

namespace stentor::test {

/// Throws testing::Failure.
[[noreturn]] void fail(std::string what);

inline void require(bool condition, const char* what) {
    if (!condition) fail(what);
}

}  // namespace stentor::test
