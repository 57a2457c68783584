#include "app/inside.hpp"
#include "testing/pipe_driver.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace stentor::test {
namespace {

using testing::HasSubstr;

/// Two shards, over pipes that can fail.
class OutOfMemoryFlow : public testing::Test {
protected:
    void SetUp() override {
        app::Inside::of(app_).make_driver = [this](const app::Blueprint& blueprint) {
            return driver_ = std::make_shared<PipeDriver>(blueprint);
        };
        app_.start({.shards = 2});
        alice_ = connected();
        bob_ = connected();
    }
    void TearDown() override { app_.stop(); }

    std::shared_ptr<Pipe> connected() {
        auto pipe = driver_->accept(Speaks::stomp);
        exchange(*pipe, "CONNECT\naccept-version:1.2\n\n^SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^");
        return pipe;
    }
    std::string exchange(Pipe& pipe, std::string text) {
        std::ranges::replace(text, '^', '\0');
        pipe.send(text);
        while (driver_->turn()) {}
        return pipe.take_output();
    }

    App app_;
    std::shared_ptr<PipeDriver> driver_;
    std::shared_ptr<Pipe> alice_;
    std::shared_ptr<Pipe> bob_;
};

TEST_F(OutOfMemoryFlow, EndsTheConnectionWhoseBytesItTookAndNoOther) {
    alice_->fail_next_send();
    exchange(*alice_, "SEND\ndestination:/topic/y\nreceipt:1\n\nhi^");
    EXPECT_TRUE(alice_->is_aborted());
    EXPECT_THAT(exchange(*bob_, "SEND\ndestination:/topic/x\n\nhi^"), HasSubstr("\n\nhi"));
}

TEST_F(OutOfMemoryFlow, LosesAMessageFromAnotherShardAndNoMore) {
    bob_->fail_next_send();
    exchange(*alice_, "SEND\ndestination:/topic/x\n\nlost^");
    EXPECT_FALSE(bob_->is_closed());
    EXPECT_EQ(bob_->take_output(), "");
    exchange(*alice_, "SEND\ndestination:/topic/x\n\nfound^");
    EXPECT_THAT(bob_->take_output(), HasSubstr("\n\nfound"));
}

}  // namespace
}  // namespace stentor::test
