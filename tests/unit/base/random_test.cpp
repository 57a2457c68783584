#include "base/random.hpp"

#include <gtest/gtest.h>

namespace stentor::base {
namespace {

class Counted : public Random {
public:
    void fill(std::span<std::byte> bytes) override {
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(next_ += 17);
    }

private:
    unsigned next_ = 0xEE;
};

TEST(RandomId, Is128BitsInLowerCaseHexadecimal) {
    Counted random;
    EXPECT_EQ(random_id(random), "ff102132435465768798a9bacbdcedfe");
}

TEST(RandomId, AsksForNewBitsEachTime) {
    Counted random;
    EXPECT_NE(random_id(random), random_id(random));
}

}  // namespace
}  // namespace stentor::base
