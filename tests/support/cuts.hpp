#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::test {

using Pieces = std::span<const std::string_view>;

inline std::vector<std::string_view> byte_by_byte(std::string_view bytes) {
    std::vector<std::string_view> pieces;
    for (std::size_t i = 0; i < bytes.size(); ++i) pieces.push_back(bytes.substr(i, 1));
    return pieces;
}

/// Gives `bytes` to `run` all at once, byte by byte and cut in two at each place, expects the same outcome
/// each time, and returns it. `run` takes Pieces and starts afresh; its outcome can be compared and printed.
template <class Run>
auto same_for_every_cut(std::string_view bytes, const Run& run) {
    const std::vector<std::string_view> whole{bytes};
    const auto expected = run(Pieces(whole));
    EXPECT_EQ(run(Pieces(byte_by_byte(bytes))), expected) << "byte by byte";
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        const std::vector<std::string_view> two{bytes.substr(0, cut), bytes.substr(cut)};
        EXPECT_EQ(run(Pieces(two)), expected) << "cut after " << cut << " bytes";
    }
    return expected;
}

}  // namespace stentor::test
