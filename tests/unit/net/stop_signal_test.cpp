#include "net/stop_signal.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <thread>

namespace stentor::net {
namespace {

bool is_blocked(int signal) {
    sigset_t now;
    pthread_sigmask(SIG_BLOCK, nullptr, &now);
    return sigismember(&now, signal) == 1;
}

TEST(StopSignal, WaitsForRaiseFromAnotherThread) {
    StopSignal stop;
    std::thread other([&] { stop.raise(); });
    stop.wait();
    other.join();
}

TEST(StopSignal, WaitsForTheSystemsSignals) {
    StopSignal stop;
    for (const int signal : {SIGTERM, SIGINT}) {
        ::raise(signal);
        stop.wait();
    }
}

TEST(StopSignal, BlocksTheSignalsWhileItLives) {
    {
        const StopSignal stop;
        EXPECT_TRUE(is_blocked(SIGTERM));
        EXPECT_TRUE(is_blocked(SIGINT));
    }
    EXPECT_FALSE(is_blocked(SIGTERM));
    EXPECT_FALSE(is_blocked(SIGINT));
}

TEST(StopSignal, LeavesBlockedWhatTheApplicationHadBlocked) {
    sigset_t own;
    sigemptyset(&own);
    sigaddset(&own, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &own, nullptr);
    { const StopSignal stop; }
    EXPECT_TRUE(is_blocked(SIGTERM));
    EXPECT_FALSE(is_blocked(SIGINT));
    pthread_sigmask(SIG_UNBLOCK, &own, nullptr);
}

TEST(RaiseDescriptorLimit, AllowsAsManyFilesAsTheHardLimit) {
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    rlimit low = before;
    low.rlim_cur = before.rlim_max - 1;
    ::setrlimit(RLIMIT_NOFILE, &low);
    raise_descriptor_limit();
    rlimit after{};
    ::getrlimit(RLIMIT_NOFILE, &after);
    EXPECT_EQ(after.rlim_cur, before.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace stentor::net
