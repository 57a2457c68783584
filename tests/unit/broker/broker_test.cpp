#include "broker/broker.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stentor::broker {
namespace {

/// Takes messages one by one, and answers when the test says.
class OneByOne final : public Broker {
public:
    [[nodiscard]] bool handles(std::string_view) const override { return true; }
    void subscribe(Subscription&, Done) override {}
    void unsubscribe(Subscription&) override {}
    void publish(MessagePtr message, Done done) override {
        published += message->body;
        if (message->body == refuses) return done(Error{Errc::too_large, "The queue is full"});
        waiting.push_back(std::move(done));
    }
    void settle(Subscription&, std::uint64_t, Settlement) override {}

    std::string published;
    std::string refuses;
    std::vector<Done> waiting;
};

class BrokerPublishAll : public ::testing::Test {
protected:
    void publish(const std::vector<std::string>& bodies) {
        std::vector<MessagePtr> messages;
        for (const std::string& body : bodies)
            messages.push_back(std::make_shared<const Message>(Message{"/queue/a", {}, body, "1"}));
        broker.publish_all(std::move(messages), [this](const Result<void>& result) {
            told += result.has_error() ? result.error().message : "done";
        });
    }
    OneByOne broker;
    std::string told;
};

TEST_F(BrokerPublishAll, IsDoneWhenAllAreThere) {
    publish({"a", "b"});
    EXPECT_EQ(broker.published, "ab");
    broker.waiting.at(1)({});
    EXPECT_EQ(told, "");
    broker.waiting.at(0)({});
    EXPECT_EQ(told, "done");
}

TEST_F(BrokerPublishAll, NothingIsPublishedAfterOneThatIsRefusedAtOnce) {
    broker.refuses = "b";
    publish({"a", "b", "c"});
    EXPECT_EQ(broker.published, "ab");
    EXPECT_EQ(told, "The queue is full");
    broker.waiting.at(0)({});
    EXPECT_EQ(told, "The queue is full") << "once";
}

TEST_F(BrokerPublishAll, OfNoneIsDone) {
    publish({});
    EXPECT_EQ(told, "done");
}

}  // namespace
}  // namespace stentor::broker
