#pragma once

#include <stdexcept>

namespace stentor::testing {

/// What a test expected is not what happened: what() says both. Every test framework shows it.
class Failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

}  // namespace stentor::testing
