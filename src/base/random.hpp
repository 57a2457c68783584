#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace stentor::base {

/// Where ids come from. `net` implements it with the system's CSPRNG, tests with a counted one.
class Random {
public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> bytes) = 0;
};

/// 128 random bits as 32 lower-case hexadecimal digits.
std::string random_id(Random& random);

}  // namespace stentor::base
