// The application's functions between a client and everything else.
#include "stomp_bench.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace stentor::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class StompInterceptors : public testing::Test {
protected:
    void inbound(InboundInterceptor interceptor) {
        bench.settings.hooks.interceptors.inbound.push_back(std::move(interceptor));
    }
    void outbound(OutboundInterceptor interceptor) {
        bench.settings.hooks.interceptors.outbound.push_back(std::move(interceptor));
    }
    /// Refuses or drops what goes to that destination.
    void at(std::string destination, Verdict verdict) {
        inbound([=](InboundFrame& frame) {
            return frame.headers.find("destination") == destination ? verdict : Verdict::pass();
        });
    }
    StompBench bench;
};

TEST_F(StompInterceptors, SeeEveryFrameInOrder) {
    std::vector<std::string> seen;
    inbound([&](InboundFrame& frame) {
        seen.push_back(std::to_string(static_cast<int>(frame.command)) + " " + frame.session.id() + " " +
                       frame.body);
        return Verdict::pass();
    });
    StompBench::Client& alice = bench.client();
    alice.hear(
        "CONNECT\naccept-version:1.2\n\n^\n\nSUBSCRIBE\nid:1\ndestination:/topic/a\n\n^"
        "SEND\ndestination:/topic/a\n\nhi^BEGIN\ntransaction:t\n\n^ABORT\ntransaction:t\n\n^"
        "UNSUBSCRIBE\nid:1\n\n^DISCONNECT\n\n^");
    EXPECT_THAT(seen, ElementsAre("0 s1 ", "2 s1 ", "1 s1 hi", "6 s1 ", "8 s1 ", "3 s1 ", "9 s1 "));
    EXPECT_EQ(alice.outlet.closed->code, 1000);
}

TEST_F(StompInterceptors, ChangeHeadersBodyAndDestination) {
    inbound([](InboundFrame& frame) {
        if (frame.command != ClientCommand::send) return Verdict::pass();
        frame.headers.set("destination", "/topic/b");
        frame.headers.set("checked", "yes");
        frame.headers.erase("secret");
        frame.body += "!";
        return Verdict::pass();
    });
    inbound([](InboundFrame& frame) {
        if (frame.command == ClientCommand::send) frame.body += "?";
        return Verdict::pass();
    });
    StompBench::Client& alice = bench.connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/b\n\n^SEND\ndestination:/topic/a\nsecret:x\n\nhi^");
    const std::string said = alice.said();
    EXPECT_THAT(said, HasSubstr("checked:yes\n"));
    EXPECT_THAT(said, HasSubstr("hi!?^"));
    EXPECT_THAT(said, Not(HasSubstr("secret")));
}

/// What an interceptor writes is checked as what a client writes is.
TEST_F(StompInterceptors, CannotMakeADestinationThatNoClientMayName) {
    inbound([](InboundFrame& frame) {
        frame.headers.set("destination", "/topic/../a");
        return Verdict::pass();
    });
    StompBench::Client& alice = bench.connected();
    alice.hear("SEND\ndestination:/topic/a\n\nhi^");
    EXPECT_THAT(alice.outcome(), HasSubstr("ERROR"));
}

TEST_F(StompInterceptors, SayWhoASessionIs) {
    inbound([](InboundFrame& frame) {
        if (frame.command == ClientCommand::connect && frame.headers.find("x-token") == "good")
            frame.principal = Principal{"alice", {"admin"}};
        return Verdict::pass();
    });
    StompBench::Client& alice = bench.client();
    alice.hear("CONNECT\naccept-version:1.2\nx-token:good\n\n^");
    EXPECT_THAT(alice.said(), HasSubstr("user-name:alice\n"));
    EXPECT_EQ(alice.session.state()->principal->name, "alice");
}

TEST_F(StompInterceptors, RefuseConnect) {
    inbound([](InboundFrame&) { return Verdict::refuse("Not today", Errc::unavailable); });
    StompBench::Client& alice = bench.client();
    alice.hear("CONNECT\naccept-version:1.2\n\n^");
    EXPECT_EQ(alice.outcome(), error_frame("unavailable", "Not today"));
}

TEST_F(StompInterceptors, DropConnect) {
    inbound([](InboundFrame& frame) {
        return frame.headers.contains("again") ? Verdict::pass() : Verdict::drop();
    });
    StompBench::Client& alice = bench.client();
    alice.hear("CONNECT\naccept-version:1.2\n\n^");
    EXPECT_EQ(alice.outcome(), "");
    alice.hear("CONNECT\naccept-version:1.2\nagain:yes\n\n^");
    EXPECT_THAT(alice.outcome(), testing::StartsWith("CONNECTED"));
}

