#include "hostile_stomp.hpp"

namespace stentor::test {
namespace {

std::string asking(const std::string& reply_to, const std::string& destination = "/app/echo") {
    return "SEND\ndestination:" + destination + "\nreply-to:" + reply_to + "\n\nhi^";
}

TEST_F(HostileStomp, A13_AReplyToWhereTheSenderMayNotSend) {
    for (const std::string to :
         {"/user/alice/queue/x", "/app/echo", "/elsewhere", "/topic/../x", "/temp-queue/", "/temp-queue/**"})
        refused(asking(to));
    refused(asking("/topic/" + std::string(300, 'x')));
    refused(asking("/temp-queue/" + std::string(129, 'x')));
    refused("SEND\ndestination:/temp-queue/x\n\nhi^");
}

TEST_F(HostileStomp, A44_ReplyQueuesOfOthers) {
    StompClient& victim = connected();
    victim.subscribe("jobs", "/queue/jobs");
    victim.send("/queue/jobs", "", "reply-to:/temp-queue/x\n");
    const std::string name = victim.next().header("reply-to");
    refused("SUBSCRIBE\nid:1\ndestination:" + name + "\n\n^");
    refused("SUBSCRIBE\nid:1\ndestination:/reply-queue/**\n\n^");
    // The same name is another queue, and one that is guessed is nobody's.
    StompClient& other = connected();
    other.subscribe("x", "/temp-queue/x");
    for (const std::string& guess : {name + "0", name.substr(0, name.size() - 1), "/reply-queue/0-"s,
                                     "/reply-queue/1-"s, "/reply-queue/7-1"s, "/reply-queue/x"s})
        other.send(guess, "guessed", "receipt:taken\n");
    for (int i = 0; i < 6; ++i) EXPECT_EQ(other.next().header("receipt-id"), "taken");
    stage.settle();
    EXPECT_FALSE(victim.peek());
    EXPECT_FALSE(other.peek());
}

TEST_F(HostileStomp, A45_TemporaryQueuesWithoutEnd) {
    std::string flood;
    for (int i = 0; i < 1000; ++i) flood += asking("/temp-queue/" + std::to_string(i), "/queue/jobs");
    EXPECT_THAT(refused(flood).body, HasSubstr("16 temporary queues"));
}

TEST_F(HostileStomp, A46_AskersThatLeaveEndNobodyElse) {
    StompClient& worker = connected();
    worker.subscribe("jobs", "/queue/jobs");
    for (int i = 0; i < 20; ++i) {
        StompClient& asks = connected();
        asks.say(asking("/temp-queue/x", "/queue/jobs"));
        const std::string name = worker.next().header("reply-to");
        asks.disconnect();
        worker.send(name, "too late", "receipt:taken\n");
        EXPECT_EQ(worker.next().header("receipt-id"), "taken");
    }
}

}  // namespace
}  // namespace stentor::test
