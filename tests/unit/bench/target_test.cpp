#include "target.hpp"

#include "failure.hpp"

#include <gtest/gtest.h>

namespace stentor::bench {
namespace {

using Pids = std::vector<pid_t>;

TEST(BenchTarget, WebSocketWithAPathAndAProcess) {
    const Target target = parse_target("stentor=ws://127.0.0.1:8080/stomp/websocket@42");
    EXPECT_EQ(target.name, "stentor");
    EXPECT_EQ(target.transport, Transport::websocket);
    EXPECT_EQ(target.host, "127.0.0.1");
    EXPECT_EQ(target.port, 8080);
    EXPECT_EQ(target.path, "/stomp/websocket");
    EXPECT_EQ(target.pids, Pids{42});
}

TEST(BenchTarget, TcpWithSeveralProcesses) {
    const Target target = parse_target("rabbit=stomp://localhost:61613@1,23,456");
    EXPECT_EQ(target.transport, Transport::tcp);
    EXPECT_EQ(target.pids, (Pids{1, 23, 456}));
}

TEST(BenchTarget, SockjsWithoutAProcess) {
    const Target target = parse_target("x=xhr://localhost:80/stomp");
    EXPECT_EQ(target.transport, Transport::xhr);
    EXPECT_TRUE(target.pids.empty());
}

TEST(BenchTarget, Version6) { EXPECT_EQ(parse_target("six=ws://[::1]:80").host, "::1"); }

TEST(BenchTarget, WithoutAPathItIsTheRoot) { EXPECT_EQ(parse_target("a=ws://h:1").path, "/"); }

TEST(BenchTarget, AQuestionMarkMayHoldAnEqualsSign) {
    EXPECT_EQ(parse_target("a=ws://h:1/p?q=1").path, "/p?q=1");
}

TEST(BenchTarget, WhatIsWrongIsSaid) {
    const struct {
        const char* text;
        const char* why;
    } cases[] = {{"ws://h:1/", "it has no name"},
                 {"=ws://h:1/", "it has no name"},
                 {"ws://h:1/?a=b", "it has no name"},
                 {"a=http://h:1/", "a URL begins with"},
                 {"a=ws://h/", "host and port"},
                 {"a=ws://h:0/", "host and port"},
                 {"a=ws://h:65536/", "host and port"},
                 {"a=ws://h:1x/", "host and port"},
                 {"a=ws://:80/", "no host"},
                 {"a=ws://h:1/@", "is no process id"},
                 {"a=ws://h:1/@0", "is no process id"},
                 {"a=ws://h:1/@1,,2", "is no process id"},
                 {"a=ws://h:1/@one", "is no process id"},
                 {"a=ws://h:1/@-1", "is no process id"},
                 {"a=stomp://h:1/p", "has no path"},
                 {"a=ws://h:1/@1,", "is no process id"}};
    for (const auto& one : cases) {
        try {
            parse_target(one.text);
            ADD_FAILURE() << one.text << " was taken";
        } catch (const WrongUse& e) {
            EXPECT_NE(std::string(e.what()).find(one.why), std::string::npos) << e.what();
        }
    }
}

}  // namespace
}  // namespace stentor::bench
