// Tests: tests/unit/session/frame_cache_test.cpp
#include "session/frame_cache.hpp"

#include "session/stomp_frames.hpp"

namespace stentor::session {

FrameCache::Encoding FrameCache::acquire(std::string_view subscription_id, stomp::Version version,
                                         Framing framing, int deflate_bits) {
    const auto [place, is_new] =
        numbers_.try_emplace(Combination(subscription_id, version, framing, deflate_bits), Encoding{});
    if (is_new) {
        if (free_.empty()) {
            free_.push_back(static_cast<Encoding>(entries_.size()));
            entries_.emplace_back();
        }
        place->second = free_.back();
        free_.pop_back();
        entries_[place->second] = Entry{&place->first, 0, 0, nullptr};
    }
    ++entries_[place->second].users;
    return place->second;
}

void FrameCache::release(Encoding encoding) {
    Entry& entry = entries_[encoding];
    if (--entry.users != 0) return;
    numbers_.erase(*entry.combination);
    entry = Entry{};
    free_.push_back(encoding);
}

const base::BytesRef& FrameCache::frame(Encoding encoding, const MessagePtr& message) {
    if (message != current_) {
        current_ = message;
        ++current_number_;
    }
    Entry& entry = entries_[encoding];
    if (entry.made_for == current_number_ && entry.frame) return entry.frame;
    const auto& [id, version, framing, deflate_bits] = *entry.combination;
    entry.frame = compressor_.compress(message_frame(framing, version, id, *message), deflate_bits);
    entry.made_for = current_number_;
    filled_.push_back(encoding);
    ++encoded_count_;
    return entry.frame;
}

void FrameCache::clear() {
    for (const Encoding encoding : filled_) entries_[encoding].frame.reset();
    filled_.clear();
    current_.reset();
}

}  // namespace stentor::session
