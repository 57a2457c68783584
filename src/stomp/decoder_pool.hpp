#pragma once

#include "stomp/decoder.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace stentor::stomp {

/// Decoders at rest. A connection needs one only while some of a frame is there, so the connections of a
/// shard take turns with a few, whose memory stays warm, and an idle connection has none. Shard-local.
class DecoderPool {
public:
    /// Decoders that are kept for the next; others are made when they are needed and freed after it.
    static constexpr std::size_t kept = 16;

    explicit DecoderPool(const Limits& limits) : limits_(limits) { at_rest_.reserve(kept); }

    /// As new.
    [[nodiscard]] std::unique_ptr<Decoder> take() {
        if (at_rest_.empty()) return std::make_unique<Decoder>(limits_);
        std::unique_ptr<Decoder> decoder = std::move(at_rest_.back());
        at_rest_.pop_back();
        return decoder;
    }
    /// What it holds is lost when it is not at rest.
    void give_back(std::unique_ptr<Decoder> decoder) {
        if (!decoder->at_rest() || at_rest_.size() == kept) return;
        decoder->reset();
        at_rest_.push_back(std::move(decoder));
    }
    [[nodiscard]] std::size_t size() const { return at_rest_.size(); }

private:
    const Limits& limits_;
    std::vector<std::unique_ptr<Decoder>> at_rest_;
};

}  // namespace stentor::stomp
