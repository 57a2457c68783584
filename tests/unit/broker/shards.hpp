#pragma once

#include "broker/simple_broker.hpp"
#include "unit/broker/recorder.hpp"

#include <deque>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace stentor::broker::test {

/// The brokers of some shards, with the mail between them in the test's hand: in order between any two,
/// in any order otherwise.
class Shards {
public:
    explicit Shards(unsigned count, Settings given = {}) : settings(std::move(given)), mail_(count * count) {
        for (unsigned self = 0; self < count; ++self) shards_.push_back(std::make_unique<Shard>(*this, self));
        advance({});
    }

    SimpleBroker& operator[](unsigned shard) { return shards_[shard]->broker; }
    [[nodiscard]] unsigned count() const { return static_cast<unsigned>(shards_.size()); }

    /// Delivers one letter of some pair that has any; false when there is none.
    bool deliver_one(std::mt19937& random) {
        std::vector<std::size_t> waiting;
        for (std::size_t pair = 0; pair < mail_.size(); ++pair)
            if (!mail_[pair].empty()) waiting.push_back(pair);
        if (waiting.empty()) return false;
        deliver(waiting[random() % waiting.size()]);
        return true;
    }
    void deliver_all() {
        std::mt19937 random(1);
        while (deliver_one(random)) {}
    }
    /// A turn of each shard that much later.
    void advance(base::Duration time) {
        now_ += time;
        for (const auto& shard : shards_) shard->timers.run_due(now_);
    }
    /// The mail that waits between any two.
    [[nodiscard]] std::size_t waiting() const {
        std::size_t sum = 0;
        for (const auto& pair : mail_) sum += pair.size();
        return sum;
    }
    /// Where a queue is at home: the only shard that nobody sends mail to when it consumes alone.
    unsigned home_of(const std::string& queue) {
        for (unsigned shard = 0; shard < count(); ++shard) {
            Recorder probe(queue);
            (*this)[shard].subscribe(probe.subscription, [](const Result<void>&) {});
            const bool home = waiting() == 0;
            (*this)[shard].unsubscribe(probe.subscription);
            deliver_all();
            if (home) return shard;
        }
        return count();
    }

    Settings settings;

private:
    struct Shard final : Peers {
        Shard(Shards& shards, unsigned number)
            : all(shards), own(number), broker(shards.settings, *this, timers) {}
        [[nodiscard]] unsigned self() const override { return own; }
        [[nodiscard]] unsigned count() const override { return all.count(); }
        void send(unsigned shard, Mail mail) override {
            all.mail_[own * count() + shard].push_back(std::move(mail));
        }
        Shards& all;
        unsigned own;
        base::TimerQueue timers;
        SimpleBroker broker;
    };
    void deliver(std::size_t pair) {
        Mail mail = std::move(mail_[pair].front());
        mail_[pair].pop_front();
        shards_[pair % count()]->broker.receive(static_cast<unsigned>(pair / count()), std::move(mail));
    }

    std::vector<std::unique_ptr<Shard>> shards_;
    std::vector<std::deque<Mail>> mail_;
    base::TimePoint now_{std::chrono::hours(1)};
};

/// Counts how often, and with what, it was called back.
struct Outcome {
    SimpleBroker::Done done() {
        return [this](const Result<void>& result) {
            ++calls;
            if (result.has_error()) error = result.error();
        };
    }
    [[nodiscard]] bool succeeded() const { return calls == 1 && !error; }

    int calls = 0;
    std::optional<Error> error;
};

inline Settings holding(std::string_view destinations) {
    Settings settings;
    settings.holds.push_back({messaging::DestinationPattern::parse(destinations).value()});
    return settings;
}

inline void publish(SimpleBroker& broker, const std::string& destination, const std::string& body = {}) {
    broker.publish(message(destination, body), [](const Result<void>&) {});
}

inline void subscribe(SimpleBroker& broker, Recorder& recorder) {
    broker.subscribe(recorder.subscription, [](const Result<void>&) {});
}

inline std::shared_ptr<const messaging::Selector> selector(std::string_view text) {
    return std::make_shared<const messaging::Selector>(messaging::Selector::parse(text).value());
}

/// Settles what is under way to it, in order.
inline void settle_all(SimpleBroker& broker, Recorder& recorder,
                       Settlement settlement = Settlement::accepted) {
    for (const auto& [number, taken] : std::exchange(recorder.pending, {}))
        broker.settle(recorder.subscription, number, settlement);
}

}  // namespace stentor::broker::test
