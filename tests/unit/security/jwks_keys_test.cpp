#include "security/jwks_keys.hpp"

#include "support/scripted_fetch.hpp"
#include "support/token_maker.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

using namespace std::chrono_literals;

std::string set(const std::string& id) {
    static const test::TokenMaker maker = test::TokenMaker::ec();
    return R"({"keys":[)" + maker.jwk_named(id) + "]}";
}

class JwksKeysTest : public ::testing::Test {
protected:
    void start() {
        JwksKeys::Settings settings;
        settings.question.url = "https://id/keys";
        settings.max_waiting = 3;
        keys = std::make_shared<JwksKeys>(settings, fetch, [this](const JwksKeys::Keys& now) {
            ++changes;
            current = now;
        });
        keys->start();
    }
    [[nodiscard]] bool has(const std::string& id) const {
        return current && !current->candidates(id, JwsAlgorithm::es256).empty();
    }
    void ask() {
        keys->wait_for_newer(current, [this](const JwksKeys::Keys& now) {
            ++told;
            was_newer = now != seen;
        });
    }

    test::ScriptedFetch fetch;
    std::shared_ptr<JwksKeys> keys;
    JwksKeys::Keys current;
    JwksKeys::Keys seen;
    int changes = 0;
    int told = 0;
    bool was_newer = false;
};

TEST_F(JwksKeysTest, AreFetchedAtTheStartAndEveryRefresh) {
    start();
    fetch.answer(200, set("a"));
    EXPECT_TRUE(has("a"));
    fetch.advance(599s);
    EXPECT_EQ(keys->fetches(), 1U);
    fetch.advance(1s);
    EXPECT_EQ(keys->fetches(), 2U);
    fetch.answer(200, set("b"));
    EXPECT_TRUE(has("b"));
    EXPECT_FALSE(has("a"));
    fetch.advance(600s);
    EXPECT_EQ(keys->fetches(), 3U);
}

TEST_F(JwksKeysTest, ATokenThatNamesAnotherHasThemFetchedOnce) {
    start();
    fetch.answer(200, set("a"));
    seen = current;
    ask();
    ask();
    EXPECT_EQ(keys->fetches(), 2U);
    EXPECT_EQ(told, 0);
    fetch.answer(200, set("b"));
    EXPECT_EQ(told, 2);
    EXPECT_TRUE(was_newer);
}

/// A27: a storm of ids that nobody has.
TEST_F(JwksKeysTest, AStormOfUnknownIdsIsOneFetchAMinute) {
    start();
    fetch.answer(200, set("a"));
    for (int minute = 0; minute < 5; ++minute) {
        for (int i = 0; i < 1000; ++i) ask();
        EXPECT_EQ(keys->fetches(), 2U + static_cast<std::size_t>(minute));
        fetch.answer(200, set("a"));
        for (int i = 0; i < 1000; ++i) ask();
        fetch.advance(60s);
    }
    EXPECT_EQ(told, 10'000);
}

TEST_F(JwksKeysTest, FewWaitAndTheOthersAreToldAtOnce) {
    start();
    fetch.answer(200, set("a"));
    for (int i = 0; i < 5; ++i) ask();
    EXPECT_EQ(told, 2);  // past max_waiting
    fetch.answer(200, set("b"));
    EXPECT_EQ(told, 5);
}

TEST_F(JwksKeysTest, TokensBeforeTheFirstKeysWaitForThem) {
    start();
    ask();
    EXPECT_EQ(keys->fetches(), 1U);
    fetch.answer(200, set("a"));
    EXPECT_EQ(told, 1);
    EXPECT_TRUE(was_newer);
}

TEST_F(JwksKeysTest, WhileTheUrlFailsItIsAskedAgainLaterAndLater) {
    start();
    const auto fail = [&] { fetch.answer(0, ""); };
    fail();
    for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        const std::size_t before = keys->fetches();
        fetch.advance(pause - 1ms);
        EXPECT_EQ(keys->fetches(), before);
        fetch.advance(1ms);
        EXPECT_EQ(keys->fetches(), before + 1);
        fail();
    }
    fetch.advance(60s);
    fetch.answer(200, set("a"));
    EXPECT_TRUE(has("a"));
}

TEST_F(JwksKeysTest, OldKeysStayInForceWhileTheUrlFailsAndThenGo) {
    start();
    fetch.answer(200, set("a"));
    for (int i = 0; i < 1000 && fetch.now() < base::TimePoint{} + 24h; ++i) {
        EXPECT_TRUE(has("a"));
        fetch.advance(600s);
        for (const char* const body : {"<html>", "{\"keys\":[]}"})
            if (fetch.waiting() > 0) fetch.answer(i % 2 == 0 ? 200 : 503, body);
    }
    fetch.advance(1h);
    if (fetch.waiting() > 0) fetch.answer(500, "");
    fetch.advance(1h);
    EXPECT_FALSE(current);
    EXPECT_EQ(changes, 2);
}

TEST_F(JwksKeysTest, ARedirectIsNoAnswer) {
    start();
    fetch.answer(302, set("a"));
    EXPECT_FALSE(current);
    ASSERT_EQ(fetch.asked.size(), 1U);
}

TEST_F(JwksKeysTest, WhatIsGoneIsNotTold) {
    start();
    keys.reset();
    fetch.answer(200, set("a"));
    EXPECT_EQ(changes, 0);
    fetch.advance(1h);
    EXPECT_EQ(fetch.asked.size(), 1U);
}

}  // namespace
}  // namespace stentor::security
