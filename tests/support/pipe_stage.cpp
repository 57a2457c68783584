#include "support/pipe_stage.hpp"

#include "app/inside.hpp"
#include "testing/pipe_stream.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace stentor::test {

void PipeStage::start() {
    app::Inside::of(app).make_driver = [this](const app::Blueprint& blueprint) {
        return driver_ = std::make_shared<PipeDriver>(blueprint);
    };
    app.start(config);
}

void PipeStage::stop(const std::function<void()>& meanwhile) {
    app.stop();
    meanwhile();
}

std::unique_ptr<Stream> PipeStage::connect(Speaks speaks, const Peer& peer) {
    return std::make_unique<PipeStream>(driver_->accept(speaks, peer));
}

bool PipeStage::until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!done()) {
        if (driver_->turn()) continue;
        if (done()) return true;
        if (std::chrono::steady_clock::now() > deadline) return false;
        if (driver_->next_waking() != base::never) driver_->advance(driver_->next_waking() - driver_->now());
        else if (!driver_->wait()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

void PipeStage::settle() { driver_->settle(); }

void PipeStage::pass(base::Duration time, const std::function<void()>& meanwhile) {
    settle();  // what was sent so far was sent before
    for (const base::Duration second = std::chrono::seconds(1); time > base::Duration::zero();
         time -= second) {
        driver_->advance(std::min(time, second));
        settle();
        meanwhile();
        settle();
    }
}

PipeStage::Holdings PipeStage::holdings() {
    Holdings sum;
    for (unsigned shard = 0; shard < config.shards; ++shard)
        driver_->post_to(shard, [&sum](app::Shard& there) {
            sum.connections += there.connections();
            sum.sessions += there.hub().users().sessions();
            sum.subscriptions += there.broker().subscriptions();
            sum.encodings += there.frames().size();
        });
    settle();
    return sum;
}

broker::SlowConsumers PipeStage::slow_consumers() {
    broker::SlowConsumers sum;
    for (unsigned shard = 0; shard < config.shards; ++shard)
        driver_->post_to(shard, [&sum](app::Shard& there) { sum += there.slow_consumers(); });
    settle();
    return sum;
}

std::size_t PipeStage::memory_used() {
    std::size_t sum = 0;
    for (unsigned shard = 0; shard < config.shards; ++shard)
        driver_->post_to(shard, [&sum](app::Shard& there) { sum += there.memory_used(); });
    settle();
    return sum;
}

std::unique_ptr<Stage> make_stage() { return std::make_unique<PipeStage>(); }

}  // namespace stentor::test
