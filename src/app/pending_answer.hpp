#pragma once

#include "app/ask_shards.hpp"
#include "stentor/pending.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace stentor::app {

/// The promise of a Pending's result, kept by a value or, when it is dropped, by an empty one. Any thread.
template <class T>
class PendingAnswer {
public:
    explicit PendingAnswer(Inside& inside) : state_(std::make_shared<detail::PendingState<T>>(inside)) {}
    ~PendingAnswer() {
        if (state_) state_->complete(T{});
    }
    PendingAnswer(const PendingAnswer&) = delete;
    PendingAnswer& operator=(const PendingAnswer&) = delete;

    [[nodiscard]] Pending<T> pending() const { return Pending<T>(state_); }
    /// Once.
    void give(T value) { std::exchange(state_, nullptr)->complete(std::move(value)); }

private:
    std::shared_ptr<detail::PendingState<T>> state_;
};

/// Asks every shard, and makes one T of all that they answer: `merge(std::vector<A>)`.
template <class T, class Each, class Merge>
Pending<T> ask_for(Inside& inside, Each each, Merge merge) {
    auto answer = std::make_shared<PendingAnswer<T>>(inside);
    Pending<T> pending = answer->pending();
    ask_shards(inside, std::move(each), [answer = std::move(answer), merge = std::move(merge)](auto all) {
        answer->give(merge(std::move(all)));
    });
    return pending;
}

/// A merge for numbers.
inline constexpr auto sum_of = [](const std::vector<std::size_t>& all) {
    std::size_t sum = 0;
    for (const std::size_t each : all) sum += each;
    return sum;
};

}  // namespace stentor::app
