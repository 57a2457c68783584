#pragma once

#include "websocket/frame.hpp"
#include "websocket/masking.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace stentor::websocket {

struct FrameHeader {
    bool fin = false;
    bool compressed = false;  ///< RSV1 (RFC 7692 6): of the whole message, whose first frame this is
    Opcode opcode = Opcode::continuation;
    std::uint64_t length = 0;
    MaskingKey key{};
};

inline bool is_control(Opcode opcode) { return static_cast<unsigned>(opcode) >= 8; }

/// What the bit RSV1 means: an extension decides (RFC 6455 5.2).
enum class Rsv1 : std::uint8_t { reserved, compressed };

/// Gathers a client's frame header, however it is cut, and judges each byte as it comes (RFC 6455 5.2):
/// reserved bits, opcodes, masking, control frames' size, the length's form. Shard-local.
class FrameHeaderReader {
public:
    enum class Progress { needs_more, whole, broken };

    explicit FrameHeaderReader(Rsv1 rsv1 = Rsv1::reserved) : rsv1_(rsv1) {}

    /// Takes bytes off the front of `input`, none past the header. After `whole`, the next call begins a new
    /// header.
    Progress read(std::span<char>& input);
    [[nodiscard]] const FrameHeader& header() const { return header_; }
    /// Whether a header has begun and is not whole.
    [[nodiscard]] bool in_header() const { return size_ != 0; }
    /// Why it is broken, for the close frame.
    [[nodiscard]] std::string_view fault() const { return fault_; }

private:
    Progress read_at_once(std::span<char>& input);
    void take_key();
    bool gather(std::span<char>& input, std::size_t size);
    bool judge_first_byte();
    bool judge_second_byte();
    bool judge_length();
    bool broken(std::string_view fault);
    [[nodiscard]] std::size_t length_bytes() const;

    const Rsv1 rsv1_;
    std::array<char, 14> bytes_{};
    std::size_t size_ = 0;
    FrameHeader header_;
    std::string_view fault_;
};

}  // namespace stentor::websocket
