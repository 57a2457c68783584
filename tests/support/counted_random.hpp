#pragma once

#include "base/random.hpp"

#include <cstdint>

namespace stentor::test {

/// Ids that a test can tell: 0000...01, then 0000...02.
class CountedRandom final : public base::Random {
public:
    void fill(std::span<std::byte> bytes) override {
        std::uint64_t rest = ++fills_;
        for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, rest >>= 8)
            *byte = static_cast<std::byte>(rest & 0xff);
    }

private:
    std::uint64_t fills_ = 0;
};

}  // namespace stentor::test
