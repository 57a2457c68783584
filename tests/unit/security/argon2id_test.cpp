#include "security/argon2id.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::security {
namespace {

const std::string salt = "c29tZXNhbHQ";                                  // "somesalt"
const std::string hash = "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";  // 256 KiB, 2 passes, 1 lane

Argon2id with(const std::string& parameters) {
    const auto parsed = Argon2id::parse("$argon2id$v=19$" + parameters + '$' + salt + '$' + hash);
    return parsed.has_error() ? Argon2id{0, 0, 0, {}, {}} : *parsed;
}

TEST(Argon2id, APhcStringIsReadAndWritten) {
    const std::string text = "$argon2id$v=19$m=256,t=2,p=1$" + salt + '$' + hash;
    const auto parsed = Argon2id::parse(text);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(parsed->memory, 256U);
    EXPECT_EQ(parsed->passes, 2U);
    EXPECT_EQ(parsed->lanes, 1U);
    EXPECT_EQ(std::string(parsed->salt.begin(), parsed->salt.end()), "somesalt");
    EXPECT_EQ(parsed->hash.size(), 32U);
    EXPECT_EQ(parsed->text(), text);
}

TEST(Argon2id, WhatWouldHangTheServerIsRefused) {
    EXPECT_EQ(with("m=1048576,t=4,p=1").memory, 1048576U);
    EXPECT_EQ(with("m=1024,t=100,p=16").passes, 100U);
    for (const char* parameters :
         {"m=1048577,t=1,p=1", "m=1048576,t=5,p=1", "m=1024,t=101,p=1", "m=1024,t=1,p=17", "m=7,t=1,p=1",
          "m=15,t=1,p=2", "m=4294967295,t=1,p=1", "m=4294967296,t=1,p=1", "m=1024,t=4294967296,p=1"})
        EXPECT_EQ(with(parameters).memory, 0U) << parameters;
}

TEST(Argon2id, MalformedStringsAreRefused) {
    for (const char* parameters :
         {"m=0,t=1,p=1", "m=256,t=0,p=1", "m=256,t=1,p=0", "m=0256,t=1,p=1", "m=-1,t=1,p=1", "m= 256,t=1,p=1",
          "t=1,m=256,p=1", "m=256,t=1", "m=256,t=1,p=1,keyid=1", ""})
        EXPECT_EQ(with(parameters).memory, 0U) << parameters;
    const std::string begin = "$argon2id$v=19$m=256,t=2,p=1$";
    for (const std::string& text :
         {"$argon2id$v=16$m=256,t=2,p=1$" + salt + '$' + hash,
          "$argon2i$v=19$m=256,t=2,p=1$" + salt + '$' + hash, "$argon2id$m=256,t=2,p=1$" + salt + '$' + hash,
          begin + salt, begin + '$' + hash, begin + salt + '$', begin + salt + '$' + hash + '=',
          begin + salt + '$' + hash + '$', begin + salt + '$' + hash + ' ', begin + "c29tZXNhbHR$" + hash,
          begin + "c29tZXN$" + hash, begin + salt + "$nf65EOgLrQMR/uIPnA4",
          begin + salt + '$' + std::string(200, 'A'), begin + "c29t\nZXNhbHQ$" + hash, std::string()})
        EXPECT_TRUE(Argon2id::parse(text).has_error()) << text;
}

}  // namespace
}  // namespace stentor::security
