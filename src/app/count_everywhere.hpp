#pragma once

#include "app/ask_shards.hpp"
#include "app/node_desk.hpp"
#include "app/pending_answer.hpp"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace stentor::app {

/// Adds up what `each(Shard&)`, a number, is on all shards, and what other servers count that are asked the
/// same. T is the sum, or bool: whether there is any.
template <class T, class Each>
void count_everywhere(Shard& home, Each each, nodes::Request request,
                      std::shared_ptr<PendingAnswer<T>> answer) {
    struct Sum {
        explicit Sum(std::shared_ptr<PendingAnswer<T>> a) : answer(std::move(a)) {}
        void add(std::size_t count) {
            sum += count;
            if (--left == 0) answer->give(static_cast<T>(sum));
        }
        std::shared_ptr<PendingAnswer<T>> answer;
        std::size_t sum = 0;
        unsigned left = 1;
    };
    const auto sum = std::make_shared<Sum>(std::move(answer));
    if (home.nodes() != nullptr) ++sum->left;
    ask_shards(home, std::move(each), [sum](const std::vector<std::size_t>& all) { sum->add(sum_of(all)); });
    if (home.nodes() == nullptr) return;
    home.nodes()->ask(std::move(request), [sum](const nodes::Replies& replies) {
        std::size_t count = 0;
        for (const auto& [node, reply] : replies.from) count += reply.count;
        sum->add(count);
    });
}

/// The same from any thread.
template <class T, class Each>
Pending<T> count_everywhere(Inside& inside, Each each, nodes::Request request) {
    auto answer = std::make_shared<PendingAnswer<T>>(inside);
    Pending<T> pending = answer->pending();
    inside.on_a_shard([each = std::move(each), request = std::move(request), answer](Shard& home) {
        count_everywhere(home, each, request, answer);
    });
    return pending;
}

}  // namespace stentor::app
