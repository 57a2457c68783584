#include "security/failed_logins.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace stentor::security {
namespace {

using namespace std::chrono_literals;
using Kind = LoginGuard::Advice::Kind;

class FailedLoginsTest : public ::testing::Test {
protected:
    /// How long an attempt from there has to wait, as a whole, where the client comes again when it is told
    /// to; then it fails, or not.
    base::Duration attempt(const std::string& address, const std::string& login, bool fails = true) {
        LoginGuard::Attempt made = guard.begin(address, login);
        const base::TimePoint asked = now;
        for (;;) {
            const LoginGuard::Advice advice = guard.ask(made, now);
            if (advice.kind == Kind::check) break;
            EXPECT_GT(advice.until, now);
            if (advice.kind == Kind::wait) {
                EXPECT_LE(advice.until - now, 5s) << "no connection waits longer";
            }
            if (advice.kind == Kind::refuse) {
                EXPECT_GT(advice.until - now, 5s);
                guard.end(made, false, now);
                made = guard.begin(address, login);
            }
            now = advice.until;
        }
        guard.end(made, fails, now);
        return now - asked;
    }
    /// Each with a login of its own, all at the same moment.
    void fail_from(const std::string& address, int times) {
        for (int i = 0; i < times; ++i) {
            LoginGuard::Attempt made = guard.begin(address, "spray" + std::to_string(next++));
            guard.end(made, true, now);
        }
    }
    /// As the others do, each from an address of its own.
    void fail_for(const std::string& login, int times) {
        for (int i = 0; i < times; ++i) {
            const int n = next++;
            LoginGuard::Attempt made =
                guard.begin("10.1." + std::to_string(n / 250) + '.' + std::to_string(n % 250) + ":1", login);
            guard.end(made, true, now);
        }
    }
    base::Duration wait_now(const std::string& address, const std::string& login) {
        LoginGuard::Attempt made = guard.begin(address, login);
        const LoginGuard::Advice advice = guard.ask(made, now);
        guard.end(made, false, now);
        return advice.kind != Kind::check ? advice.until - now : base::Duration::zero();
    }

