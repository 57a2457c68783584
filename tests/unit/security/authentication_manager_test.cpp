#include "security/authentication_manager.hpp"

#include "security/login_provider.hpp"

#include <gtest/gtest.h>

#include <any>
#include <stdexcept>
#include <utility>

namespace stentor::security {
namespace {

class NoExecution final : public Execution {
public:
    void post(std::function<void()>) override {}
    void run_on_workers(const std::string&, std::function<void()>) override {}
    std::any asio_executor() override { return {}; }
};

/// Says what it is told to, at once or when the test says so.
class Scripted final : public AuthenticationProvider {
public:
    explicit Scripted(AuthenticationAnswer says) : says_(std::move(says)) {}
    [[nodiscard]] std::string_view shown_in(const Credentials& credentials) const override {
        return reads_cookies ? credentials.cookies : credentials.token;
    }
    void authenticate(const Credentials&, Execution&, Done done) const override {
        ++asked;
        if (later) waiting = std::move(done);
        else done(says_);
    }

    bool later = false;
    bool reads_cookies = false;
    mutable int asked = 0;
    mutable Done waiting;

private:
    AuthenticationAnswer says_;
};

class AuthenticationManagerTest : public ::testing::Test {
protected:
    std::shared_ptr<Scripted> add(AuthenticationAnswer says) {
        auto provider = std::make_shared<Scripted>(std::move(says));
        providers.push_back(provider);
        return provider;
    }
    AuthenticationManager::Question ask() {
        return manager.ask(providers, {}, [this](AuthenticationManager::Outcome outcome) {
            ++told;
            if (outcome.has_error()) result = outcome.error().message;
            else result = *outcome ? (*outcome)->principal.name : "nobody";
        });
    }

    NoExecution execution;
    AuthenticationManager manager{execution};
    Providers providers;
    std::string result;
    int told = 0;
};

const AuthenticationAnswer alice = AuthenticationAnswer::accepted({{"alice"}});

TEST_F(AuthenticationManagerTest, WithoutProvidersWhoComesIsNobody) {
    EXPECT_EQ(ask(), nullptr);
    EXPECT_EQ(result, "nobody");
}

TEST_F(AuthenticationManagerTest, TheFirstThatFindsSomethingDecides) {
    add(AuthenticationAnswer::absent());
    add(alice);
    const auto third = add(AuthenticationAnswer::accepted({{"bob"}}));
    ask();
    EXPECT_EQ(result, "alice");
    EXPECT_EQ(third->asked, 0);
}

TEST_F(AuthenticationManagerTest, ARefusedCredentialFallsBackToNobody) {
    add(AuthenticationAnswer::refused("expired"));
    const auto second = add(alice);
    ask();
    EXPECT_EQ(result, "Bad credentials");
    EXPECT_EQ(second->asked, 0);
}

TEST_F(AuthenticationManagerTest, WhatCannotBeCheckedIsNoIdentityEither) {
    add(AuthenticationAnswer::unavailable("no answer"));
    add(alice);
    ask();
    EXPECT_EQ(result, "Credentials cannot be checked now");
}

TEST_F(AuthenticationManagerTest, A10_WhoHasNoNameIsRefused) {
    for (const std::string& name :
         {std::string(), std::string(256, 'x'), std::string("a\nb"), std::string("\xff")}) {
        providers.clear();
        add(AuthenticationAnswer::accepted({{name}}));
        add(alice);
        ask();
        EXPECT_EQ(result, "Bad credentials") << name;
    }
    providers.clear();
    add(AuthenticationAnswer::accepted({{"a/*{b} %2F"}}));
    ask();
    EXPECT_EQ(result, "a/*{b} %2F");
}

TEST_F(AuthenticationManagerTest, AnAnswerMayComeLater) {
    const auto slow = add(AuthenticationAnswer::absent());
    slow->later = true;
    add(alice);
    const auto question = ask();
    EXPECT_EQ(told, 0);
    slow->waiting(AuthenticationAnswer::absent());
    EXPECT_EQ(result, "alice");
    EXPECT_EQ(told, 1);
}

TEST_F(AuthenticationManagerTest, WhoLetGoOfTheQuestionIsNotTold) {
    const auto slow = add(alice);
    slow->later = true;
    ask().reset();
    slow->waiting(alice);
    EXPECT_EQ(told, 0);
}

TEST_F(AuthenticationManagerTest, AnAnswerCountsOnce) {
    const auto slow = add(alice);
    slow->later = true;
    const auto question = ask();
    slow->waiting(alice);
    slow->waiting(AuthenticationAnswer::refused("again"));
    EXPECT_EQ(told, 1);
    EXPECT_EQ(result, "alice");
}

TEST_F(AuthenticationManagerTest, AProviderThatThrowsLetsNobodyIn) {
    class Throws final : public AuthenticationProvider {
        void authenticate(const Credentials&, Execution&, Done) const override {
            throw std::runtime_error("oh");
        }
    };
    providers.push_back(std::make_shared<Throws>());
    add(alice);
    ask();
    EXPECT_EQ(result, "Credentials cannot be checked now");
}

/// Advises what it is told to, and notes what it hears.
class ScriptedGuard final : public LoginGuard {
public:
    Attempt begin(std::string_view address, std::string_view login, std::string_view shown) override {
        began += std::string(address) + ' ' + std::string(login);
        if (!shown.empty()) began += "shown " + std::string(shown);
        began += ';';
        return {};
    }
    Advice ask(Attempt&, base::TimePoint now) override {
        if (kind == Advice::Kind::wait && now >= until) return {};
        return {kind, until};
    }
    void end(Attempt&, bool failed, base::TimePoint) override { ended += failed ? "failed;" : "ended;"; }
    [[nodiscard]] LoginCounts counts() const override { return {}; }

