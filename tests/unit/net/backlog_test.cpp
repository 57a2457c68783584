#include "net/backlog.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace stentor::net {
namespace {

std::string left(const Backlog& backlog) {
    std::array<iovec, 64> pieces;
    std::string all;
    for (std::size_t i = 0, count = backlog.gather(pieces); i < count; ++i)
        all.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
    return all;
}

const Run& abc(Runs& runs) {
    const Run* run = nullptr;
    for (const char* frame : {"alpha", "beta", "gamma"}) run = &runs.add(run, base::share(frame));
    return *run;
}

TEST(Backlog, IsWhatWasNotWritten) {
    Runs runs;
    const std::string all = "alphabetagamma";
    for (std::size_t written = 0; written < all.size(); ++written) {
        const Backlog backlog(abc(runs), written);
        EXPECT_EQ(left(backlog), all.substr(written));
        EXPECT_EQ(backlog.bytes(), all.size() - written);
        EXPECT_EQ(backlog.frames(), written < 5 ? 3U : written < 9 ? 2U : 1U);
    }
}

TEST(Backlog, OutlivesItsRun) {
    Runs runs;
    Backlog backlog(abc(runs), 2);
    runs.clear();
    backlog.add(base::share("delta"));
    EXPECT_EQ(left(backlog), "phabetagammadelta");
}

TEST(Backlog, SaysWhenAFrameIsComplete) {
    Runs runs;
    Backlog backlog(abc(runs), 0);
    EXPECT_FALSE(backlog.written(4));
    EXPECT_TRUE(backlog.written(1));
    EXPECT_FALSE(backlog.written(3));
    EXPECT_TRUE(backlog.written(6));
    EXPECT_EQ(backlog.bytes(), 0U);
    EXPECT_EQ(backlog.frames(), 0U);
}

TEST(Backlog, GathersNoMoreThanFits) {
    Runs runs;
    const Backlog backlog(abc(runs), 1);
    std::array<iovec, 2> pieces;
    ASSERT_EQ(backlog.gather(pieces), 2U);
    EXPECT_EQ(pieces[0].iov_len, 4U);
    EXPECT_EQ(pieces[1].iov_len, 4U);
}

/// Frames that were written are let go, while thousands wait behind them.
TEST(Backlog, ManyFrames) {
    Runs runs;
    Backlog backlog(runs.add(nullptr, base::share("x")), 0);
    std::string expected = "x";
    std::size_t added = 1;
    for (int round = 0; round < 300; ++round) {
        for (int i = 0; i < 5; ++i, ++added) {
            backlog.add(base::share(std::to_string(added)));
            expected += std::to_string(added);
        }
        const std::size_t step = std::min<std::size_t>(expected.size(), 9);
        backlog.written(step);
        expected.erase(0, step);
        ASSERT_EQ(backlog.bytes(), expected.size());
        ASSERT_TRUE(expected.starts_with(left(backlog)));
    }
}

}  // namespace
}  // namespace stentor::net
