// Tests: tests/unit/net/runs_test.cpp
#include "net/runs.hpp"

#include <utility>

namespace stentor::net {
namespace {

/// How many continuations are looked at: the usual fan-out has one, several STOMP versions a few.
constexpr int max_tries = 4;
constexpr std::size_t max_spare_blocks = 32;

}  // namespace

const Run& Runs::add(const Run* run, base::BytesRef frame) {
    Run& from = run == nullptr ? root_ : const_cast<Run&>(*run);  // all nodes are this object's own
    int tries = 0;
    for (Run* each = from.longer; each != nullptr && tries < max_tries; each = each->beside, ++tries)
        if (each->frame == frame) return *each;
    Run& made = make();
    made.before = run;
    made.bytes = from.bytes + frame->size();
    made.frames = from.frames + 1;
    made.frame = std::move(frame);
    made.longer = nullptr;
    made.beside = std::exchange(from.longer, &made);
    return made;
}

Run& Runs::make() {
    if (used_ == blocks_.size() * in_block) blocks_.push_back(std::make_unique<Block>());
    Run& made = (*blocks_[used_ / in_block])[used_ % in_block];
    ++used_;
    return made;
}

void Runs::clear() {
    for (std::size_t i = 0; i < used_; ++i) (*blocks_[i / in_block])[i % in_block].frame.reset();
    used_ = 0;
    root_.longer = nullptr;
    if (blocks_.size() > max_spare_blocks) blocks_.resize(max_spare_blocks);
}

}  // namespace stentor::net
