#include "app/users_provider.hpp"

#include "stentor/execution.hpp"
#include "unit/app/users_folder.hpp"

#include <gmock/gmock.h>

#include <any>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

namespace stentor::app {
namespace {

using Kind = AuthenticationAnswer::Kind;
using ::testing::ElementsAre;

/// A shard and its workers, moved by the test's hand.
class HandExecution final : public Execution {
public:
    void post(std::function<void()> task) override { posted.push_back(std::move(task)); }
    void run_on_workers(const std::string& key, std::function<void()> task) override {
        keys.push_back(key);
        work.push_back(std::move(task));
    }
    std::any asio_executor() override { return {}; }

    void run_all() {
        while (!work.empty() || !posted.empty()) {
            std::deque<std::function<void()>>& next = work.empty() ? posted : work;
            const std::function<void()> task = std::move(next.front());
            next.pop_front();
            task();
        }
    }

    std::deque<std::function<void()>> work, posted;
    std::vector<std::string> keys;
};

class UsersProviderTest : public UsersFolder {
protected:
    void start(const std::string& text, const LoginsConfig& limits = {}) {
        write(text);
        provider = std::make_unique<UsersProvider>(file, limits);
    }
    void begin(Credentials shown) {
        provider->authenticate(shown, execution,
                               [this](AuthenticationAnswer answer) { answers.push_back(std::move(answer)); });
    }
    Kind say(Credentials shown) {
        answers.clear();
        begin(std::move(shown));
        execution.run_all();
        EXPECT_EQ(answers.size(), 1U);
        return answers.empty() ? Kind::absent : answers.front().kind;
    }
    std::string starting(const std::string& text) {
        return refusal([&] { start(text); });
    }

