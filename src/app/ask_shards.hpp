#pragma once

#include "app/inside.hpp"
#include "app/shard.hpp"

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace stentor::app {

/// One question to all shards, and what they have answered so far. Any thread.
template <class Each, class Done>
class ShardQuestion {
public:
    using Answer = std::invoke_result_t<const Each&, Shard&>;
    static_assert(!std::is_void_v<Answer>, "a shard answers with a value");

    ShardQuestion(unsigned shards, Each each, Done done)
        : each_(std::move(each)), done_(std::move(done)), answers_(shards), left_(shards) {}

    /// Once on each shard. The last one that answers sends the answers home.
    static void put(const std::shared_ptr<ShardQuestion>& question, Shard& shard, unsigned home) {
        question->answers_[shard.self()].emplace(std::as_const(question->each_)(shard));
        if (question->left_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
        if (shard.self() == home) return question->finish();
        shard.post_to(home, [question](Shard&) { question->finish(); });
    }

private:
    void finish() {
        std::vector<Answer> all;
        all.reserve(answers_.size());
        for (std::optional<Answer>& each : answers_) all.push_back(std::move(*each));
        done_(std::move(all));
    }

    Each each_;
    Done done_;
    std::vector<std::optional<Answer>> answers_;  ///< by shard; each writes its own
    std::atomic<unsigned> left_;
};

/// Runs `each(Shard&)` on every shard, on this one at once, and gives `done` what they returned, by shard:
/// `done(std::vector<T>)`, once, on this shard, maybe before this returns. Nothing waits. `each` is called by
/// several threads at the same time. When one of them throws, or the application ends first, `done` is
/// destroyed uncalled.
template <class Each, class Done>
void ask_shards(Shard& home, Each each, Done done) {
    using Question = ShardQuestion<Each, Done>;
    const auto question = std::make_shared<Question>(home.count(), std::move(each), std::move(done));
    for (unsigned shard = 0; shard < home.count(); ++shard)
        if (shard != home.self())
            home.post_to(shard,
                         [question, to = home.self()](Shard& there) { Question::put(question, there, to); });
    Question::put(question, home, home.self());
}

/// The same from any thread: `done` is called on the caller's own shard if it is on one, else on the first.
/// False when nothing runs. Both functions are copied.
template <class Each, class Done>
bool ask_shards(Inside& inside, Each each, Done done) {
    return inside.on_a_shard(
        [each = std::move(each), done = std::move(done)](Shard& home) { ask_shards(home, each, done); });
}

/// Waits for the answers; nothing when there will be none. Throws std::logic_error on a shard's thread, which
/// would wait for itself.
template <class Each>
auto ask_shards_and_wait(Inside& inside, Each each) {
    using Answers = std::vector<std::invoke_result_t<const Each&, Shard&>>;
    if (inside.is_on_a_shard()) throw std::logic_error("a shard cannot wait for the answers of all shards");
    auto promise = std::make_shared<std::promise<Answers>>();
    std::future<Answers> answers = promise->get_future();
    const bool asked = ask_shards(inside, std::move(each), [promise = std::move(promise)](Answers all) {
        promise->set_value(std::move(all));
    });
    if (!asked) return std::optional<Answers>();
    try {
        return std::optional<Answers>(answers.get());
    } catch (const std::future_error&) { return std::optional<Answers>(); }  // nobody can answer any more
}

}  // namespace stentor::app
