#include "stamp.hpp"

#include <array>

namespace stentor::bench {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

constexpr auto values = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(16);
    for (std::uint8_t i = 0; i < 16; ++i) table[static_cast<unsigned char>(digits[i])] = i;
    return table;
}();

std::uint8_t value(char digit) { return values[static_cast<unsigned char>(digit)]; }

}  // namespace

void write_stamp(char* to, Stamp stamp) {
    std::uint64_t bits = std::uint64_t{stamp.publisher} << 40 | stamp.sequence;
    for (std::size_t i = Stamp::size; i-- > 0; bits >>= 4) to[i] = digits[bits & 15];
}

std::optional<Stamp> read_stamp(std::string_view text) {
    if (text.size() < Stamp::size) return std::nullopt;
    std::uint64_t bits = 0;
    unsigned wrong = 0;
    for (std::size_t i = 0; i < Stamp::size; ++i) {
        const std::uint8_t digit = value(text[i]);
        wrong |= digit;
        bits = bits << 4 | digit;
    }
    if ((wrong & 16) != 0) return std::nullopt;
    return Stamp{static_cast<std::uint32_t>(bits >> 40), bits & Stamp::probe};
}

std::optional<Stamp> find_stamp(std::string_view text) {
    std::size_t run = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        run = value(text[i]) < 16 ? run + 1 : 0;
        if (run == Stamp::size) return read_stamp(text.substr(i + 1 - Stamp::size));
    }
    return std::nullopt;
}

std::string stamped_body(std::size_t size) {
    std::string body(size < Stamp::size ? 0 : Stamp::size, '0');
    // Numbers that look random and are the same in every run (Knuth's multiplier).
    for (std::uint64_t number = 1; body.size() < size;) {
        number = number * 6364136223846793005ULL + 1442695040888963407ULL;
        body += R"({"symbol":"S)" + std::to_string(number >> 54) + R"(","price":)" +
                std::to_string(number >> 47) + R"(,"open":true},)";
    }
    body.resize(size);
    return body;
}

}  // namespace stentor::bench
