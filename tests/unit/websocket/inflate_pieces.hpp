#pragma once

#include "support/http_cuts.hpp"
#include "websocket/inflater.hpp"

#include <array>
#include <optional>
#include <string>

namespace stentor::websocket::test {

/// The message that came in the pieces; empty when its data is broken. No step is longer than it may be.
inline std::optional<std::string> inflate_pieces(Inflater& inflater, const stentor::test::Pieces& pieces) {
    std::string message;
    std::array<char, Inflater::step> room;
    for (std::string_view piece : pieces) {
        for (;;) {
            const auto made = inflater.inflate(piece, room);
            if (!made) return std::nullopt;
            if (made->empty()) break;
            message += *made;
        }
        EXPECT_TRUE(piece.empty());
    }
    const auto rest = inflater.finish(room);
    if (!rest) return std::nullopt;
    return message.append(*rest);
}

inline std::optional<std::string> inflate_whole(Inflater& inflater, std::string_view payload) {
    return inflate_pieces(inflater, {std::string(payload)});
}

/// A fresh Inflater's message of the payload in every cut, which must be the same each time.
inline std::optional<std::string> inflated(std::string_view payload, InflaterOptions options = {}) {
    Inflater first(options);
    const auto whole = inflate_whole(first, payload);
    stentor::test::for_each_cut(payload, [&](const stentor::test::Pieces& pieces) {
        Inflater inflater(options);
        EXPECT_EQ(inflate_pieces(inflater, pieces), whole) << "cut after " << pieces.front().size();
    });
    return whole;
}

}  // namespace stentor::websocket::test
