// Tests: tests/unit/testing/test_app_test.cpp
#include "testing/kit.hpp"

#include "testing/fail.hpp"
#include "testing/pipe_stream.hpp"

#include <algorithm>
#include <thread>

namespace stentor::test {
namespace {

constexpr int max_turns = 100'000;  ///< in which it has to come to rest
constexpr std::chrono::seconds io_patience{10};

}  // namespace

std::shared_ptr<PipeDriver> Kit::drive(const app::Blueprint& blueprint) {
    return driver_ = std::make_shared<PipeDriver>(blueprint);
}

PipeDriver& Kit::driver() const {
    require(driver_ != nullptr, "the application does not run: call start() first");
    return *driver_;
}

std::unique_ptr<Stream> Kit::connect(Speaks speaks, const Peer& peer) {
    require(!driver().stopped(), "the application has been stopped");
    return std::make_unique<PipeStream>(driver().accept(speaks, peer));
}

bool Kit::until(const std::function<bool()>& done) {
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    for (;;) {
        settle();
        if (done()) return true;
        if (driver_ == nullptr) return false;
        if (driver_->turn()) continue;
        const bool has_io = driver_->wait();
        if (Clock::now() - begin > (has_io ? std::max<base::Duration>(io_patience, patience_) : patience_))
            return false;
        if (!has_io) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

void Kit::settle() {
    std::erase_if(parties_, [](const auto& party) { return party.expired(); });
    for (int turns = 0; turns < max_turns; ++turns) {
        if (driver_ != nullptr && driver_->turn()) continue;
        const auto parties = parties_;  // one of them may send, and so settle
        for (const auto& each : parties)
            if (const auto party = each.lock()) party->update();
        if (driver_ == nullptr || !driver_->turn()) return;
    }
    fail("the application does not come to rest");
}

void Kit::advance(base::Duration by) {
    PipeDriver& moved = driver();
    settle();  // what was sent so far was sent before
    const base::TimePoint end = moved.now() + by;
    while (moved.now() < end) {
        const base::TimePoint next = std::max(moved.next_deadline(), moved.now() + base::TimerQueue::tick);
        moved.advance(std::min(next, end) - moved.now());
        settle();
    }
}

std::string Kit::sleeping() const {
    if (driver_ == nullptr || driver_->next_waking() == base::never) return "";
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(driver_->next_waking() - driver_->now());
    return "a coroutine sleeps for another " + std::to_string(left.count()) + " ms: advance() the time";
}

}  // namespace stentor::test
