// Tests: tests/unit/session/frame_cache_test.cpp
#include "session/frame_cache.hpp"

#include "session/stomp_frames.hpp"

#include <algorithm>
#include <array>

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
        entries_[place->second] = Entry{.combination = &place->first};
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

/// They are asked for in order, by one subscriber after another.
std::size_t FrameCache::place_of(const MessagePtr& message) {
    for (std::size_t place = last_place_; place < recent_.size() && place < last_place_ + 2; ++place)
        if (recent_[place] == message) return last_place_ = place;
    const auto found = std::ranges::find(recent_, message);
    if (found != recent_.end()) return last_place_ = static_cast<std::size_t>(found - recent_.begin());
    if (recent_.size() == max_recent) clear();
    recent_.push_back(message);
    return last_place_ = recent_.size() - 1;
}

const base::BytesRef& FrameCache::frame(Encoding encoding, const MessagePtr& message) {
    return frame_at(encoding, place_of(message));
}

const base::BytesRef& FrameCache::frame_at(Encoding encoding, std::size_t place) {
    Entry& entry = entries_[encoding];
    if (entry.frames.empty()) filled_.push_back(encoding);
    if (entry.frames.size() <= place) entry.frames.resize(place + 1);
    base::BytesRef& frame = entry.frames[place];
    if (frame) return frame;
    const auto& [id, version, framing, deflate_bits] = *entry.combination;
    frame = compressor_.compress(message_frame(framing, version, id, *recent_[place]), deflate_bits);
    ++encoded_count_;
    return frame;
}

const base::BytesRef& FrameCache::joined(Encoding encoding, std::span<const MessagePtr> messages) {
    Entry& entry = entries_[encoding];
    std::size_t last = place_of(messages.back());
    if (entry.joined && entry.joined_last == last && entry.joined_count == messages.size())
        return entry.joined;
    if (recent_.size() + messages.size() > max_recent) clear();
    std::size_t size = 0;
    std::array<std::size_t, max_joined> places{};
    for (std::size_t i = 0; i < messages.size(); ++i) {
        places[i] = last = place_of(messages[i]);
        size += frame_at(encoding, last)->size();
    }
    const auto made = base::SharedBytes::make(size);
    char* to = made->data();
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const std::string_view bytes = entry.frames[places[i]]->view();
        to = std::ranges::copy(bytes, to).out;
    }
    entry.joined = made;
    entry.joined_last = last;
    entry.joined_count = messages.size();
    return entry.joined;
}

void FrameCache::clear() {
    for (const Encoding encoding : filled_) {
        entries_[encoding].frames.clear();
        entries_[encoding].joined.reset();
    }
    filled_.clear();
    recent_.clear();
    last_place_ = 0;
}

}  // namespace stentor::session
