#include "stentor/coroutine.hpp"

#include "unit/controller/fake_execution.hpp"
#include "unit/controller/samples.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stentor::controller {
namespace {

/// Lets coroutines wait until the test opens it.
class Gate {
public:
    explicit Gate(FakeExecution& execution)
        : timer_(execution.loop, boost::asio::steady_timer::time_point::max()) {}
    awaitable<void> pass() {
        try {
            co_await timer_.async_wait(boost::asio::use_awaitable);
        } catch (const boost::system::system_error&) {
            co_return;  // opened
        }
    }
    void open() { timer_.cancel(); }

private:
    boost::asio::steady_timer timer_;
};

class Coroutine : public ::testing::Test {
protected:
    void start(const BoundFunction& function, std::shared_ptr<Call> call) {
        execution_.on_shard([&] {
            function.invoke(std::move(call), [this](Answer answer) { answers_.push_back(text_of(answer)); });
        });
    }
    std::shared_ptr<Call> call() { return make_call(execution_, "/hello", R"({"name":"Bob"})"); }

    FakeExecution execution_;
    Gate gate_{execution_};
    std::vector<std::string> answers_;
};

using Answers = std::vector<std::string>;

TEST_F(Coroutine, AnswersWhenItEnds) {
    const BoundFunction bound = stentor::bind([this](Hello hello) -> awaitable<std::string> {
        co_await gate_.pass();
        co_return "Hello " + hello.name;
    });
    EXPECT_TRUE(bound.awaits);
    start(bound, call());
    EXPECT_EQ(answers_, Answers{});
    gate_.open();
    execution_.poll();
    EXPECT_EQ(answers_, Answers{"Hello Bob"});
}

TEST_F(Coroutine, StartsAtOnceSoThatOrderIsKept) {
    std::string order;
    const BoundFunction bound = stentor::bind([&]() -> awaitable<void> {
        order += "a";
        co_await gate_.pass();
        order += "c";
    });
    execution_.on_shard([&] {
        bound.invoke(call(), [](const Answer&) {});
        order += "b";
    });
    EXPECT_EQ(order, "ab");
    gate_.open();
    execution_.poll();
    EXPECT_EQ(order, "abc");
}

TEST_F(Coroutine, KeepsItsArgumentsWhenTheSessionIsGone) {
    const BoundFunction bound =
        stentor::bind([this](const Message& message, std::string_view text, const Headers& headers,
                             Header<"x"> x, const Principal& principal, const std::optional<Principal>& same,
                             Session& session) -> awaitable<std::string> {
            co_await gate_.pass();
            co_return message.body + std::string(text) + std::string(*headers.find("x")) + *x +
                principal.name + same->name + session.id();
        });
    auto with = make_call(execution_, "/hello", std::string(100, 'b'), {{"x", std::string(100, 'h')}});
    const std::weak_ptr<SessionState> session = with->session;
    start(bound, std::move(with));
    EXPECT_FALSE(session.expired());
    gate_.open();
    execution_.poll();
    EXPECT_EQ(answers_, Answers{std::string(200, 'b') + std::string(200, 'h') + "alicealices1"});
    EXPECT_TRUE(session.expired());
}

TEST_F(Coroutine, KeepsAPayloadTakenByReference) {
    const BoundFunction bound =
        stentor::bind([this](const Hello& hello, const Var<"id">& id) -> awaitable<std::string> {
            co_await gate_.pass();
            co_return hello.name + id.value;
        });
    auto with = make_call(execution_, "/hello", R"({"name":")" + std::string(100, 'n') + "\"}");
    with->variables = {{"id", std::string(100, 'i')}};
    start(bound, std::move(with));
    gate_.open();
    execution_.poll();
    EXPECT_EQ(answers_, Answers{std::string(100, 'n') + std::string(100, 'i')});
}

TEST_F(Coroutine, KeepsALambdasCaptures) {
    auto bound = std::make_unique<BoundFunction>(
        stentor::bind([this, greeting = std::string(100, 'g')](Hello hello) -> awaitable<std::string> {
            co_await gate_.pass();
            co_return greeting + hello.name;
        }));
    start(*bound, call());
    bound.reset();
    gate_.open();
    execution_.poll();
    EXPECT_EQ(answers_, Answers{std::string(100, 'g') + "Bob"});
}

TEST_F(Coroutine, IsNotStartedWhenAnArgumentDoesNotFit) {
    const BoundFunction bound = stentor::bind([](std::vector<int>) -> awaitable<int> { co_return 1; });
    start(bound, call());
    EXPECT_EQ(answers_, Answers{"conversion: payload: the value should be a list"});
}

TEST_F(Coroutine, AnswersExceptionsBeforeAndAfterWaiting) {
    start(stentor::bind([]() -> awaitable<int> {
              throw std::runtime_error("early");
              co_return 1;
          }),
          call());
    start(stentor::bind([this]() -> awaitable<int> {
              co_await gate_.pass();
              throw std::runtime_error("late");
          }),
          call());
    EXPECT_EQ(answers_, Answers{"exception"});
    gate_.open();
    execution_.poll();
    EXPECT_EQ(answers_, (Answers{"exception", "exception"}));
}

TEST_F(Coroutine, MayReturnAllThatFunctionsMay) {
    start(stentor::bind([]() -> awaitable<void> { co_return; }), call());
    start(stentor::bind([]() -> awaitable<std::optional<Hello>> { co_return std::nullopt; }), call());
    start(stentor::bind([]() -> awaitable<Result<Hello>> {
              co_return Error{Errc::conflict, "taken"};
          }),
          call());
    start(stentor::bind([]() -> awaitable<Reply<Hello>> { co_return Reply{Hello{"Eve"}}; }), call());
    start(stentor::bind([]() -> awaitable<ToUser<int>> {
              co_return ToUser<int>{"bob", "/queue/x", 3};
          }),
          call());
    EXPECT_EQ(answers_, (Answers{"nothing", "nothing", "conflict: taken", R"({"name":"Eve"})", "3"}));
}

struct Greeter {
    Gate& gate;
    std::string word;
    awaitable<std::string> greet(Hello hello) {
        co_await gate.pass();
        co_return word + hello.name;
    }
};

TEST_F(Coroutine, MayBeAMemberFunction) {
    Greeter greeter{gate_, "Hey "};
    start(stentor::bind(&Greeter::greet, greeter), call());
    gate_.open();
    execution_.poll();
    EXPECT_EQ(answers_, Answers{"Hey Bob"});
}

TEST_F(Coroutine, MayBeDroppedWithItsLoopWhileItWaits) {
    const auto kept = std::make_shared<int>(1);
    {
        FakeExecution execution;
        Gate gate(execution);
        const BoundFunction bound = stentor::bind([&gate, kept](Hello hello) -> awaitable<std::string> {
            co_await gate.pass();
            co_return hello.name;
        });
        execution.on_shard(
            [&] { bound.invoke(make_call(execution, "/x", R"({"name":"Bob"})"), [](const Answer&) {}); });
        EXPECT_GT(kept.use_count(), 1);
    }
    EXPECT_EQ(kept.use_count(), 1);
}

TEST_F(Coroutine, SleepsOnItsShard) {
    start(stentor::bind([]() -> awaitable<std::string> {
              co_await sleep_for(std::chrono::nanoseconds(1));
              co_return "awake";
          }),
          call());
    execution_.loop.restart();
    execution_.loop.run();
    EXPECT_EQ(answers_, Answers{"awake"});
}

}  // namespace
}  // namespace stentor::controller
