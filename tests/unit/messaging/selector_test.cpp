#include "messaging/selector.hpp"

#include <gtest/gtest.h>

namespace stentor::messaging {
namespace {

TEST(Selector, IsRefused) { EXPECT_TRUE(Selector::parse("a = 1").has_error()); }

}  // namespace
}  // namespace stentor::messaging
