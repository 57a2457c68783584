// Tests: tests/unit/session/frame_cache_test.cpp
#include "session/frame_cache.hpp"

#include "session/stomp_frames.hpp"

#include <algorithm>
#include <array>
#include <cassert>

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

const base::BytesRef& FrameCache::frame(Encoding encoding, const MessagePtr& message) {
    Entry& entry = entries_[encoding];
    if (entry.last < entry.frames.size() && entry.frames[entry.last].message == message)
        return entry.frames[entry.last].bytes;
    const std::size_t place = place_of(entry, message);
    if (place < entry.frames.size()) return entry.frames[place].bytes;
    if (place == max_kept) entry.forget_frames();
    return add(encoding, message);
}

/// The number of frames where that message has none.
std::size_t FrameCache::place_of(Entry& entry, const MessagePtr& message) {
    const auto found = std::ranges::find(entry.frames, message, &Frame::message);
    const auto place = static_cast<std::size_t>(found - entry.frames.begin());
    if (place < entry.frames.size()) entry.last = static_cast<std::uint32_t>(place);
    return place;
}

const base::BytesRef& FrameCache::add(Encoding encoding, const MessagePtr& message) {
    Entry& entry = entries_[encoding];
    if (entry.frames.empty()) filled_.push_back(encoding);
    const auto& [id, version, framing, deflate_bits] = *entry.combination;
    auto bytes = compressor_.compress(message_frame(framing, version, id, *message), deflate_bits);
    ++encoded_count_;
    entry.last = static_cast<std::uint32_t>(entry.frames.size());
    return entry.frames.emplace_back(Frame{message, std::move(bytes)}).bytes;
}

const base::BytesRef& FrameCache::joined(Encoding encoding, std::span<const MessagePtr> messages) {
    assert(messages.size() <= max_joined);
    Entry& entry = entries_[encoding];
    const auto is_joined = [&] {
        return entry.joined && entry.joined_count == messages.size() &&
               entry.frames[entry.joined_last].message == messages.back();
    };
    if (is_joined()) return entry.joined;
    if (entry.frames.size() + messages.size() > max_kept) entry.forget_frames();
    std::size_t size = 0;
    std::array<base::BytesRef, max_joined> frames;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        frames[i] = frame(encoding, messages[i]);
        size += frames[i]->size();
    }
    const auto made = base::SharedBytes::make(size);
    char* to = made->data();
    for (std::size_t i = 0; i < messages.size(); ++i) to = std::ranges::copy(frames[i]->view(), to).out;
    entry.joined = made;
    entry.joined_last = entry.last;
    entry.joined_count = static_cast<std::uint32_t>(messages.size());
    return entry.joined;
}

void FrameCache::clear() {
    for (const Encoding encoding : filled_) entries_[encoding].forget_frames();
    filled_.clear();
}

}  // namespace stentor::session