TEST_F(StompInterceptors, RefuseByErrorWhereNobodyListensForErrors) {
    at("/topic/a", Verdict::refuse("Not there"));
    StompBench::Client& alice = bench.connected();
    alice.hear("SEND\ndestination:/topic/a\n\nhi^");
    EXPECT_EQ(alice.outcome(), error_frame("forbidden", "Not there"));
}

TEST_F(StompInterceptors, RefuseOnTheErrorDestination) {
    at("/topic/a", Verdict::refuse("Not there"));
    StompBench::Client& alice = bench.connected();
    alice.hear("SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n^");
    alice.hear("SEND\ndestination:/topic/a\ncorrelation-id:7\n\nhi^");
    const std::string said = alice.outcome();
    EXPECT_THAT(said, HasSubstr("{\"code\":\"forbidden\",\"message\":\"Not there\",\"destination\":"
                                "\"/topic/a\"}"));
    EXPECT_THAT(said, HasSubstr("correlation-id:7\n"));
    EXPECT_THAT(said, Not(HasSubstr("closed")));
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^");
    EXPECT_THAT(alice.outcome(), HasSubstr("Not there"));
    alice.hear("UNSUBSCRIBE\nid:1\nreceipt:u\n\n^");
    EXPECT_EQ(alice.outcome(), "RECEIPT\nreceipt-id:u\n\n^") << "it does not know that it has none";
}

TEST_F(StompInterceptors, RefuseByErrorWithTheReceiptId) {
    at("/topic/a", Verdict::refuse("Not there"));
    StompBench::Client& alice = bench.connected();
    alice.hear("SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n^");
    alice.hear("SEND\ndestination:/topic/a\nreceipt:r\n\nhi^");
    EXPECT_EQ(alice.outcome(), error_frame("forbidden", "Not there", "r"));
}

TEST_F(StompInterceptors, RefuseByErrorWithinATransaction) {
    at("/topic/a", Verdict::refuse("Not there"));
    StompBench::Client& alice = bench.connected();
    alice.hear("SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n^BEGIN\ntransaction:t\n\n^");
    alice.hear("SEND\ndestination:/topic/a\ntransaction:t\n\nhi^");
    EXPECT_EQ(alice.outcome(), error_frame("forbidden", "Not there"));
}

TEST_F(StompInterceptors, DropAndAnswerTheReceipt) {
    at("/topic/a", Verdict::drop());
    StompBench::Client& alice = bench.connected();
    StompBench::Client& bob = bench.connected();
    bob.hear("SUBSCRIBE\nid:1\ndestination:/topic/*\n\n^");
    alice.hear("SEND\ndestination:/topic/b\nreceipt:q\n\nyes^SEND\ndestination:/topic/a\nreceipt:r\n\nno^");
    EXPECT_EQ(alice.outcome(), "RECEIPT\nreceipt-id:q\n\n^RECEIPT\nreceipt-id:r\n\n^");
    EXPECT_THAT(bob.said(), Not(HasSubstr("no^")));
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^UNSUBSCRIBE\nid:1\n\n^");
    EXPECT_EQ(alice.outcome(), "");
}

TEST_F(StompInterceptors, AreNotAskedBehindOneThatDecided) {
    at("/topic/a", Verdict::drop());
    unsigned asked = 0;
    inbound([&](InboundFrame&) {
        ++asked;
        return Verdict::pass();
    });
    bench.connected().hear("SEND\ndestination:/topic/a\n\nhi^");
    EXPECT_EQ(asked, 1U) << "for CONNECT";
}

TEST_F(StompInterceptors, WhatTheyThrowIsARefusalWithoutTheirWords) {
    inbound([](InboundFrame& frame) -> Verdict {
        if (frame.command == ClientCommand::connect) return Verdict::pass();
        throw std::runtime_error("secret");
    });
    StompBench::Client& alice = bench.connected();
    alice.hear("SEND\ndestination:/topic/a\nreceipt:r\n\nhi^");
    EXPECT_EQ(alice.outcome(), error_frame("failed", "The message could not be handled", "r"));
}

TEST_F(StompInterceptors, FramesThatBreakTheProtocolDoNotReachThem) {
    unsigned asked = 0;
    inbound([&](InboundFrame&) {
        ++asked;
        return Verdict::pass();
    });
    bench.client().hear("SEND\ndestination:/topic/a\n\nhi^");
    bench.client().hear("NONSENSE\n\n^");
    EXPECT_EQ(asked, 0U);
}

// On the way out

TEST_F(StompInterceptors, ChangeAMessageForOneSubscriber) {
    outbound([](OutboundMessage& out) {
        if (out.session().id() != "s2") return Verdict::pass();
        out.change().body = "for " + std::string(out.subscription());
        out.change().headers.set("x", "y");
        return Verdict::pass();
    });
    for (int i = 0; i < 3; ++i) bench.connected().hear("SUBSCRIBE\nid:7\ndestination:/topic/a\n\n^");
    bench.publish("/topic/a", "for all");
    EXPECT_THAT(bench.clients[1]->said(), testing::AllOf(HasSubstr("for 7^"), HasSubstr("x:y\n")));
    EXPECT_THAT(bench.clients[0]->said(), HasSubstr("for all^"));
    EXPECT_THAT(bench.clients[2]->said(), HasSubstr("for all^"));
    EXPECT_EQ(bench.frames.encoded(), 1U) << "for those it was not changed for";
}

