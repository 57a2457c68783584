#include "net/flusher.hpp"

#include "unit/net/line.hpp"

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace stentor::net {
namespace {

using namespace test;
using Frames = std::vector<base::BytesRef>;

std::string text(std::span<const char> bytes) { return {bytes.begin(), bytes.end()}; }

TEST(Flusher, JoinsARun) {
    Flusher flusher;
    const Frames run{base::share("ab"), base::share("cd")};
    EXPECT_EQ(text(flusher.join(run, 0, 4)), "abcd");
    EXPECT_EQ(text(flusher.join(run, 1, 3)), "bcd");
    EXPECT_EQ(text(flusher.join(run, 0, 4)), "abcd");
}

TEST(Flusher, JoinsNoMoreThanPays) {
    Flusher flusher;
    const Frames run{base::share(pattern(10'000)), base::share(pattern(10'000))};
    EXPECT_TRUE(flusher.join(run, 0, 20'000).empty());
    EXPECT_EQ(flusher.join(run, 9'999, 10'001).size(), 10'001U);
}

TEST(Flusher, KnowsARunByItsFramesAndNotByTheirPlace) {
    Flusher flusher;
    const base::BytesRef a = base::share("a"), b = base::share("b"), other = base::share("a");
    EXPECT_EQ(text(flusher.join(Frames{a, b}, 0, 2)), "ab");
    EXPECT_EQ(text(flusher.join(Frames{b, a}, 0, 2)), "ba");
    EXPECT_EQ(text(flusher.join(Frames{a, b, a}, 0, 3)), "aba");
    EXPECT_EQ(text(flusher.join(Frames{other, b}, 0, 2)), "ab");
}

/// The same memory is sent to all: a run that was joined is not joined again.
TEST(Flusher, JoinsASharedRunOnce) {
    Flusher flusher;
    const Frames run{base::share("ab"), base::share("cd")};
    const std::span<const char> first = flusher.join(run, 0, 4);
    const_cast<char&>(first[0]) = 'X';  // shows whether it is written anew
    EXPECT_EQ(text(flusher.join(Frames(run), 0, 4)), "Xbcd");
    flusher.flush();
    EXPECT_EQ(text(flusher.join(run, 0, 4)), "abcd") << "a turn's end forgets the run";
}

TEST(Flusher, KeepsNoFrameAfterTheTurn) {
    TurnedLoop turned;
    Flusher& flusher = turned.flusher;
    const Frames run{base::share("ab"), base::share("cd")};
    (void)flusher.join(run, 0, 4);
    EXPECT_EQ(run[0]->use_count(), 2U);
    flusher.flush();
    EXPECT_EQ(run[0]->use_count(), 1U);
}

TEST(Flusher, AFanOutReachesEveryoneWhole) {
    TurnedLoop turned;
    std::vector<std::unique_ptr<Line>> lines;
    for (int i = 0; i < 20; ++i) lines.push_back(std::make_unique<Line>(turned, socket_pair(SOCK_SEQPACKET)));
    const base::BytesRef a = base::share("alpha "), b = base::share("beta ");
    for (std::size_t i = 0; i < lines.size(); ++i) {
        lines[i]->wire->send(i % 3 == 0 ? b : a);
        lines[i]->wire->send(i % 3 == 0 ? a : b);
    }
    turned.turn();
    for (std::size_t i = 0; i < lines.size(); ++i)
        EXPECT_EQ(lines[i]->peer.read(), i % 3 == 0 ? "beta alpha " : "alpha beta ") << i;
}

TEST(Flusher, AMemberMayFallInTheMiddleOfAFanOut) {
    TurnedLoop turned;
    std::vector<std::unique_ptr<Line>> lines;
    for (int i = 0; i < 9; ++i)
        lines.push_back(std::make_unique<Line>(turned, i % 3 == 1 ? narrow_pair() : socket_pair(),
                                               SendLimits{.buffer = 20'000}));
    lines[4]->user.when_closed = [&] { lines[5]->wire->abort(); };
    const base::BytesRef frame = base::share(pattern(15'000));
    for (int round = 0; round < 4; ++round) {
        for (const auto& line : lines) line->wire->send(frame);
        turned.turn();
        for (std::size_t i = 0; i < lines.size(); ++i)
            if (i % 3 != 1) (void)lines[i]->peer.read();
    }
    for (std::size_t i = 0; i < lines.size(); ++i)
        EXPECT_EQ(lines[i]->user.closed, i % 3 == 1 || i == 5 ? 1 : 0) << i;
}

/// Closes that many connections in one turn while all of them wait for their peers' ends, and destroys them.
std::chrono::duration<double> time_to_close(std::size_t count) {
    TurnedLoop turned;
    Listening user;
    std::vector<std::unique_ptr<Connection>> connections;
    for (std::size_t i = 0; i < count; ++i) {
        connections.push_back(
            std::make_unique<Connection>(turned.loop, turned.flusher, -1, "peer", SendLimits{}));
        connections.back()->set_user(user);
        connections.back()->finish();
    }
    turned.flusher.flush();
    const auto start = std::chrono::steady_clock::now();
    for (const auto& connection : connections) connection->abort();
    turned.flusher.flush();
    while (!connections.empty()) connections.pop_back();
    turned.pass(std::chrono::seconds(1));
    EXPECT_EQ(user.closed, static_cast<int>(count));
    return std::chrono::steady_clock::now() - start;
}

TEST(Flusher, ClosingManyConnectionsCostsTheSameForEach) {
    std::vector<double> growth;
    for (int attempt = 0; attempt < 5; ++attempt)
        growth.push_back(time_to_close(32'000) / time_to_close(2'000));
    EXPECT_LT(*std::ranges::min_element(growth), 64) << "16 is linear, 256 quadratic";
}

}  // namespace
}  // namespace stentor::net
