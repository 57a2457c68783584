#include "security/passcode_hash.hpp"

#include "security/argon2id.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace stentor::security {
namespace {

using Verdict = PasscodeHash::Verdict;

const std::string argon2id_of_password =
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
const std::string bcrypt = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
const std::string bcrypt_y = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
const std::string yescrypt = "$y$j75$abcdefgh$uMUXG79B2cFpoAYyDccUnsaH/aGTyBYMlnQidzyag01";
const std::string sha512 =
    "$6$abcdefgh$ltjgWl6579NluT/Vi1nwEvcil.G5Nbc4NiXZaNGStk8PSwGfQv72N2CKPPrVACtLtip/cZ/1GM/O6IND4WQhG.";
const std::string sha512_rounds =
    "$6$rounds=1000$abcdefgh$"
    "nhYjN017qxiYztzyUpZtPnUQcnLy62KsunSLHNeLahp2EHPlAKmFFlrjEwSXGo2kgY5hR2.peKEg2VGUqIJJu1";

std::string fault(const std::string& text) {
    const auto parsed = PasscodeHash::parse(text);
    return parsed.has_error() ? parsed.error().message : "";
}

TEST(PasscodeHash, EachKindKnowsItsPasscode) {
    for (const std::string& text : {bcrypt, bcrypt_y, yescrypt, sha512, sha512_rounds}) {
        const auto hash = PasscodeHash::parse(text);
        ASSERT_TRUE(hash.has_value()) << text;
        EXPECT_EQ(hash->check("secret"), Verdict::right) << text;
        for (const char* wrong : {"Secret", "secre", "secrets", "", " secret"})
            EXPECT_EQ(hash->check(wrong), Verdict::wrong) << text << wrong;
        EXPECT_EQ(hash->check(std::string(2'000, 'x')), Verdict::wrong) << text;
    }
}

TEST(PasscodeHash, Argon2idTakesPasscodesOfAnyLength) {
    if (!has_argon2()) GTEST_SKIP() << "built without libargon2";
    const auto hash = PasscodeHash::parse(argon2id_of_password);
    EXPECT_EQ(hash->check("password"), Verdict::right);
    EXPECT_EQ(hash->check("Password"), Verdict::wrong);
    EXPECT_EQ(hash->check(std::string("password\0x", 10)), Verdict::wrong);
    EXPECT_EQ(hash->check(std::string(1'024, 'x')), Verdict::wrong);
}

/// bcrypt looks at 72 bytes: a longer passcode would have others that are as good.
TEST(PasscodeHash, WhatBcryptWouldNotLookAtIsWrong) {
    const auto hash = PasscodeHash::parse("$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i");
    EXPECT_EQ(hash->check(std::string(72, 'x')), Verdict::right);
    EXPECT_EQ(hash->check(std::string(73, 'x')), Verdict::wrong);
    EXPECT_EQ(hash->check(std::string(72, 'x') + "anything"), Verdict::wrong);
}

TEST(PasscodeHash, PlainTextAndUnknownKindsAreRefused) {
    for (const char* text :
         {"secret", "", "$", "$1$abcdefgh$x", "$5$abcdefgh$x", "$apr1$abcdefgh$x", "{SHA}x",
          "$argon2i$v=19$m=256,t=2,p=1$x$y", "!", "*", "$2x$04$abc", "$7$x", "$gy$x", "x$2b$04$"})
        EXPECT_EQ(fault(text),
                  "has no hash that is known here; make one with 'stentor passwd', or give $2b$, $y$ or $6$")
            << text;
}

TEST(PasscodeHash, MalformedHashesAreRefused) {
    for (const std::string& text : {bcrypt, yescrypt, sha512, sha512_rounds, argon2id_of_password}) {
        EXPECT_NE(fault(text.substr(0, text.size() - 1)), "") << text;
        if (text != argon2id_of_password) { EXPECT_NE(fault(text + 'x'), "") << text; }
        EXPECT_NE(fault(text + '\r'), "") << text;
        std::string other = text;
        other[other.size() - 5] = '*';
        EXPECT_NE(fault(other), "") << text;
    }
    for (const char* text : {"$2b$4$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
                             "$2b$03$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
                             "$2b$-4$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW",
                             "$y$j7$abcdefgh$uMUXG79B2cFpoAYyDccUnsaH/aGTyBYMlnQidzyag01",
                             "$y$j755$abcdefgh$uMUXG79B2cFpoAYyDccUnsaH/aGTyBYMlnQidzyag01",
                             "$y$/75$abcdefgh$uMUXG79B2cFpoAYyDccUnsaH/aGTyBYMlnQidzyag01",
                             "$y$j75$$uMUXG79B2cFpoAYyDccUnsaH/aGTyBYMlnQidzyag01"})
        EXPECT_NE(fault(text), "") << text;
    EXPECT_NE(fault("$6$rounds=999" + sha512_rounds.substr(14)), "");
    EXPECT_NE(fault("$6$rounds=" + sha512_rounds.substr(14)), "");
    EXPECT_NE(fault("$6$seventeen0letters" + sha512.substr(11)), "");
}

TEST(PasscodeHash, WhatWouldHangTheServerIsRefused) {
    EXPECT_EQ(fault("$2b$15" + bcrypt.substr(6)), "");
    EXPECT_EQ(fault("$2b$16" + bcrypt.substr(6)),
              "has a bcrypt hash that would take too long; its cost is at most 15");
    EXPECT_EQ(fault("$2b$31" + bcrypt.substr(6)),
              "has a bcrypt hash that would take too long; its cost is at most 15");
    EXPECT_EQ(fault("$y$jFT" + yescrypt.substr(6)), "") << "crypt(5)'s most: 1 GiB";
    EXPECT_EQ(fault("$y$jGT" + yescrypt.substr(6)),
              "has a yescrypt hash that would take too much; its memory is at most 1 GiB");
    EXPECT_NE(fault("$y$jzz" + yescrypt.substr(6)), "");
    EXPECT_EQ(fault("$6$rounds=1000000" + sha512_rounds.substr(14)), "");
    EXPECT_EQ(fault("$6$rounds=999999999" + sha512_rounds.substr(14)),
              "has a SHA-512 hash that would take too long; it has at most 1000000 rounds");
    EXPECT_NE(fault("$6$rounds=99999999999999999999" + sha512_rounds.substr(14)), "");
    EXPECT_NE(fault("$6$rounds=1000"), "");
}

TEST(PasscodeHash, WithoutTheLibraryArgon2idSaysWhatToDo) {
    if (has_argon2()) GTEST_SKIP() << "built with libargon2";
    EXPECT_EQ(
        fault(argon2id_of_password),
        "has an argon2id hash, and the library was built without libargon2; build it with libargon2-dev, or "
        "use a bcrypt hash ($2b$)");
}

TEST(PasscodeHash, APasscodeHasAtLeastOneByteAndNoLinesEnd) {
    EXPECT_EQ(fault_of_passcode("x"), "");
    EXPECT_EQ(fault_of_passcode(std::string(1'024, 'x')), "");
    EXPECT_EQ(fault_of_passcode(""), "the passcode is empty");
    EXPECT_EQ(fault_of_passcode(std::string(1'025, 'x')), "the passcode is over 1024 bytes");
    for (const std::string& text : {std::string("a\0b", 3), std::string("a\rb"), std::string("a\n")})
        EXPECT_EQ(fault_of_passcode(text), "the passcode has a NUL or a line's end in it");
}

}  // namespace
}  // namespace stentor::security
