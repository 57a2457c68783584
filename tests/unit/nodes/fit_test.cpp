#include "nodes/fit.hpp"

#include <gtest/gtest.h>

namespace stentor::nodes {
namespace {

Reply reply_of(std::size_t sessions, std::size_t subscriptions) {
    Reply reply;
    for (std::size_t i = 0; i < sessions; ++i) {
        FoundSession& session = reply.sessions.emplace_back(FoundSession{std::string(32, 's'), "alice", {}});
        for (std::size_t j = 0; j < subscriptions; ++j)
            session.subscriptions.push_back({"sub-" + std::to_string(j), "/topic/x"});
    }
    return reply;
}

TEST(NodeReply, ThatFitsIsLeftAlone) {
    Reply reply = reply_of(10, 10);
    fit(reply, 10'000);
    EXPECT_EQ(reply, reply_of(10, 10));
}

TEST(NodeReply, IsCutToWhatALetterHolds) {
    for (const auto& [sessions, subscriptions] :
         {std::pair(1000, 0), std::pair(1, 1000), std::pair(1000, 3), std::pair(30, 30)})
        for (const std::size_t most : {200U, 500U, 1'000U, 5'000U}) {
            Reply reply =
                reply_of(static_cast<std::size_t>(sessions), static_cast<std::size_t>(subscriptions));
            reply.count = 17;
            fit(reply, most);
            EXPECT_TRUE(reply.cut);
            EXPECT_EQ(reply.count, 17U);
            EXPECT_LE(write_letter({std::string(32, 'a'), 1, Answer{1, reply}}).size(), most);
        }
}

}  // namespace
}  // namespace stentor::nodes
