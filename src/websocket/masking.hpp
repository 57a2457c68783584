#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace stentor::websocket {

using MaskingKey = std::array<char, 4>;

/// Takes the mask off in place (RFC 6455 5.3), eight bytes at a time. `phase` is the position of the first
/// byte in the frame's payload.
void unmask(std::span<char> bytes, const MaskingKey& key, std::size_t phase = 0);

}  // namespace stentor::websocket
