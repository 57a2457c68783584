// Tests: tests/unit/net/backlog_test.cpp
#include "net/backlog.hpp"

#include <utility>

namespace stentor::net {

Backlog::Backlog(const Run& run, std::size_t written) : frames_(run.frames), bytes_(run.bytes) {
    std::size_t place = run.frames;
    for (const Run* each = &run; each != nullptr; each = each->before) frames_[--place] = each->frame;
    this->written(written);
}

void Backlog::add(base::BytesRef frame) {
    bytes_ += frame->size();
    frames_.push_back(std::move(frame));
}

std::size_t Backlog::gather(std::span<iovec> pieces) const {
    std::size_t count = 0;
    for (std::size_t i = first_, skip = offset_; i < frames_.size() && count < pieces.size(); ++i, skip = 0) {
        const std::string_view bytes = frames_[i]->view();
        pieces[count++] = {const_cast<char*>(bytes.data()) + skip, bytes.size() - skip};
    }
    return count;
}

bool Backlog::written(std::size_t bytes) {
    bytes_ -= bytes;
    bytes += std::exchange(offset_, 0);
    const std::size_t before = first_;
    while (first_ < frames_.size() && bytes >= frames_[first_]->size()) {
        bytes -= frames_[first_]->size();
        frames_[first_++].reset();
    }
    offset_ = bytes;
    const bool completed = first_ != before;
    if (first_ > 64 && first_ * 2 > frames_.size()) {
        frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
    }
    return completed;
}

}  // namespace stentor::net
