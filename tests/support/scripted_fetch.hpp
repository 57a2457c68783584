#pragma once

#include "security/http_fetch.hpp"

#include <deque>
#include <utility>
#include <vector>

namespace stentor::test {

/// Answers when the test says so, by a clock that the test moves.
class ScriptedFetch final : public security::HttpFetch {
public:
    void run(Task task) override { task(); }
    void run_after(std::chrono::milliseconds delay, Task task) override {
        timers_.emplace_back(now_ + delay, std::move(task));
    }
    void get(security::HttpQuestion question, Done done) override {
        asked.push_back(question);
        waiting_.push_back(std::move(done));
    }
    [[nodiscard]] base::TimePoint now() const override { return now_; }

    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    /// To the question that waits longest.
    void answer(int status, std::string body) {
        const Done done = std::move(waiting_.front());
        waiting_.pop_front();
        done({status, std::move(body), status == 0 ? "connection refused" : ""});
    }
    void advance(std::chrono::milliseconds by) {
        const base::TimePoint end = now_ + by;
        while (true) {
            auto next = timers_.end();
            for (auto at = timers_.begin(); at != timers_.end(); ++at)
                if (at->first <= end && (next == timers_.end() || at->first < next->first)) next = at;
            if (next == timers_.end()) break;
            const Task task = std::move(next->second);
            now_ = std::max(now_, next->first);
            timers_.erase(next);
            task();
        }
        now_ = end;
    }

    std::vector<security::HttpQuestion> asked;

private:
    base::TimePoint now_ = base::TimePoint{} + std::chrono::hours(1);
    std::deque<Done> waiting_;
    std::vector<std::pair<base::TimePoint, Task>> timers_;
};

}  // namespace stentor::test
