#include "security/argon2id.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

/// The test vectors of the reference implementation (test.c, version 19).
TEST(Argon2Library, KnownHashesAreComputed) {
    if (!has_argon2()) GTEST_SKIP() << "built without libargon2";
    for (const char* text :
         {"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
          "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc"}) {
        const Argon2id as = Argon2id::parse(text).value();
        EXPECT_EQ(argon2id("password", as, 32), as.hash) << text;
        EXPECT_NE(argon2id("passwore", as, 32), as.hash) << text;
    }
}

}  // namespace
}  // namespace stentor::security

/// AddressSanitizer ends the program otherwise where there is no memory.
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }

namespace stentor::security {
namespace {

/// 1 TiB is more than anybody has.
TEST(Argon2Library, WithoutMemoryThereIsNoAnswer) {
    Argon2id as{.memory = 1U << 30, .passes = 1, .salt = std::vector<std::uint8_t>(16)};
    EXPECT_EQ(argon2id("password", as, 32), std::nullopt);
}

}  // namespace
}  // namespace stentor::security
