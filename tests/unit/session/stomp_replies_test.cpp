#include "fake_queues.hpp"
#include "stomp_bench.hpp"

#include <gmock/gmock.h>

namespace stentor::session {
namespace {

using testing::HasSubstr;

constexpr std::string_view reply_name = "/reply-queue/0-00000000000000000000000000000001";

class StompReplies : public ::testing::Test {
protected:
    StompBench bench;
};

TEST_F(StompReplies, TheAnswerComesWithoutAnySUBSCRIBE) {
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/app/echo\nreply-to:/temp-queue/r\ncorrelation-id:7\n\nhi^");
    EXPECT_EQ(client.outcome(),
              "MESSAGE\ndestination:/temp-queue/r\nmessage-id:m-2\nsubscription:/temp-queue/r\n"
              "content-type:text/plain;charset=utf-8\ncorrelation-id:7\ncontent-length:2\n\nhi^");
}

TEST_F(StompReplies, ASubscriptionOfItsOwnGetsIt) {
    StompBench::Client& client = bench.connected();
    client.hear("SUBSCRIBE\nid:1\ndestination:/temp-queue/r\n\n^");
    client.hear("SEND\ndestination:/app/echo\nreply-to:/temp-queue/r\n\nhi^");
    EXPECT_THAT(client.outcome(), HasSubstr("destination:/temp-queue/r\nmessage-id:m-2\nsubscription:1\n"));
    EXPECT_EQ(bench.replies.size(), 1U);
}

TEST_F(StompReplies, OneQueueServesManyRequests) {
    StompBench::Client& client = bench.connected();
    for (int i = 0; i < 100; ++i) client.hear("SEND\ndestination:/app/echo\nreply-to:/temp-queue/r\n\nhi^");
    EXPECT_EQ(bench.replies.size(), 1U);
}

TEST_F(StompReplies, InEveryVersion) {
    for (const char* const version : {"1.0", "1.1", "1.2"}) {
        StompBench::Client& client = bench.connected(version);
        client.hear("SEND\ndestination:/app/echo\nreply-to:/temp-queue/r\n\nhi^");
        EXPECT_THAT(client.outcome(), HasSubstr("\nsubscription:/temp-queue/r\n")) << version;
    }
}

TEST_F(StompReplies, TheQueueDiesWithItsSession) {
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/app/echo\nreply-to:/temp-queue/r\n\nhi^");
    EXPECT_EQ(bench.replies.size(), 1U);
    client.session.closed({1000, {}});
    EXPECT_EQ(bench.replies.size(), 0U);
}

TEST_F(StompReplies, UNSUBSCRIBEByItsNameEndsIt) {
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/app/later\nreply-to:/temp-queue/r\nreceipt:s\n\nhi^");
    client.hear("UNSUBSCRIBE\nid:/temp-queue/r\n\n^");
    EXPECT_EQ(bench.replies.size(), 0U);
    EXPECT_EQ(client.outcome(), "") << "the SEND is still under way";
    bench.run_workers();
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:s\n\n^");
}

TEST_F(StompReplies, OthersSeeANameThatCannotBeGuessed) {
    FakeQueues queues;
    bench.other_broker = &queues;
    StompBench::Client& client = bench.connected();
    StompBench::Client& worker = bench.connected();
    client.hear("SEND\ndestination:/queue/work\nreply-to:/temp-queue/r\n\nhi^");
    worker.hear("SEND\ndestination:" + std::string(reply_name) +
                "\ncorrelation-id:a\\cb\nreceipt:s\n\ndone^");
    EXPECT_EQ(worker.outcome(), "RECEIPT\nreceipt-id:s\n\n^");
    EXPECT_EQ(client.outcome(),
              "MESSAGE\ndestination:/temp-queue/r\nmessage-id:m-2\nsubscription:/temp-queue/r\n"
              "correlation-id:a\\cb\ncontent-length:4\n\ndone^");
}

TEST_F(StompReplies, TheNameIsInTheMessageThatOthersGet) {
    StompBench::Client& client = bench.connected();
    client.hear("SUBSCRIBE\nid:1\ndestination:/topic/work\n\n^");
    client.hear("SEND\ndestination:/topic/work\nreply-to:/temp-queue/r\ncorrelation-id:7\n\nhi^");
    bench.hub().flush();
    EXPECT_THAT(client.outcome(), HasSubstr("\nreply-to:" + std::string(reply_name) + "\n"));
}

/// RabbitMQ's and others' own names, and what is no destination at all.
TEST_F(StompReplies, OtherReplyTosPassUnchanged) {
    StompBench::Client& client = bench.connected();
    client.hear("SUBSCRIBE\nid:1\ndestination:/topic/work\n\n^");
    for (const std::string to : {"/queue/answers", "/reply-queue/0-1", "bob@example.com", "/elsewhere", ""}) {
        client.hear("SEND\ndestination:/topic/work\nreply-to:" + to + "\n\nhi^");
        bench.hub().flush();
        EXPECT_THAT(client.outcome(), HasSubstr("\nreply-to:" + to + "\n"));
    }
    EXPECT_EQ(bench.replies.size(), 0U);
}

TEST_F(StompReplies, InATransactionItIsAskedAtCOMMIT) {
    StompBench::Client& client = bench.connected();
    client.hear(
        "BEGIN\ntransaction:t\n\n^"
        "SEND\ndestination:/app/echo\ntransaction:t\nreply-to:/temp-queue/r\n\nhi^");
    EXPECT_EQ(client.outcome(), "");
    client.hear("COMMIT\ntransaction:t\n\n^");
    EXPECT_THAT(client.outcome(), HasSubstr("\nsubscription:/temp-queue/r\n"));
}

TEST_F(StompReplies, WithAcknowledgements) {
    StompBench::Client& client = bench.connected();
    client.hear("SUBSCRIBE\nid:1\ndestination:/temp-queue/r\nack:client-individual\n\n^");
    client.hear("SEND\ndestination:/app/echo\nreply-to:/temp-queue/r\n\nhi^");
    EXPECT_THAT(client.outcome(), HasSubstr("\nsubscription:1\nack:1\n"));
    client.hear("ACK\nid:1\nreceipt:a\n\n^");
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:a\n\n^");
}

TEST_F(StompReplies, ASessionHasOnlySoMany) {
    bench.settings.max_temp_queues = 2;
    StompBench::Client& client = bench.connected();
    client.hear("SUBSCRIBE\nid:1\ndestination:/temp-queue/a\n\n^");
    for (const std::string name : {"b", "a", "b"})
        client.hear("SEND\ndestination:/app/echo\nreply-to:/temp-queue/" + name + "\n\nhi^");
    EXPECT_EQ(bench.replies.size(), 2U);
    client.said();
    client.hear("SEND\ndestination:/app/echo\nreply-to:/temp-queue/c\nreceipt:x\n\nhi^");
    EXPECT_EQ(client.outcome(), error_frame("too-large", "A session may have 2 temporary queues", "x"));
    EXPECT_EQ(bench.replies.size(), 0U);
}

TEST_F(StompReplies, ABadReplyToIsRefused) {
    const auto answer = [](const std::string& to) {
        return converse_in("1.2", "SEND\ndestination:/app/echo\nreply-to:" + to + "\n\nhi^");
    };
    EXPECT_EQ(answer("/temp-queue/*"),
              error_frame("malformed", "A temporary queue has one name, and no wildcards"));
    EXPECT_EQ(answer("/temp-queue/"),
              error_frame("malformed", "In reply-to the destination has an empty segment"));
    EXPECT_EQ(answer("/temp-queue/../x"),
              error_frame("malformed", "In reply-to the destination has a '.' or '..' segment"));
    EXPECT_EQ(answer("/temp-queue/" + std::string(128, 'x')),
              error_frame("too-large", "A temporary queue's id may have 128 bytes"));
    EXPECT_EQ(answer("/topic/" + std::string(4000, 'x')),
              error_frame("too-large", "In reply-to the destination is longer than 255 bytes"));
    EXPECT_EQ(answer("/user/bob/queue/x"),
              error_frame("forbidden", "Clients cannot send to user destinations"));
    EXPECT_EQ(answer("/app/echo"), error_frame("forbidden", "A result cannot be sent to the application"));
}

TEST_F(StompReplies, ItsNameCanBeTakenOnlyOnce) {
    EXPECT_EQ(converse_in("1.2",
                          "SUBSCRIBE\nid:1\ndestination:/temp-queue/r\n\n^"
                          "SUBSCRIBE\nid:2\ndestination:/temp-queue/r\n\n^"),
              error_frame("conflict", "There is a subscription to that temporary queue already"));
    EXPECT_EQ(converse_in("1.2",
                          "SUBSCRIBE\nid:/temp-queue/r\ndestination:/topic/x\n\n^"
                          "SEND\ndestination:/app/echo\nreply-to:/temp-queue/r\n\nhi^"),
              error_frame("conflict", "There is a subscription of that id already"));
}

TEST_F(StompReplies, WithARelayTheBrokersConsumersCannotAnswer) {
    bench.hub_settings.replies_through_broker = false;
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/app/echo\nreply-to:/temp-queue/r\n\nhi^");
    EXPECT_THAT(client.outcome(), HasSubstr("\nsubscription:/temp-queue/r\n"));
    client.hear("SEND\ndestination:/queue/work\nreply-to:/temp-queue/r\n\nhi^");
    EXPECT_EQ(client.outcome(),
              error_frame("unsupported",
                          "With a broker relay only the application can answer to a temporary queue"));
}

}  // namespace
}  // namespace stentor::session