    base::TimePoint now = base::TimePoint{} + 1h;
    int next = 0;
    FailedLogins guard{FailedLogins::Limits{}, 42};
};

TEST_F(FailedLoginsTest, TheFirstFiveCostNothingThenEachDoublesTheDelay) {
    std::vector<base::Duration> waited;
    for (int i = 0; i < 15; ++i) waited.push_back(attempt("192.0.2.1:1", "login" + std::to_string(i)));
    const std::vector<base::Duration> expected{0s, 0s, 0s,  0s,  0s,  0s,  1s, 2s,
                                               4s, 8s, 16s, 32s, 32s, 60s, 60s};
    EXPECT_EQ(waited, expected) << "one failure was forgotten in the first minute of waiting";
}

TEST_F(FailedLoginsTest, AnAddressThatNeverStopsHasOneAttemptAMinute) {
    fail_from("192.0.2.1:1", 1'000);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(attempt("192.0.2.1:1", "x" + std::to_string(i)), 60s);
}

TEST_F(FailedLoginsTest, WhatFailedIsForgotten) {
    fail_from("192.0.2.1:1", 6);
    EXPECT_EQ(wait_now("192.0.2.1:1", "x"), 1s);
    now += 61s;
    EXPECT_EQ(wait_now("192.0.2.1:1", "x"), 0s);
    fail_from("192.0.2.1:1", 1'000);
    EXPECT_EQ(wait_now("192.0.2.1:1", "x"), 60s);
    now += 8min;
    EXPECT_EQ(wait_now("192.0.2.1:1", "x"), 0s);
    now += 1min;
    fail_from("192.0.2.1:1", 5);
    EXPECT_EQ(wait_now("192.0.2.1:1", "x"), 0s) << "all the free ones are back";
}

TEST_F(FailedLoginsTest, FiveAMinuteAreFreeForEver) {
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(attempt("192.0.2.1:1", "login" + std::to_string(i)), 0s);
        now += 12s;
    }
}

TEST_F(FailedLoginsTest, ASuccessTakesNothingBack) {
    fail_from("192.0.2.1:1", 6);
    attempt("192.0.2.1:1", "mine", false);
    EXPECT_GT(wait_now("192.0.2.1:1", "x"), 0s);
}

TEST_F(FailedLoginsTest, SuccessesCostNothing) {
    for (int i = 0; i < 1'000; ++i) EXPECT_EQ(attempt("192.0.2.1:1", "alice", false), 0s);
}

TEST_F(FailedLoginsTest, AnIpv6NetworkIsOneAddress) {
    fail_from("[2001:db8:1:2::1]:1", 7);
    EXPECT_EQ(wait_now("[2001:db8:1:2:ffff::1]:2", "x"), 2s);
    EXPECT_EQ(wait_now("[2001:db8:1:3::1]:1", "x"), 0s);
}

TEST_F(FailedLoginsTest, WhatComesFromThisMachineIsCountedByItsLoginsOnly) {
    fail_from("127.0.0.1:1", 1'000);
    EXPECT_EQ(wait_now("127.0.0.1:1", "x"), 0s);
    for (int i = 0; i < 8; ++i) attempt("127.0.0.1:1", "alice");
    EXPECT_GT(wait_now("127.0.0.1:1", "alice"), 0s);
    EXPECT_EQ(wait_now("127.0.0.1:1", "bob"), 0s);
}

TEST_F(FailedLoginsTest, OthersCanDelayALoginsOwnerOnlyABit) {
    fail_for("alice", 1'000);
    EXPECT_EQ(wait_now("192.0.2.1:1", "alice"), 5s);
    EXPECT_EQ(wait_now("192.0.2.1:1", "bob"), 0s);
    EXPECT_EQ(wait_now("192.0.2.1:1", ""), 0s) << "a token is nobody's login";
}

TEST_F(FailedLoginsTest, NorDoTheyLockHimOutByFillingThePlaces) {
    FailedLogins small({.max_waiting = 2}, 42);
    const auto fail = [&](const std::string& address) {
        LoginGuard::Attempt made = small.begin(address, "alice");
        small.end(made, true, now);
    };
    for (int i = 0; i < 10; ++i) fail("10.1.0." + std::to_string(i));
    for (int i = 0; i < 2; ++i) {
        LoginGuard::Attempt made = small.begin("10.2.0." + std::to_string(i), "alice");
        EXPECT_EQ(small.ask(made, now).kind, Kind::wait);
    }
    LoginGuard::Attempt owner = small.begin("192.0.2.1:1", "alice");
    EXPECT_EQ(small.ask(owner, now).kind, Kind::check);
    for (int i = 0; i < 10; ++i) fail("192.0.2.2:1");
    LoginGuard::Attempt guesser = small.begin("192.0.2.2:1", "alice");
    EXPECT_EQ(small.ask(guesser, now).kind, Kind::refuse);
    EXPECT_EQ(small.counts().refused, 1U);
}

TEST_F(FailedLoginsTest, OneAddressTakesNoMoreThanHalfOfThePlaces) {
    std::vector<LoginGuard::Attempt> all;
    const auto come = [&](const std::string& address, Kind expected) {
        all.push_back(guard.begin(address, "x"));
        ASSERT_EQ(guard.ask(all.back(), now).kind, expected);
    };
    for (const std::string address : {"192.0.2.1:1", "192.0.2.2:1"})
        for (int i = 0; i < 16; ++i) come(address, Kind::check);
    const std::size_t first_that_waits = all.size();
    for (int i = 0; i < 500; ++i) come("192.0.2.1:1", Kind::wait);
    LoginGuard::Attempt more = guard.begin("192.0.2.1:1", "x");
    const LoginGuard::Advice advice = guard.ask(more, now);
    EXPECT_EQ(advice.kind, Kind::refuse);
    EXPECT_EQ(advice.until, base::TimePoint()) << "nobody knows when";
    come("192.0.2.2:1", Kind::wait);
    EXPECT_EQ(guard.counts().waiting, 501U);
    guard.end(all[first_that_waits], false, now);
    EXPECT_EQ(guard.ask(more, now).kind, Kind::wait) << "a place is free";
}

TEST_F(FailedLoginsTest, WhoWouldWaitForLongIsToldWhenToComeAgain) {
    fail_from("192.0.2.1:1", 10);
    LoginGuard::Attempt early = guard.begin("192.0.2.1:1", "x");
    const LoginGuard::Advice advice = guard.ask(early, now);
    EXPECT_EQ(advice.kind, Kind::refuse);
    EXPECT_EQ(advice.until - now, 16s);
    EXPECT_EQ(guard.counts().refused, 1U);
    EXPECT_EQ(guard.counts().waiting, 0U);
    guard.end(early, false, now);
    now += 16s;
    LoginGuard::Attempt in_time = guard.begin("192.0.2.1:1", "x");
    EXPECT_EQ(guard.ask(in_time, now).kind, Kind::check);
    LoginGuard::Attempt elsewhere = guard.begin("192.0.2.2:1", "x");
    EXPECT_EQ(guard.ask(elsewhere, now).kind, Kind::check) << "nobody else is concerned";
}

TEST_F(FailedLoginsTest, AttemptsAtTheSameTimeTakeTurns) {
    fail_from("192.0.2.1:1", 8);  // 4 s each from now on
    int checked = 0;
    for (const base::TimePoint end = now + 1h; now < end; now += 1s)
        for (int i = 0; i < 10; ++i) {
            LoginGuard::Attempt made = guard.begin("192.0.2.1:1", "x" + std::to_string(next++));
            LoginGuard::Advice advice = guard.ask(made, now);
            if (advice.kind == Kind::wait) advice = guard.ask(made, now + 5s);
            checked += advice.kind == Kind::check ? 1 : 0;
            guard.end(made, advice.kind == Kind::check, now);
        }
    EXPECT_LE(checked, 66) << "however many there are: one a minute, and those that led there";
    EXPECT_GE(checked, 60);
}

TEST_F(FailedLoginsTest, WhoWaitedForAnotherReasonTakesATurnToo) {
    std::vector<LoginGuard::Attempt> all;
    for (int i = 0; i < 100; ++i) {
        all.push_back(guard.begin("192.0.2.1:1", "x" + std::to_string(i)));
        EXPECT_EQ(guard.ask(all.back(), now).kind, i < 16 ? Kind::check : Kind::wait);
    }
    for (std::size_t i = 0; i < 16; ++i) guard.end(all[i], true, now);
    now += 1s;
    for (std::size_t i = 16; i < 100; ++i) {
        EXPECT_EQ(guard.ask(all[i], now).kind, Kind::refuse) << "16 have failed since";
        guard.end(all[i], false, now);
    }
    EXPECT_EQ(guard.counts().waiting, 0U);
}

TEST_F(FailedLoginsTest, TheSameWrongTokenAgainIsNoGuess) {
    const auto show = [&](const std::string& address, const std::string& token) {
        LoginGuard::Attempt made = guard.begin(address, "", token);
        guard.end(made, true, now);
    };
    for (int i = 0; i < 1'000; ++i) show("192.0.2.1:1", i % 2 == 0 ? "an old one" : "another");
    EXPECT_EQ(wait_now("192.0.2.1:1", "x"), 0s);
    EXPECT_EQ(guard.counts().failed, 1'000U);
    for (int i = 0; i < 20; ++i) show("192.0.2.2:1", "guess" + std::to_string(i));
    EXPECT_EQ(wait_now("192.0.2.2:1", "x"), 60s);
    for (int i = 0; i < 20; ++i) {
        LoginGuard::Attempt made = guard.begin("192.0.2.3:1", "alice");
        guard.end(made, true, now);
    }
    EXPECT_EQ(wait_now("192.0.2.3:1", "x"), 60s) << "the same passcode costs as much each time";
}

TEST_F(FailedLoginsTest, WhatComesThroughAProxyIsCountedByItsLoginsOnly) {
    FailedLogins behind({}, 42, [](std::string_view host) { return host == "10.0.0.9"; });
    for (const std::string address : {"10.0.0.9:1", "10.0.0.8:1"}) {
        for (int i = 0; i < 20; ++i) {
            LoginGuard::Attempt made = behind.begin(address, "x" + std::to_string(i));
            behind.end(made, true, now);
        }
        LoginGuard::Attempt honest = behind.begin(address, "bob");
        EXPECT_EQ(behind.ask(honest, now).kind, address == "10.0.0.9:1" ? Kind::check : Kind::refuse);
        behind.end(honest, false, now);
    }
}

TEST_F(FailedLoginsTest, AttemptsAtTheSameTimeAreNoWayAroundTheCount) {
    std::vector<LoginGuard::Attempt> all;
    for (int i = 0; i < 100; ++i) all.push_back(guard.begin("192.0.2.1:1", "x" + std::to_string(i)));
    int checked = 0;
    for (LoginGuard::Attempt& each : all) checked += guard.ask(each, now).kind == Kind::check ? 1 : 0;
    EXPECT_EQ(checked, 16);
    for (int i = 0; i < 16; ++i) guard.end(all[static_cast<std::size_t>(i)], true, now);
    EXPECT_EQ(wait_now("192.0.2.1:1", "y"), 60s);
}

TEST_F(FailedLoginsTest, ManyHonestClientsOfOneAddressOnlyTakeTurns) {
    std::vector<LoginGuard::Attempt> all;
    for (int i = 0; i < 100; ++i) all.push_back(guard.begin("192.0.2.1:1", "x" + std::to_string(i)));
    std::size_t done = 0;
    for (int turn = 0; turn < 10; ++turn, now += 1s) {
        std::vector<LoginGuard::Attempt> later;
        std::vector<LoginGuard::Attempt> checked;
        for (LoginGuard::Attempt& each : all)
            (guard.ask(each, now).kind == Kind::check ? checked : later).push_back(each);
        for (LoginGuard::Attempt& each : checked) guard.end(each, false, now);
        done += checked.size();
        all = std::move(later);
    }
    EXPECT_EQ(done, 100U);
    EXPECT_EQ(guard.counts().refused, 0U);
}

TEST_F(FailedLoginsTest, WhatIsCounted) {
    fail_from("192.0.2.1:1", 6);
    attempt("192.0.2.1:1", "x");
    const LoginCounts counts = guard.counts();
    EXPECT_EQ(counts.failed, 7U);
    EXPECT_EQ(counts.delayed, 1U);
    EXPECT_EQ(counts.refused, 0U);
    EXPECT_EQ(counts.waiting, 0U);
}

TEST_F(FailedLoginsTest, LimitsOfZeroDoNotStopTheClock) {
    FailedLogins strict({.free_failures = 0, .first_delay = 0s, .longest_delay = 0s, .max_waiting = 0}, 1);
    for (int i = 0; i < 10; ++i) {
        LoginGuard::Attempt made = strict.begin("192.0.2.1", "x");
        EXPECT_EQ(strict.ask(made, now).kind, Kind::check);
        strict.end(made, true, now);
    }
}

/// A slot of one is seldom another's too: then a thousand who guess concern few others.
TEST_F(FailedLoginsTest, FewOthersAreConcerned) {
    for (int i = 0; i < 1'000; ++i)
        fail_from("10." + std::to_string(i / 250) + ".7." + std::to_string(i % 250), 10);
    int concerned = 0;
    for (int i = 0; i < 1'000; ++i)
        concerned += wait_now("172.16." + std::to_string(i / 250) + '.' + std::to_string(i % 250), "") > 0s;
    EXPECT_LT(concerned, 50);
}

}  // namespace
}  // namespace stentor::security
