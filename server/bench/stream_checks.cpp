#include "stream_checks.hpp"

#include <utility>

namespace stentor::bench {
namespace {

constexpr std::size_t described_at_most = 5;

std::string message_of(std::size_t stream, std::uint64_t sequence) {
    return "receiver " + std::to_string(stream) + ": message " + std::to_string(sequence);
}

}  // namespace

void Violations::describe(std::string what) {
    if (described.size() < described_at_most) described.push_back(std::move(what));
}

void Violations::add(const Violations& more) {
    lost += more.lost;
    duplicated += more.duplicated;
    reordered += more.reordered;
    foreign += more.foreign;
    for (const std::string& what : more.described) describe(what);
}

bool StreamChecks::out_of_order(std::size_t stream, std::uint64_t sequence) {
    std::uint64_t& expected = expected_[stream];
    if (sequence > expected) {
        auto& missing = missing_[stream];
        for (; expected < sequence; ++expected) missing.insert(missing.end(), expected);
        ++expected;
        return true;
    }
    const auto found = missing_.find(stream);
    if (found != missing_.end() && found->second.erase(sequence) != 0) {
        ++violations_.reordered;
        violations_.describe(message_of(stream, sequence) + " came after message " +
                             std::to_string(expected - 1));
        return true;
    }
    ++violations_.duplicated;
    violations_.describe(message_of(stream, sequence) + " came once more, or after it counted as lost");
    return false;
}

void StreamChecks::ended(std::size_t stream, std::uint64_t sequence) {
    auto& expected = expected_[stream];
    std::uint64_t lost = sequence - expected;
    std::uint64_t first = expected;
    if (const auto found = missing_.find(stream); found != missing_.end()) {
        if (!found->second.empty()) first = *found->second.begin();
        lost += found->second.size();
        missing_.erase(found);
    }
    expected = sequence;
    if (lost == 0) return;
    violations_.lost += lost;
    violations_.describe(message_of(stream, first) + " did not come" +
                         (lost > 1 ? " (" + std::to_string(lost) + " in all)" : ""));
}

}  // namespace stentor::bench
