#pragma once

#include "unit/net/line.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::net::test {

class ConnectionTest : public ::testing::Test {
protected:
    /// Turns and reads until that many bytes came.
    std::string read(Peer& peer, std::size_t size) {
        std::string all;
        while (all.size() < size) {
            const std::string piece = peer.read();
            if (piece.empty() && peer.ended) break;
            all += piece;
            turned_.turn();
        }
        return all;
    }

    TurnedLoop turned_;
};

}  // namespace stentor::net::test
