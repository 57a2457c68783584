#include "session/kept_back.hpp"

#include "unit/broker/recorder.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

using broker::test::message;
using broker::test::Recorder;

class KeptBackTest : public ::testing::Test {
protected:
    void keep(const Recorder& whose, const std::string& body) {
        kept.of(whose.subscription, total).add(rule, message(whose.destination, body));
    }
    std::string take() {
        const KeptBack::Next next = kept.take();
        return next.subscription->destination + " " + next.taken.message->body;
    }

    broker::SlowRule rule{messaging::DestinationPattern::parse("**").value(),
                          broker::SlowPolicy::drop_oldest};
    Recorder a{"/topic/a"};
    Recorder b{"/topic/b"};
    std::size_t total = 0;
    KeptBack kept;
};

TEST_F(KeptBackTest, SubscriptionsTakeTurns) {
    for (const char* body : {"1", "2", "3"}) keep(a, body);
    keep(b, "1");
    EXPECT_EQ(take(), "/topic/a 1");
    EXPECT_EQ(take(), "/topic/b 1");
    EXPECT_FALSE(kept.has(b.subscription));
    EXPECT_EQ(take(), "/topic/a 2");
    EXPECT_EQ(take(), "/topic/a 3");
    EXPECT_TRUE(kept.empty());
}

TEST_F(KeptBackTest, OneIsForgottenWithAllThatWaitsForIt) {
    keep(a, "1");
    keep(b, "1");
    kept.forget(a.subscription);
    EXPECT_FALSE(kept.has(a.subscription));
    EXPECT_EQ(take(), "/topic/b 1");
    EXPECT_TRUE(kept.empty());
    EXPECT_EQ(total, 0U);
}

}  // namespace
}  // namespace stentor::session
