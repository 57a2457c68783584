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

const Run& run_of(Flusher& flusher, const std::vector<base::BytesRef>& frames) {
    const Run* run = nullptr;
    for (const base::BytesRef& frame : frames) run = &flusher.runs().add(run, frame);
    return *run;
}

/// Writes a run to a pair of sockets that keep each write apart.
std::string written(Flusher& flusher, const Run& run) {
    const auto [near, far] = socket_pair(SOCK_SEQPACKET);
    EXPECT_EQ(flusher.write(near.get(), run), static_cast<ssize_t>(run.bytes));
    std::string got(run.bytes + 1, '\0');
    const ssize_t size = ::recv(far.get(), got.data(), got.size(), 0);
    got.resize(size < 0 ? 0U : static_cast<std::size_t>(size));
    return got;
}

TEST(Flusher, WritesARunAtOnce) {
    Flusher flusher;
    const auto a = base::share("alpha"), b = base::share("beta");
    EXPECT_EQ(written(flusher, run_of(flusher, {a})), "alpha");
    EXPECT_EQ(written(flusher, run_of(flusher, {a, b})), "alphabeta");
    EXPECT_EQ(written(flusher, run_of(flusher, {b, a})), "betaalpha");
    EXPECT_EQ(written(flusher, run_of(flusher, {a, b})), "alphabeta");
}

TEST(Flusher, WritesALongRunAtOnce) {
    Flusher flusher;
    const std::string text = pattern(30'000);
    std::vector<base::BytesRef> frames;
    for (std::size_t at = 0; at < text.size(); at += 10'000)
        frames.push_back(base::share(text.substr(at, 10'000)));
    EXPECT_EQ(written(flusher, run_of(flusher, frames)), text);
    EXPECT_EQ(written(flusher, run_of(flusher, {frames[1], frames[0], frames[2]})),
              text.substr(10'000, 10'000) + text.substr(0, 10'000) + text.substr(20'000));
}

TEST(Flusher, KeepsNoFrameAfterTheTurn) {
    Flusher flusher;
    const auto a = base::share("alpha"), b = base::share("beta");
    (void)written(flusher, run_of(flusher, {a, b}));
    EXPECT_EQ(a->use_count(), 2U);
    flusher.flush();
    EXPECT_EQ(a->use_count(), 1U);
    // The next turn's run may stand where that one stood.
    EXPECT_EQ(written(flusher, run_of(flusher, {b, b})), "betabeta");
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
