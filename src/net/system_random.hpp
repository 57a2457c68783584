#pragma once

#include "base/random.hpp"

namespace stentor::net {

/// The kernel's random numbers. Any thread.
class SystemRandom final : public base::Random {
public:
    void fill(std::span<std::byte> bytes) override;
};

}  // namespace stentor::net
