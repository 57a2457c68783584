#include "session/subscriptions.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

class Nobody final : public broker::Subscriber {
public:
    void deliver(const broker::Subscription&, const broker::Delivery&) override {}
    void overflowed(const broker::Subscription&) override {}
};

TEST(Subscriptions, AreFoundByTheirId) {
    Nobody nobody;
    SharedTexts texts;
    Subscriptions all;
    auto& a = all.add(texts, nobody, "a", "/topic/1", 1);
    auto& b = all.add(texts, nobody, "b", "/topic/1", 2);
    EXPECT_EQ(all.find("a"), &a);
    EXPECT_EQ(all.find("b", "/topic/other"), &b);
    EXPECT_EQ(all.find("c"), nullptr);
    EXPECT_EQ(b.ticket, 2u);
}

TEST(Subscriptions, Stomp1_0_WithoutIdAreFoundByTheirDestination) {
    Nobody nobody;
    SharedTexts texts;
    Subscriptions all;
    auto& one = all.add(texts, nobody, "", "/topic/1", 1);
    auto& two = all.add(texts, nobody, "", "/topic/2", 2);
    EXPECT_EQ(all.find("", "/topic/1"), &one);
    EXPECT_EQ(all.find("", "/topic/2"), &two);
    EXPECT_EQ(all.find("/topic/1"), nullptr) << "a destination is no id";
}

TEST(Subscriptions, Stomp1_0_WithoutIdHaveNamesOfTheirOwn) {
    Nobody nobody;
    SharedTexts texts;
    Subscriptions all;
    auto& one = all.add(texts, nobody, "", "/topic/1", 1);
    auto& two = all.add(texts, nobody, "", "/topic/2", 2);
    EXPECT_EQ(all.find(one.subscription.id), &one);
    EXPECT_EQ(all.find(two.subscription.id), &two);
}

TEST(Subscriptions, AreFoundByTheirBrokersSide) {
    Nobody nobody;
    SharedTexts texts;
    Subscriptions all;
    auto& a = all.add(texts, nobody, "a", "/topic/1", 1);
    auto& b = all.add(texts, nobody, "", "/topic/1", 2);
    EXPECT_EQ(all.find(b.subscription), &b);
    EXPECT_EQ(a.header(), "a");
    EXPECT_EQ(b.header(), "");
    const broker::Subscription other{nobody, a.subscription.id, a.subscription.destination};
    EXPECT_EQ(all.find(other), nullptr);
}

TEST(Subscriptions, AreGoneWhenRemoved) {
    Nobody nobody;
    SharedTexts texts;
    Subscriptions all;
    auto& a = all.add(texts, nobody, "a", "/topic/1", 1);
    all.add(texts, nobody, "b", "/topic/1", 2);
    all.remove(texts, a);
    EXPECT_EQ(all.find("a"), nullptr);
    EXPECT_EQ(all.size(), 1u);
    all.clear(texts);
    EXPECT_EQ(all.size(), 0u);
    EXPECT_EQ(texts.size(), 0u);
}

}  // namespace
}  // namespace stentor::session