TEST_F(StompInterceptors, KeepAMessageFromASubscriber) {
    outbound([](OutboundMessage& out) {
        return out.message().body == "secret" ? Verdict::drop() : Verdict::pass();
    });
    StompBench::Client& alice = bench.connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^");
    for (const char* const body : {"one", "secret", "two"}) bench.publish("/topic/a", body);
    const std::string said = alice.outcome();
    EXPECT_THAT(said, testing::AllOf(HasSubstr("one^"), HasSubstr("two^"), Not(HasSubstr("secret"))));
}

/// It is as good as taken: the next one comes, whatever the ack mode.
TEST_F(StompInterceptors, WhatIsKeptFromAQueuesConsumerDoesNotComeAgain) {
    bench.settings.acks.prefetch = 1;
    outbound([](OutboundMessage& out) {
        return out.message().body == "secret" ? Verdict::refuse("no") : Verdict::pass();
    });
    StompBench::Client& alice = bench.connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/queue/a\nack:client\n\n^");
    bench.publish("/queue/a", "secret");
    bench.publish("/queue/a", "one");
    bench.turn();
    bench.turn();
    EXPECT_THAT(alice.outcome(), testing::AllOf(HasSubstr("one^"), Not(HasSubstr("secret"))));
    alice.session.closed({1006, {}});
    StompBench::Client& bob = bench.connected();
    bob.hear("SUBSCRIBE\nid:1\ndestination:/queue/a\n\n^");
    EXPECT_THAT(bob.outcome(), testing::AllOf(HasSubstr("one^"), Not(HasSubstr("secret"))));
}

TEST_F(StompInterceptors, ChangeWhatIsAcknowledgedToo) {
    outbound([](OutboundMessage& out) {
        out.change().body = "other";
        return Verdict::pass();
    });
    StompBench::Client& alice = bench.connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/queue/a\nack:client\n\n^");
    bench.publish("/queue/a", "one");
    EXPECT_THAT(alice.said(), testing::AllOf(HasSubstr("ack:1\n"), HasSubstr("other^")));
    alice.hear("ACK\nid:1\nreceipt:r\n\n^");
    EXPECT_EQ(alice.outcome(), "RECEIPT\nreceipt-id:r\n\n^");
}

TEST_F(StompInterceptors, WhatAnOutboundOneThrowsKeepsTheMessageBack) {
    outbound([](OutboundMessage& out) -> Verdict {
        if (out.message().body == "bad") throw 1;
        return Verdict::pass();
    });
    StompBench::Client& alice = bench.connected();
    alice.hear("SUBSCRIBE\nid:1\ndestination:/topic/a\n\n^");
    bench.publish("/topic/a", "bad");
    bench.publish("/topic/a", "good");
    EXPECT_THAT(alice.outcome(), testing::AllOf(HasSubstr("good^"), Not(HasSubstr("bad^"))));
}

/// A function's result, another client's answer and what is redelivered: all that comes as MESSAGE.
TEST_F(StompInterceptors, SeeAndChangeTheAnswersOfTemporaryQueues) {
    std::vector<std::string> seen;
    outbound([&](OutboundMessage& message) {
        seen.push_back(message.message().destination + " " + std::string(message.subscription()) + " " +
                       message.message().body);
        message.change().body += "!";
        return Verdict::pass();
    });
    StompBench::Client& alice = bench.connected();
    StompBench::Client& bob = bench.connected();
    alice.hear("SEND\ndestination:/app/echo\nreply-to:/temp-queue/r\n\nhi^");
    bob.hear("SEND\ndestination:/reply-queue/0-00000000000000000000000000000001\n\nhello^");
    EXPECT_THAT(seen, ElementsAre("/temp-queue/r /temp-queue/r hi", "/temp-queue/r /temp-queue/r hello"));
    const std::string said = alice.said();
    EXPECT_THAT(said, HasSubstr("hi!^"));
    EXPECT_THAT(said, HasSubstr("hello!^"));
}

TEST_F(StompInterceptors, WhatTheyDropOfATemporaryQueueDoesNotCome) {
    outbound([](OutboundMessage&) { return Verdict::drop(); });
    StompBench::Client& alice = bench.connected();
    alice.hear("SEND\ndestination:/app/echo\nreply-to:/temp-queue/r\nreceipt:s\n\nhi^");
    EXPECT_EQ(alice.outcome(), "RECEIPT\nreceipt-id:s\n\n^");
}

}  // namespace
}  // namespace stentor::session
