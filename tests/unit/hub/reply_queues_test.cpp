#include "hub/reply_queues.hpp"

#include "support/counted_random.hpp"
#include "unit/hub/fake_client.hpp"

#include <gtest/gtest.h>

namespace stentor::hub {
namespace {

using test::FakeClient;

/// Shard 1 of 3.
class ReplyQueuesTest : public ::testing::Test, public ReplyPost {
protected:
    [[nodiscard]] unsigned self() const override { return 1; }
    [[nodiscard]] unsigned count() const override { return 3; }
    void send_reply(unsigned shard, const MessagePtr& message, std::uint64_t request) override {
        posted_.push_back(std::to_string(shard) + " " + message->body);
        requests_.push_back(request);
    }
    std::string send(std::string name, std::string body) {
        auto said = std::make_shared<std::string>();
        said_.push_back(said);
        queues_.send(std::make_shared<const Message>(
                         Message{std::move(name), {{"correlation-id", "7"}}, std::move(body), "m-1"}),
                     [said](const Result<void>& result) {
                         *said += result.has_error() ? std::string(to_string(result.error().code)) : "ok";
                     });
        return *said;
    }
    std::string open(FakeClient& by, std::string name) {
        const broker::Subscription& added = by.add(name, name);
        return queues_.open(added).has_error() ? "" : queues_.name_of(added);
    }

    stentor::test::CountedRandom random_;
    ReplyQueues queues_{random_, *this};
    FakeClient bob_{"s1"};
    std::vector<std::string> posted_;
    std::vector<std::uint64_t> requests_;
    std::vector<std::shared_ptr<std::string>> said_;
};

TEST_F(ReplyQueuesTest, EachHasANameOfItsOwnWithItsShardAnd128RandomBits) {
    EXPECT_EQ(open(bob_, "/temp-queue/x"), "/reply-queue/1-00000000000000000000000000000001");
    EXPECT_EQ(open(bob_, "/temp-queue/y"), "/reply-queue/1-00000000000000000000000000000002");
}

TEST_F(ReplyQueuesTest, WhatIsSentToTheNameComesUnderTheClientsOwn) {
    const std::string name = open(bob_, "/temp-queue/x");
    EXPECT_EQ(send(name, "hi"), "ok");
    EXPECT_EQ(bob_.got, std::vector<std::string>{"/temp-queue/x /temp-queue/x hi"});
    EXPECT_EQ(bob_.messages[0]->headers, (Headers{{"correlation-id", "7"}}));
    EXPECT_EQ(bob_.messages[0]->id, "m-1");
    EXPECT_TRUE(posted_.empty());
}

TEST_F(ReplyQueuesTest, ANameThatIsNotOrNoLongerIsNotFound) {
    const std::string name = open(bob_, "/temp-queue/x");
    for (const std::string& forged :
         {name + "0", name.substr(0, name.size() - 1), std::string("/reply-queue/1-"),
          std::string("/reply-queue/3-00000000000000000000000000000001"), std::string("/reply-queue/x"),
          std::string("/reply-queue/-1"), std::string("/reply-queue/99999999999999999999-1"),
          std::string("/temp-queue/x"), std::string("/topic/x")})
        EXPECT_EQ(send(forged, "hi"), "not-found") << forged;
    EXPECT_TRUE(posted_.empty());
    queues_.close(*bob_.subscriptions[0]);
    queues_.close(*bob_.subscriptions[0]);
    EXPECT_EQ(send(name, "hi"), "not-found");
    EXPECT_TRUE(bob_.got.empty());
    EXPECT_EQ(queues_.size(), 0U);
}

TEST_F(ReplyQueuesTest, AnotherShardsAnswersForItself) {
    EXPECT_EQ(send("/reply-queue/2-0001", "a"), "");
    EXPECT_EQ(send("/reply-queue/0-0001", "b"), "");
    EXPECT_EQ(posted_, (std::vector<std::string>{"2 a", "0 b"}));
    queues_.answered(requests_[1], true);
    queues_.answered(requests_[0], false);
    queues_.answered(requests_[0], false);
    queues_.answered(99, true);
    EXPECT_EQ(*said_[0], "not-found");
    EXPECT_EQ(*said_[1], "ok");
}

TEST_F(ReplyQueuesTest, ANameIsNoPattern) {
    EXPECT_EQ(open(bob_, "/temp-queue/*"), "");
    EXPECT_EQ(open(bob_, "/temp-queue/**"), "");
    EXPECT_EQ(queues_.size(), 0U);
}

TEST_F(ReplyQueuesTest, ASelectorChoosesAsElsewhere) {
    const std::string name = open(bob_, "/temp-queue/x");
    bob_.subscriptions[0]->selector =
        std::make_shared<const messaging::Selector>(messaging::Selector::parse("color = 'red'").value());
    EXPECT_EQ(send(name, "hi"), "ok") << "the queue is there";
    EXPECT_TRUE(bob_.got.empty());
}

TEST(ReplyQueueNames, AreToldApart) {
    EXPECT_TRUE(is_temp_queue("/temp-queue/x"));
    EXPECT_FALSE(is_temp_queue("/temp-queue"));
    EXPECT_FALSE(is_temp_queue("/temp-queues/x"));
    EXPECT_TRUE(is_reply_queue("/reply-queue/x"));
    EXPECT_FALSE(is_reply_queue("/reply-queue"));
    EXPECT_FALSE(is_reply_queue("/topic/reply-queue/x"));
}

}  // namespace
}  // namespace stentor::hub
