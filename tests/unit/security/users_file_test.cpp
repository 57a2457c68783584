#include "security/users_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace stentor::security {
namespace {

using ::testing::ElementsAre;

const std::string hash = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";  // "secret"
const std::string other = "$y$j75$abcdefgh$uMUXG79B2cFpoAYyDccUnsaH/aGTyBYMlnQidzyag01";  // "secret" too

std::string fault(const std::string& text) {
    const auto parsed = parse_users(text);
    return parsed.has_error() ? parsed.error().message : "";
}

TEST(UsersFile, ALineIsAUser) {
    const auto users = parse_users("# who\n\nalice:" + hash + ":ROLE_ADMIN,orders.read\nJane Doe:" + hash +
                                   "\n#bob:" + hash + "\nj\xc3\xb6rg+x@example.com:" + other);
    ASSERT_TRUE(users.has_value());
    ASSERT_EQ(users->size(), 3U);
    EXPECT_EQ((*users)[0].principal.name, "alice");
    EXPECT_THAT((*users)[0].principal.authorities, ElementsAre("ROLE_ADMIN", "orders.read"));
    EXPECT_EQ((*users)[1].principal.name, "Jane Doe");
    EXPECT_TRUE((*users)[1].principal.authorities.empty());
    EXPECT_EQ((*users)[2].hash.text(), other);
}

TEST(UsersFile, NothingIsNobody) {
    for (const char* text : {"", "\n", "\n\n# only words\n", "#"}) {
        const auto users = parse_users(text);
        ASSERT_TRUE(users.has_value()) << text;
        EXPECT_TRUE(users->empty());
    }
}

TEST(UsersFileA7, AMalformedLineFailsTheWholeAndIsNamed) {
    EXPECT_EQ(fault("alice:" + hash + "\nbob\n"), "2: has no ':'; write name:hash, or name:hash:authorities");
    EXPECT_EQ(fault("#\n\n \n"), "3: has no ':'; write name:hash, or name:hash:authorities");
    EXPECT_EQ(fault(":" + hash), "1: the name is empty");
    EXPECT_EQ(fault("alice:secret"),
              "1: has no hash that is known here; make one with 'stentor passwd', or give $2b$, $y$ or $6$");
    EXPECT_NE(fault("alice:"), "");
    EXPECT_EQ(fault("alice:" + hash + ":"), "1: an authority is empty");
    EXPECT_EQ(fault("alice:" + hash + ":a,,b"), "1: an authority is empty");
    EXPECT_EQ(fault("alice:" + hash + ":a,"), "1: an authority is empty");
    EXPECT_EQ(fault("alice:" + hash + ":a b"), "1: an authority has a blank, a comma or a colon in it");
    EXPECT_NE(fault("alice:" + hash + "\r\n"), "");
    EXPECT_NE(fault("alice:" + hash + ":a\r\n"), "");
    EXPECT_NE(fault("alice:" + hash + " "), "");
    std::string many = "alice:" + hash + ":a";
    for (int i = 0; i < 63; ++i) many += ",a";
    EXPECT_EQ(fault(many), "");
    EXPECT_EQ(fault(many + ",a"), "1: has over 64 authorities");
}

TEST(UsersFileA7, ALineOfEtcShadowIsNotTakenForAuthorities) {
    EXPECT_NE(fault("alice:" + other + ":19000:0:99999:7:::"), "");
}

TEST(UsersFileA7, ASecondLineForANameIsRefused) {
    EXPECT_EQ(fault("alice:" + hash + "\nbob:" + hash + "\nalice:" + other),
              "3: there is a line for this name already");
    EXPECT_EQ(fault("alice:" + hash + "\nAlice:" + hash), "") << "another name";
}

TEST(UsersFileA10, NamesThatMeanSomethingElsewhereAreRefused) {
    for (const char* name : {"a/b",
                             "/",
                             "a%2Fb",
                             "*",
                             "a*",
                             "a?",
                             "#",
                             "a#",
                             "a>",
                             ">",
                             "{name}",
                             "a\\b",
                             "..",
                             ".",
                             " a",
                             "a ",
                             "a\tb",
                             "a\x01",
                             "a\x7f",
                             "a\xc2\x85"
                             "b",
                             "a\xff",
                             "a\xc0\xaf",
                             "\xef\xbb\xbf"
                             "alice",
                             "a\r"})
        EXPECT_NE(fault_of_user_name(name), "") << name;
    EXPECT_NE(fault_of_user_name(std::string("a\0b", 3)), "");
    EXPECT_EQ(fault_of_user_name(std::string(255, 'a')), "");
    EXPECT_EQ(fault_of_user_name(std::string(256, 'a')), "the name is over 255 bytes");
    for (const char* name :
         {"a", "a.b", "...", "a@b", "a+b", "a-b_c", "a b", "\xc3\xa9", "\xe4\xbd\xa0\xe5\xa5\xbd"})
        EXPECT_EQ(fault_of_user_name(name), "") << name;
    EXPECT_NE(fault("\xef\xbb\xbf"
                    "alice:" +
                    hash),
              "")
        << "a byte order mark would be a part of the name";
}

TEST(UsersFile, OneLineChangesAndTheOthersStay) {
    const auto change = [](const std::string& text, const std::string& name, const std::string& line) {
        return with_user(text, parse_users(text).value(), name, line);
    };
    const std::string a = "alice:" + hash;
    const std::string b = "bob:" + other;
    EXPECT_EQ(change("", "alice", a), a + "\n");
    EXPECT_EQ(change("# x\n\n" + b, "alice", a), "# x\n\n" + b + "\n" + a + "\n");
    EXPECT_EQ(change("# x\n" + a + "\n\n" + b + "\n#y", "alice", "alice:" + other),
              "# x\nalice:" + other + "\n\n" + b + "\n#y");
    EXPECT_EQ(change(a + "\n" + b + "\n", "alice", ""), b + "\n");
    EXPECT_EQ(change(b + "\n" + a, "alice", ""), b + "\n");
    EXPECT_EQ(change(b + "\n", "alice", ""), b + "\n");
    EXPECT_EQ(change("#alice:x\n" + b + "\n", "alice", a), "#alice:x\n" + b + "\n" + a + "\n");
}

TEST(Users, AreFoundByTheirNames) {
    const Users users(parse_users("zoe:" + hash + ":r\nalice:" + other + "\nbob:" + hash).value(), 7);
    ASSERT_NE(users.find("zoe").principal, nullptr);
    EXPECT_THAT(users.find("zoe").principal->authorities, ElementsAre("r"));
    EXPECT_EQ(users.find("alice").hash->text(), other);
    for (const char* nobody : {"Alice", "alic", "alice2", "", "zzz", "a"})
        EXPECT_EQ(users.find(nobody).principal, nullptr) << nobody;
}

/// Were it one and the same hash for all who are not there, users with other kinds would stand out by the
/// time their check takes.
TEST(UsersA41, AnUnknownNameIsCheckedAsSomeUserIsAndAlwaysTheSame) {
    const Users users(parse_users("alice:" + hash + "\nbob:" + other).value(), 7);
    int as_alice = 0;
    for (int i = 0; i < 1'000; ++i) {
        const std::string name = "nobody" + std::to_string(i);
        const Users::Entry entry = users.find(name);
        EXPECT_EQ(entry.principal, nullptr);
        EXPECT_EQ(entry.hash, users.find(name).hash);
        as_alice += entry.hash->text() == hash ? 1 : 0;
    }
    EXPECT_GT(as_alice, 300);
    EXPECT_LT(as_alice, 700);
}

}  // namespace
}  // namespace stentor::security
