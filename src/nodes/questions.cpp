// Tests: tests/unit/nodes/questions_test.cpp
#include "nodes/questions.hpp"

namespace stentor::nodes {

std::uint64_t Questions::open(const std::vector<std::string>& nodes, base::TimePoint deadline, Done done) {
    open_.emplace(++last_, Open{{nodes.begin(), nodes.end()}, deadline, {}, std::move(done)});
    return last_;
}

/// It may ask anew when it is called.
void Questions::end(Iterator question) {
    auto ended = open_.extract(question);
    Open& own = ended.mapped();
    own.replies.silent.insert(own.replies.silent.end(), own.waits_for.begin(), own.waits_for.end());
    own.done(std::move(own.replies));
}

void Questions::answer(const std::string& node, std::uint64_t number, Reply reply) {
    const auto question = open_.find(number);
    if (question == open_.end() || question->second.waits_for.erase(node) == 0) return;
    question->second.replies.from.emplace_back(node, std::move(reply));
    if (question->second.waits_for.empty()) end(question);
}

void Questions::give_up(const std::string& node, std::uint64_t number) {
    const auto question = open_.find(number);
    if (question == open_.end() || question->second.waits_for.erase(node) == 0) return;
    question->second.replies.silent.push_back(node);
    if (question->second.waits_for.empty()) end(question);
}

void Questions::give_up(const std::string& node) {
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, question] : open_)
        if (question.waits_for.contains(node)) numbers.push_back(number);
    for (const std::uint64_t number : numbers) give_up(node, number);
}

void Questions::expire(base::TimePoint now) {
    while (!open_.empty() && open_.begin()->second.deadline <= now) end(open_.begin());
}

base::TimePoint Questions::next_deadline() const {
    return open_.empty() ? base::never : open_.begin()->second.deadline;
}

}  // namespace stentor::nodes
