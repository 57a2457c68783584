// What subscribing, leaving and publishing cost the broker, however much is there already:
//
//     build/release/bin/bench_broker
//
// Each row has the figure with few subscriptions and with many; docs/performance.md says how far they may be
// apart.
#include "broker/simple_broker.hpp"

#include <benchmark/benchmark.h>

#include <deque>
#include <string>
#include <vector>

namespace {

using namespace stentor;

struct OneShard final : broker::Peers {
    [[nodiscard]] unsigned self() const override { return 0; }
    [[nodiscard]] unsigned count() const override { return 1; }
    void send(unsigned, broker::Mail) override {}
};

struct Counter final : broker::Subscriber {
    void deliver(const broker::Subscription&, const broker::Delivery& delivery) override {
        benchmark::DoNotOptimize(delivery.message.get());
        ++count;
    }
    void overflowed(const broker::Subscription&) override {}
    std::size_t count = 0;
};

void nothing(const Result<void>&) {}

/// A broker with subscriptions, all of one subscriber.
class Filled {
public:
    Filled() : broker_(settings_, peers_, timers_) {}
    ~Filled() {
        for (broker::Subscription& subscription : subscriptions_) broker_.unsubscribe(subscription);
    }
    Filled(const Filled&) = delete;
    Filled& operator=(const Filled&) = delete;

    void subscribe(std::string destination) { broker_.subscribe(made(std::move(destination)), nothing); }
    broker::Subscription& made(std::string destination) {
        return subscriptions_.emplace_back(subscriber_, id_,
                                           destinations_.emplace_back(std::move(destination)));
    }
    [[nodiscard]] broker::SimpleBroker& broker() { return broker_; }
    [[nodiscard]] Counter& subscriber() { return subscriber_; }

private:
    broker::Settings settings_;
    OneShard peers_;
    base::TimerQueue timers_;
    broker::SimpleBroker broker_;
    Counter subscriber_;
    const std::string id_ = "sub-0";
    std::deque<std::string> destinations_;
    std::deque<broker::Subscription> subscriptions_;
};

/// How the destinations of subscriptions look.
enum Shape { one_topic, topics, patterns, patterns_behind_a_star };

std::string destination(Shape shape, std::size_t number, const char* wild) {
    const std::string text = std::to_string(number);
    switch (shape) {
        case one_topic: return "/topic/prices";
        case topics: return "/topic/prices/of/share/" + text;
        case patterns: return "/topic/prices/" + text + "/" + wild;
        case patterns_behind_a_star: return std::string("/topic/") + wild + "/" + text;
    }
    return {};
}

constexpr std::size_t newcomers = 64;

/// Somebody comes and goes again.
void subscribe_and_leave(benchmark::State& state, Shape shape) {
    Filled filled;
    const auto present = static_cast<std::size_t>(state.range(0));
    for (std::size_t i = 0; i < present; ++i) filled.subscribe(destination(shape, i, "*"));
    Counter subscriber;
    const std::string id = "sub-0";
    std::deque<std::string> destinations;
    std::deque<broker::Subscription> coming;
    for (std::size_t i = 0; i < newcomers; ++i)
        coming.emplace_back(subscriber, id,
                            destinations.emplace_back(destination(shape, present + 7919 * i, "*")));
    std::size_t next = 0;
    for (auto _ : state) {
        broker::Subscription& newcomer = coming[next++ % newcomers];
        filled.broker().subscribe(newcomer, nothing);
        filled.broker().unsubscribe(newcomer);
    }
    state.SetItemsProcessed(state.iterations());
}

/// One message for one subscription among many.
void publish(benchmark::State& state, Shape shape) {
    Filled filled;
    const auto present = static_cast<std::size_t>(state.range(0));
    for (std::size_t i = 0; i < present; ++i) filled.subscribe(destination(shape, i, "*"));
    std::vector<MessagePtr> messages;
    for (std::size_t i = 0; i < newcomers; ++i)
        messages.push_back(std::make_shared<const Message>(
            Message{destination(shape, i * 7919 % present, "anything"), {}, std::string(128, 'b'), {}}));
    std::size_t next = 0;
    for (auto _ : state) filled.broker().publish(messages[next++ % newcomers], nothing);
    if (filled.subscriber().count != static_cast<std::size_t>(state.iterations()))
        state.SkipWithError("not one delivery for each message");
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(subscribe_and_leave, one_topic, one_topic)->Arg(100)->Arg(100'000);
BENCHMARK_CAPTURE(subscribe_and_leave, topics, topics)->Arg(100)->Arg(100'000);
BENCHMARK_CAPTURE(subscribe_and_leave, patterns, patterns)->Arg(100)->Arg(100'000);
BENCHMARK_CAPTURE(subscribe_and_leave, patterns_behind_a_star, patterns_behind_a_star)
    ->Arg(100)
    ->Arg(100'000);
BENCHMARK_CAPTURE(publish, topics, topics)->Arg(100)->Arg(100'000);
BENCHMARK_CAPTURE(publish, patterns, patterns)->Arg(100)->Arg(10'000);
BENCHMARK_CAPTURE(publish, patterns_behind_a_star, patterns_behind_a_star)->Arg(100)->Arg(10'000);

/// One message for many: the cost of a delivery besides what its subscriber does with it.
void fan_out(benchmark::State& state) {
    Filled filled;
    for (std::int64_t i = 0; i < state.range(0); ++i) filled.subscribe(destination(one_topic, 0, ""));
    const MessagePtr message = std::make_shared<const Message>(
        Message{destination(one_topic, 0, ""), {}, std::string(128, 'b'), {}});
    for (auto _ : state) filled.broker().publish(message, nothing);
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(fan_out)->Arg(1)->Arg(1'000)->Arg(5'000);

}  // namespace

BENCHMARK_MAIN();
