#include "stentor/security.hpp"

#include <gtest/gtest.h>

namespace stentor {
namespace {

const UserList users{{"alice", "wonder"}, {"bob", ""}};

TEST(UserList, KnowsItsUsersByLoginAndPasscode) {
    EXPECT_EQ(users.authenticate({"alice", "wonder"}), (Principal{"alice", {}}));
}

TEST(UserList, RefusesEverythingElse) {
    for (const Credentials& wrong :
         {Credentials{"alice", "wonde"}, {"alice", "wonder "}, {"alice", ""}, {"Alice", "wonder"}, {"", ""}})
        EXPECT_FALSE(users.authenticate(wrong)) << wrong.login << ":" << wrong.passcode;
}

TEST(UserList, AnUnknownLoginWithoutPasscodeIsNobody) { EXPECT_FALSE(users.authenticate({"eve", ""})); }

TEST(UserList, NobodyCanHaveAnEmptyPasscodeByAccident) { EXPECT_FALSE(users.authenticate({"bob", ""})); }

}  // namespace
}  // namespace stentor