    Advice::Kind kind = Advice::Kind::check;
    base::TimePoint until{};
    std::string began, ended;
};

class GuardedManagerTest : public AuthenticationManagerTest {
protected:
    AuthenticationManager::Question log_in(Credentials shown = {.login = "alice",
                                                                .passcode = "x",
                                                                .remote_address = "192.0.2.1:9"}) {
        return guarded.ask(providers, std::move(shown), [this](AuthenticationManager::Outcome outcome) {
            ++told;
            if (outcome.has_error()) result = outcome.error().message;
            else result = *outcome ? (*outcome)->principal.name : "nobody";
        });
    }

    base::TimerQueue timers;
    std::shared_ptr<ScriptedGuard> guard = std::make_shared<ScriptedGuard>();
    AuthenticationManager guarded{execution, timers, guard};
    const base::TimePoint later = base::TimePoint{} + std::chrono::seconds(4);
};

TEST_F(GuardedManagerTest, TheDelayIsWaitedBeforeCredentialsAreChecked) {
    const auto provider = add(alice);
    guard->kind = LoginGuard::Advice::Kind::wait;
    guard->until = later;
    const auto question = log_in();
    timers.run_due(later - std::chrono::milliseconds(1));
    EXPECT_EQ(provider->asked, 0);
    timers.run_due(later);
    EXPECT_EQ(provider->asked, 1);
    EXPECT_EQ(result, "alice");
    EXPECT_EQ(guard->began, "192.0.2.1:9 alice;");
    EXPECT_EQ(guard->ended, "ended;");
}

TEST_F(GuardedManagerTest, WhoLeavesWhileWaitingIsNotChecked) {
    const auto provider = add(alice);
    guard->kind = LoginGuard::Advice::Kind::wait;
    guard->until = later;
    log_in().reset();
    EXPECT_EQ(guard->ended, "ended;");
    timers.run_due(later);
    EXPECT_EQ(provider->asked, 0);
    EXPECT_EQ(told, 0);
}

TEST_F(GuardedManagerTest, WhoIsToldWhileWaitingMayLetGoOfTheQuestion) {
    add(alice);
    guard->kind = LoginGuard::Advice::Kind::wait;
    guard->until = later;
    AuthenticationManager::Question question;
    question = guarded.ask(providers, {.token = "t"}, [&](AuthenticationManager::Outcome) {
        ++told;
        question.reset();
    });
    timers.run_due(later);
    EXPECT_EQ(told, 1);
}

TEST_F(GuardedManagerTest, WhereTooManyWaitCredentialsCannotBeChecked) {
    const auto provider = add(alice);
    guard->kind = LoginGuard::Advice::Kind::refuse;
    log_in();
    EXPECT_EQ(result, "Credentials cannot be checked now");
    EXPECT_EQ(provider->asked, 0);
}

TEST_F(GuardedManagerTest, WrongCredentialsAreAFailure) {
    add(AuthenticationAnswer::refused("wrong"));
    log_in();
    EXPECT_EQ(guard->ended, "failed;");
    log_in({.token = "t"});
    EXPECT_EQ(guard->ended, "failed;failed;");
}

TEST_F(GuardedManagerTest, AnythingElseIsNone) {
    const auto provider = add(AuthenticationAnswer::unavailable("no answer"));
    log_in();
    EXPECT_EQ(guard->ended, "ended;");
    providers = {};
    add(AuthenticationAnswer::absent());
    log_in();
    EXPECT_EQ(guard->ended, "ended;ended;");
    EXPECT_EQ(result, "nobody");
}

/// Else leaving in time would be a way around the count, and the work is done.
TEST_F(GuardedManagerTest, AFailureCountsAlsoWhenNobodyWaitsForIt) {
    const auto slow = add(AuthenticationAnswer::absent());
    slow->later = true;
    log_in().reset();
    EXPECT_EQ(guard->ended, "") << "it is still under check";
    std::exchange(slow->waiting, nullptr)(AuthenticationAnswer::refused("wrong"));
    EXPECT_EQ(guard->ended, "failed;");
    log_in().reset();
    slow->waiting = nullptr;  // as a server that stops drops it
    EXPECT_EQ(guard->ended, "failed;ended;");
}

TEST_F(GuardedManagerTest, WhatNobodyWouldCheckIsNoAttempt) {
    add(AuthenticationAnswer::refused("wrong"));
    log_in({.cookies = "a=b"});
    EXPECT_EQ(guard->began, "");
}

TEST_F(GuardedManagerTest, WhatAProviderWouldCheckIsAnAttempt) {
    add(AuthenticationAnswer::absent());
    add(AuthenticationAnswer::refused("wrong"))->reads_cookies = true;
    log_in({.cookies = "a=b", .remote_address = "192.0.2.1:9"});
    EXPECT_EQ(guard->began, "192.0.2.1:9 shown a=b;");
    EXPECT_EQ(guard->ended, "failed;");
}

TEST_F(GuardedManagerTest, WhatOneProviderWouldCheckDoesNotHideAnothers) {
    add(AuthenticationAnswer::absent());
    add(AuthenticationAnswer::refused("wrong"))->reads_cookies = true;
    log_in({.token = "t", .cookies = "a=b", .remote_address = "192.0.2.1:9"});
    EXPECT_EQ(guard->began, "192.0.2.1:9 shown t\na=b;");
}

TEST_F(GuardedManagerTest, OfALoginNothingElseIsShown) {
    add(alice);
    log_in({.login = "alice", .passcode = "x", .token = "t", .remote_address = "192.0.2.1:9"});
    EXPECT_EQ(guard->began, "192.0.2.1:9 alice;");
}

TEST_F(GuardedManagerTest, WhatHasBeenRightOnceIsNoFailure) {
    add(AuthenticationAnswer::expired("too old"));
    log_in({.token = "t"});
    EXPECT_EQ(guard->ended, "ended;");
    EXPECT_EQ(result, "Bad credentials");
}

TEST_F(GuardedManagerTest, WhoHasToComeAgainLaterIsToldWhen) {
    const auto provider = add(alice);
    guard->kind = LoginGuard::Advice::Kind::refuse;
    guard->until = timers.now() + std::chrono::milliseconds(36'200);
    std::chrono::seconds after{0};
    (void)guarded.ask(providers, {.login = "alice"}, [&](AuthenticationManager::Outcome outcome) {
        result = outcome.error().message;
        after = outcome.error().retry_after;
    });
    EXPECT_EQ(result, "Too many logins have failed; try again in 37 s");
    EXPECT_EQ(after, std::chrono::seconds(37));
    EXPECT_EQ(provider->asked, 0);
}

TEST_F(GuardedManagerTest, WhoRenewsDoesNotWaitAndItsFailuresCount) {
    add(AuthenticationAnswer::refused("wrong"));
    guard->kind = LoginGuard::Advice::Kind::refuse;
    log_in({.token = "t", .shown = Credentials::Shown::renewal});
    EXPECT_EQ(result, "Bad credentials");
    EXPECT_EQ(guard->ended, "failed;");
}

TEST(LoginProvider, ChecksLoginsAndLeavesEverythingElse) {
    NoExecution execution;
    const LoginProvider provider(std::make_shared<UserList>(UserList{{"alice", "wonderland"}}));
    AuthenticationAnswer last;
    const auto say = [&](Credentials shown) {
        provider.authenticate(shown, execution,
                              [&](AuthenticationAnswer answer) { last = std::move(answer); });
        return last.kind;
    };
    using Kind = AuthenticationAnswer::Kind;
    EXPECT_EQ(say({.token = "x", .cookies = "a=b"}), Kind::absent);
    EXPECT_EQ(say({.login = "alice", .passcode = "x"}), Kind::refused);
    EXPECT_EQ(say({.login = "alice"}), Kind::refused);
    EXPECT_EQ(say({.login = "alice", .passcode = "wonderland"}), Kind::accepted);
    EXPECT_FALSE(last.authentication.is_ambient);
    EXPECT_EQ(say({.login = "alice", .passcode = "wonderland", .shown = Credentials::Shown::handshake}),
              Kind::accepted);
    EXPECT_TRUE(last.authentication.is_ambient);
}

}  // namespace
}  // namespace stentor::security
