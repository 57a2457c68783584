#include "stentor/users.hpp"

#include "security/argon2id.hpp"
#include "security/users_file.hpp"
#include "stentor/config.hpp"
#include "unit/app/users_folder.hpp"

#include <gmock/gmock.h>

namespace stentor::app {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

class UsersTest : public UsersFolder {
protected:
    void SetUp() override {
        if (!security::has_argon2()) GTEST_SKIP() << "built without libargon2";
    }
};

TEST_F(UsersTest, AUserIsWrittenAsRfc9106Recommends) {
    put_user(file, "alice", "secret", {{"ROLE_ADMIN", "orders.read"}});
    EXPECT_THAT(text(), StartsWith("alice:$argon2id$v=19$m=65536,t=3,p=1$"));
    EXPECT_EQ(mode(), 0600U);
    const auto users = security::parse_users(text()).value();
    ASSERT_EQ(users.size(), 1U);
    EXPECT_THAT(users[0].principal.authorities, ElementsAre("ROLE_ADMIN", "orders.read"));
    EXPECT_EQ(users[0].hash.check("secret"), security::PasscodeHash::Verdict::right);
    const auto parts = security::Argon2id::parse(users[0].hash.text()).value();
    EXPECT_EQ(parts.salt.size(), 16U);
    EXPECT_EQ(parts.hash.size(), 32U);
}

TEST_F(UsersTest, OtherLinesStayAndAuthoritiesAreKeptUnlessGiven) {
    const std::string bob = "bob:" + bcrypt_of_secret + ":b\n";
    write("# all\n\nalice:" + bcrypt_of_secret + ":a,c\n" + bob);
    put_user(file, "alice", "another");
    EXPECT_THAT(text(), ::testing::MatchesRegex("# all\n\nalice:\\$argon2id\\$[^\n]*:a,c\nbob:[^\n]*:b\n"));
    put_user(file, "alice", "another", {{"d"}});
    EXPECT_THAT(text(), ::testing::MatchesRegex("# all\n\nalice:\\$argon2id\\$[^\n]*:d\nbob:[^\n]*:b\n"));
    EXPECT_TRUE(remove_user(file, "alice"));
    EXPECT_EQ(text(), "# all\n\n" + bob);
    EXPECT_FALSE(remove_user(file, "alice"));
}

TEST_F(UsersTest, TwoOfOnePasscodeLookDifferent) {
    put_user(file, "a", "secret");
    put_user(file, "b", "secret");
    const auto users = security::parse_users(text()).value();
    ASSERT_EQ(users.size(), 2U);
    EXPECT_NE(users[0].hash.text(), users[1].hash.text());
}

TEST_F(UsersTest, WhatTheServerWouldRefuseIsNotWritten) {
    write("alice:" + bcrypt_of_secret + "\n");
    const std::string before = text();
    EXPECT_THROW(put_user(file, "a/b", "x"), ConfigError);
    EXPECT_THROW(put_user(file, "", "x"), ConfigError);
    EXPECT_THROW(put_user(file, "bob", ""), ConfigError);
    EXPECT_THROW(put_user(file, "bob", std::string(1'025, 'x')), ConfigError);
    EXPECT_THROW(put_user(file, "bob", "x\ny"), ConfigError);
    EXPECT_THROW(put_user(file, "bob", "x", {{"a:b"}}), ConfigError);
    EXPECT_EQ(text(), before);
    write("alice:" + bcrypt_of_secret + "\nmalformed\n");
    EXPECT_EQ(refusal([this] { put_user(file, "bob", "x"); }),
              ":2: has no ':'; write name:hash, or name:hash:authorities");
    EXPECT_THROW(remove_user(file, "alice"), ConfigError);
}

}  // namespace
}  // namespace stentor::app
