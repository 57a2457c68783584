#include "websocket/frame_header.hpp"

#include <algorithm>
#include <cstring>

namespace stentor::websocket {
namespace {

constexpr unsigned fin_bit = 0x80;
constexpr unsigned reserved_bits = 0x70;
constexpr unsigned rsv1_bit = 0x40;
constexpr unsigned opcode_bits = 0x0F;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned length_bits = 0x7F;
constexpr unsigned two_bytes_follow = 126;
constexpr unsigned eight_bytes_follow = 127;

unsigned byte_at(const std::array<char, 14>& bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

bool begins_message(Opcode opcode) { return opcode == Opcode::text || opcode == Opcode::binary; }

bool is_known(unsigned opcode) { return opcode <= 2 || (opcode >= 8 && opcode <= 10); }

}  // namespace

FrameHeaderReader::Progress FrameHeaderReader::read(std::span<char>& input) {
    if (size_ == 0 && input.size() >= bytes_.size()) return read_at_once(input);
    if (!gather(input, 1)) return Progress::needs_more;
    if (!judge_first_byte()) return Progress::broken;
    if (!gather(input, 2)) return Progress::needs_more;
    if (!judge_second_byte()) return Progress::broken;
    const std::size_t whole = 2 + length_bytes() + header_.key.size();
    if (!gather(input, whole)) return Progress::needs_more;
    if (!judge_length()) return Progress::broken;
    take_key();
    size_ = 0;
    return Progress::whole;
}

/// The same where the longest header would be there.
FrameHeaderReader::Progress FrameHeaderReader::read_at_once(std::span<char>& input) {
    std::memcpy(bytes_.data(), input.data(), bytes_.size());
    size_ = 1;
    if (judge_first_byte()) size_ = 2;
    const bool begins_well = size_ == 2 && judge_second_byte();
    if (begins_well) size_ += length_bytes() + header_.key.size();
    input = input.subspan(size_);
    if (!begins_well || !judge_length()) return Progress::broken;
    take_key();
    size_ = 0;
    return Progress::whole;
}

void FrameHeaderReader::take_key() {
    std::memcpy(header_.key.data(), bytes_.data() + 2 + length_bytes(), header_.key.size());
}

bool FrameHeaderReader::gather(std::span<char>& input, std::size_t size) {
    if (size_ >= size) return true;
    const std::size_t taken = std::min(size - size_, input.size());
    std::copy_n(input.begin(), taken, bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
    input = input.subspan(taken);
    size_ += taken;
    return size_ == size;
}

bool FrameHeaderReader::judge_first_byte() {
    const unsigned byte = byte_at(bytes_, 0);
    const unsigned reserved = rsv1_ == Rsv1::compressed ? reserved_bits & ~rsv1_bit : reserved_bits;
    if (byte & reserved) return broken("reserved bits without an extension");
    if (!is_known(byte & opcode_bits)) return broken("unknown opcode");
    header_.fin = byte & fin_bit;
    header_.compressed = byte & rsv1_bit;
    header_.opcode = static_cast<Opcode>(byte & opcode_bits);
    if (header_.compressed && !begins_message(header_.opcode))
        return broken("compression bit on a frame that begins no message");
    if (is_control(header_.opcode) && !header_.fin) return broken("fragmented control frame");
    return true;
}

bool FrameHeaderReader::judge_second_byte() {
    const unsigned byte = byte_at(bytes_, 1);
    if (!(byte & mask_bit)) return broken("frame is not masked");
    if (is_control(header_.opcode) && (byte & length_bits) >= two_bytes_follow)
        return broken("control frame too long");
    return true;
}

std::size_t FrameHeaderReader::length_bytes() const {
    const unsigned form = byte_at(bytes_, 1) & length_bits;
    return form == eight_bytes_follow ? 8 : form == two_bytes_follow ? 2 : 0;
}

/// RFC 6455 5.2: the most significant bit is 0 and the form is the shortest one.
bool FrameHeaderReader::judge_length() {
    const std::size_t bytes = length_bytes();
    if (bytes == 0) {
        header_.length = byte_at(bytes_, 1) & length_bits;
        return true;
    }
    header_.length = 0;
    for (std::size_t i = 0; i < bytes; ++i) header_.length = header_.length << 8 | byte_at(bytes_, 2 + i);
    if (header_.length >> 63) return broken("frame length has its top bit set");
    const std::uint64_t shortest = bytes == 2 ? two_bytes_follow : 0x10000;
    if (header_.length < shortest) return broken("frame length is not in its shortest form");
    return true;
}

bool FrameHeaderReader::broken(std::string_view fault) {
    fault_ = fault;
    return false;
}

}  // namespace stentor::websocket
