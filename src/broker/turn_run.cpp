// Tests: tests/unit/broker/turn_run_test.cpp
#include "broker/turn_run.hpp"

#include <utility>

namespace stentor::broker {
namespace {

// Sessions keep the frames of so many; more of them in one write gain nothing.
constexpr std::size_t max_messages = 32;
constexpr std::size_t max_bytes = 64 * 1024;

}  // namespace

void TurnRun::add(MessagePtr message) {
    const std::size_t bytes = message->body.size();
    const bool goes_on = !messages_.empty() && messages_.size() < max_messages &&
                         bytes_ + bytes <= max_bytes && messages_.back()->destination == message->destination;
    if (!goes_on) flush();
    bytes_ += bytes;
    messages_.push_back(std::move(message));
}

std::size_t TurnRun::flush() {
    if (messages_.empty()) return 0;
    bytes_ = 0;
    going_.clear();  // of a run that an exception cut short
    going_.swap(messages_);
    const std::size_t reached = deliver_(going_);
    going_.clear();
    return reached;
}

}  // namespace stentor::broker