    const std::string alice = "alice:" + bcrypt_of_secret + ":ROLE_USER,x\n";
    HandExecution execution;
    std::unique_ptr<UsersProvider> provider;
    std::vector<AuthenticationAnswer> answers;
};

TEST_F(UsersProviderTest, AUserIsKnownByTheRightPasscode) {
    start(alice);
    EXPECT_EQ(say({.login = "alice", .passcode = "secret"}), Kind::accepted);
    const Authentication who = answers.front().authentication;
    EXPECT_EQ(who.principal.name, "alice");
    EXPECT_THAT(who.principal.authorities, ElementsAre("ROLE_USER", "x"));
    EXPECT_FALSE(who.valid_for);
    EXPECT_FALSE(who.is_ambient);
    EXPECT_EQ(provider->challenge(), "Basic realm=\"stentor\"");
}

TEST_F(UsersProviderTest, BasicIsShownByBrowsersThemselves) {
    start(alice);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(say({.login = "alice", .passcode = "secret", .shown = Credentials::Shown::handshake}),
                  Kind::accepted);
        EXPECT_TRUE(answers.front().authentication.is_ambient) << "also the second time, from memory";
    }
    EXPECT_EQ(say({.login = "alice", .passcode = "secret", .shown = Credentials::Shown::renewal}),
              Kind::accepted);
    EXPECT_FALSE(answers.front().authentication.is_ambient);
}

TEST_F(UsersProviderTest, OtherCredentialsAreOtherProviders) {
    start(alice);
    EXPECT_EQ(say({.token = "t", .cookies = "a=b"}), Kind::absent);
}

TEST_F(UsersProviderTest, A5WrongAndUnknownSoundTheSame) {
    start(alice);
    std::vector<std::string> reasons;
    for (const auto& [login, passcode] : {std::pair("alice", "Secret"), std::pair("alicf", "secret"),
                                          std::pair("Alice", "secret"), std::pair("guest", "guest")}) {
        EXPECT_EQ(say({.login = login, .passcode = passcode}), Kind::refused);
        EXPECT_EQ(answers.front().reason, "wrong login or passcode");
    }
}

TEST_F(UsersProviderTest, A6WithoutAPasscodeNobodyIsAnybody) {
    start(alice);
    EXPECT_EQ(say({.login = "alice"}), Kind::refused);
    EXPECT_EQ(say({.passcode = "secret"}), Kind::refused);
    EXPECT_EQ(say({.login = "alice", .passcode = std::string("secret\0x", 8)}), Kind::refused);
    EXPECT_EQ(say({.login = "alice", .passcode = std::string(1'025, 'x')}), Kind::refused);
    EXPECT_EQ(provider->checks(), 0U) << "nobody can have these";
}

TEST_F(UsersProviderTest, A10NamesThatNobodyCanHaveAreNotLookedFor) {
    start(alice);
    for (const char* login : {"a/b", "*", "alice%2F", "alice\r", "..", "alice\xff"})
        EXPECT_EQ(say({.login = login, .passcode = "secret"}), Kind::refused) << login;
    EXPECT_EQ(say({.login = std::string(4'096, 'a'), .passcode = "secret"}), Kind::refused);
    EXPECT_EQ(provider->checks(), 0U);
}

/// One hash for each attempt, whoever is there: the time it takes is the time that hash takes.
TEST_F(UsersProviderTest, A41AnUnknownUserCostsAsMuchAsAKnownOne) {
    start(alice + "bob:" + yescrypt_of_secret + "\n");
    for (int i = 0; i < 10; ++i) say({.login = "alice", .passcode = "wrong"});
    EXPECT_EQ(provider->checks(), 10U);
    for (int i = 0; i < 10; ++i) say({.login = "nobody" + std::to_string(i), .passcode = "secret"});
    EXPECT_EQ(provider->checks(), 20U);
    EXPECT_EQ(execution.keys.size(), 20U);
}

TEST_F(UsersProviderTest, WhatWasRightIsNotHashedAgainForAWhile) {
    start(alice);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(say({.login = "alice", .passcode = "secret"}), Kind::accepted);
    EXPECT_EQ(provider->checks(), 1U);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(say({.login = "alice", .passcode = "wrong"}), Kind::refused);
    EXPECT_EQ(provider->checks(), 6U) << "what was wrong is";
}

TEST_F(UsersProviderTest, A7WithoutAGoodFileThereIsNoStart) {
    EXPECT_EQ(refusal([this] { UsersProvider(file, {}); }),
              ": is not there; make it with 'stentor passwd " + file.string() + " NAME'");
    EXPECT_EQ(starting(""), ": has no user; add one with 'stentor passwd " + file.string() + " NAME'");
    EXPECT_EQ(starting("\n# nobody\n\n"),
              ": has no user; add one with 'stentor passwd " + file.string() + " NAME'");
    EXPECT_EQ(starting(alice + "bob:secret\n"),
              ":2: has no hash that is known here; make one with 'stentor passwd', or give $2b$, $y$ or $6$");
    EXPECT_EQ(starting(alice + alice), ":2: there is a line for this name already");
    EXPECT_EQ(starting("a/b:" + bcrypt_of_secret), ":1: the name has one of / * ? # > { } % : \\ in it");
}

TEST_F(UsersProviderTest, AReloadTakesANewFile) {
    start(alice);
    EXPECT_EQ(say({.login = "alice", .passcode = "secret"}), Kind::accepted);
    write("bob:" + bcrypt_of_secret + "\n");
    provider->reload();
    EXPECT_EQ(say({.login = "alice", .passcode = "secret"}), Kind::refused) << "also from memory";
    EXPECT_EQ(say({.login = "bob", .passcode = "secret"}), Kind::accepted);
}

TEST_F(UsersProviderTest, A7AReloadOfABadFileKeepsTheOldUsers) {
    start(alice);
    for (const std::string& bad :
         {std::string(), alice + "bob\n", alice + alice, "bob:" + bcrypt_of_secret + ":\n"}) {
        write(bad);
        provider->reload();
        EXPECT_EQ(say({.login = "alice", .passcode = "secret"}), Kind::accepted);
    }
    std::filesystem::remove(file);
    provider->reload();
    EXPECT_EQ(say({.login = "alice", .passcode = "secret"}), Kind::accepted);
}

TEST_F(UsersProviderTest, ACheckThatAReloadOvertookIsNotRemembered) {
    start(alice);
    begin({.login = "alice", .passcode = "secret"});
    write("bob:" + bcrypt_of_secret + "\n");
    provider->reload();
    execution.run_all();
    EXPECT_EQ(answers.front().kind, Kind::accepted) << "it was asked before";
    EXPECT_EQ(say({.login = "alice", .passcode = "secret"}), Kind::refused);
}

TEST_F(UsersProviderTest, SoManyAreCheckedAtOnceTheOthersWaitInOrder) {
    LoginsConfig limits;
    limits.max_checks = 2;
    limits.max_waiting = 3;
    start(alice, limits);
    for (int i = 0; i < 7; ++i) begin({.login = "alice", .passcode = "wrong"});
    EXPECT_THAT(execution.keys, ElementsAre("users 0", "users 1", "users 0", "users 1", "users 0"))
        << "tasks of a key run one after another";
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[0].kind, Kind::unavailable);
    execution.run_all();
    EXPECT_EQ(answers.size(), 7U);
    EXPECT_EQ(say({.login = "alice", .passcode = "secret"}), Kind::accepted) << "there is room again";
}

TEST_F(UsersProviderTest, ChecksThatAreDroppedGiveTheirPlacesBack) {
    LoginsConfig limits;
    limits.max_checks = 1;
    limits.max_waiting = 1;
    start(alice, limits);
    for (int i = 0; i < 2; ++i) begin({.login = "alice", .passcode = "secret"});
    execution.work.clear();  // as a server that stops does
    EXPECT_TRUE(answers.empty());
    EXPECT_EQ(say({.login = "alice", .passcode = "secret"}), Kind::accepted);
}

TEST_F(UsersProviderTest, ACheckMayOutliveTheProvider) {
    start(alice);
    begin({.login = "alice", .passcode = "secret"});
    provider.reset();
    execution.run_all();
    EXPECT_EQ(answers.front().kind, Kind::accepted);
}

}  // namespace
}  // namespace stentor::app
