#include "stomp_bench.hpp"

#include <gtest/gtest.h>

namespace stentor::session {
namespace {

constexpr const char* connected_1_2 =
    "CONNECTED\nversion:1.2\nheart-beat:10000,10000\nsession:s1\nserver:stentor\n\n^";

TEST(Stomp1_2_CONNECT, IsAnsweredByCONNECTED) {
    EXPECT_EQ(converse("CONNECT\naccept-version:1.2\nhost:x\n\n^"), connected_1_2);
}

TEST(Stomp1_2_CONNECT, STOMPIsTheSame) {
    EXPECT_EQ(converse("STOMP\naccept-version:1.2\nhost:x\n\n^"), connected_1_2);
}

TEST(Stomp1_2_CONNECT, TheHighestCommonVersionIsChosen) {
    EXPECT_EQ(converse("CONNECT\naccept-version:1.0,1.2,1.1,9.9\n\n^"), connected_1_2);
    EXPECT_NE(converse("CONNECT\naccept-version:1.1,1.0\n\n^").find("version:1.1"), std::string::npos);
}

TEST(Stomp1_2_CONNECT, WithoutAcceptVersionItIs1_0) {
    EXPECT_EQ(converse("CONNECT\nlogin:a\n\n^"), "CONNECTED\nversion:1.0\nsession:s1\nserver:stentor\n\n^");
}

TEST(Stomp1_2_CONNECT, NoCommonVersionIsAnErrorThatListsThem) {
    EXPECT_EQ(converse("CONNECT\naccept-version:9.9\n\n^"),
              "ERROR\nversion:1.0,1.1,1.2\nmessage:Supported protocol versions are 1.0, 1.1, 1.2\n"
              "content-type:text/plain;charset=utf-8\ncontent-length:45\n\n"
              "Supported protocol versions are 1.0, 1.1, 1.2^|closed 1002");
}

TEST(Stomp1_2_CONNECT, LinesMayEndInCrLf) {
    EXPECT_EQ(converse("CONNECT\r\naccept-version:1.2\r\nhost:x\r\n\r\n^"), connected_1_2);
}

TEST(Stomp1_2_CONNECT, IsNotUnescapedSoThatAnUndefinedEscapeIsNoError) {
    EXPECT_EQ(converse("CONNECT\naccept-version:1.2\nlogin:a\\tb\n\n^"), connected_1_2);
}

TEST(Stomp1_2_CONNECT, AReceiptIsNotAnswered) {
    EXPECT_EQ(converse("CONNECT\naccept-version:1.2\nreceipt:1\n\n^"), connected_1_2);
}

TEST(Stomp1_2_CONNECT, TellsTheUsersName) {
    StompBench bench;
    StompBench::Client& alice = bench.client(Framing::tcp, Authentication{{"alice"}});
    alice.hear("CONNECT\naccept-version:1.2\n\n^");
    EXPECT_NE(alice.said().find("user-name:alice\n"), std::string::npos);
}

TEST(Stomp1_2_CONNECT, AMalformedHeartBeatIsAnError) {
    for (const char* beat : {"-1,5", "a,b", "5", "99999999999,1"})
        EXPECT_EQ(converse("CONNECT\naccept-version:1.2\nheart-beat:" + std::string(beat) + "\n\n^"),
                  error_frame("malformed", "heart-beat is not two numbers of milliseconds"))
            << beat;
}

TEST(Stomp1_0_CONNECT, KnowsNoHeartBeatHeaderSoNothingIsWrongWithIt) {
    EXPECT_EQ(converse("CONNECT\naccept-version: 1.0 \nheart-beat: x\n\n^"),
              "CONNECTED\nversion:1.0\nsession:s1\nserver:stentor\n\n^");
}

TEST(StompA1, AFrameBeforeCONNECTIsAnErrorAndDoesNothing) {
    for (const char* frame : {"SEND\ndestination:/topic/x\nreceipt:r\n\nhi^",
                              "SUBSCRIBE\nid:1\ndestination:/topic/x\nreceipt:r\n\n^",
                              "DISCONNECT\nreceipt:r\n\n^", "ACK\nid:1\nreceipt:r\n\n^"})
        EXPECT_EQ(converse(frame), error_frame("conflict", "The first frame must be CONNECT", "r")) << frame;
}

TEST(StompA3, ASecondCONNECTIsAnError) {
    EXPECT_EQ(converse_in("1.2", "CONNECT\naccept-version:1.2\nreceipt:r\n\n^"),
              error_frame("conflict", "The session is connected already", "r"));
}

TEST(StompF16, UnknownAndServersCommandsAreErrors) {
    for (const char* frame :
         {"HELLO\n\n^", "send\ndestination:/topic/x\n\n^", "MESSAGE\n\n^", "CONNECTED\n\n^"}) {
        const std::string said = converse_in("1.2", frame);
        EXPECT_TRUE(said.starts_with("ERROR\n")) << frame << said;
        EXPECT_TRUE(said.ends_with("|closed 1002")) << frame << said;
    }
}

TEST(StompF13, AHeaderWithoutColonIsAnError) {
    const std::string said = converse_in("1.2", "SEND\ndestination\n\n^");
    EXPECT_TRUE(said.starts_with("ERROR\n")) << said;
    EXPECT_TRUE(said.ends_with("|closed 1002")) << said;
}

TEST(Stomp1_2_ERROR, WhatFollowsItIsIgnored) {
    EXPECT_EQ(
        converse_in("1.2", "SEND\nreceipt:r\n\nhi^SUBSCRIBE\nid:1\ndestination:/topic/x\nreceipt:s\n\n^\n\n"),
        error_frame("malformed", "SEND needs a header 'destination'", "r"));
}

TEST(Stomp1_2_ERROR, ADecodingErrorNamesTheReceiptWhenItIsKnown) {
    const std::string said = converse_in("1.2", "SEND\nreceipt:r\ndestination:/topic/x\nbad:\\t\n\n^");
    EXPECT_NE(said.find("receipt-id:r\n"), std::string::npos) << said;
}

TEST(StompF16, TheErrorForAnUnknownCommandNamesTheReceipt) {
    for (const char* command : {"HELLO", "MESSAGE"}) {
        const std::string said =
            converse_in("1.2", std::string(command) + "\nid:1\nreceipt:a\\cb\n\nbody^SEND\nreceipt:s\n\n^");
        EXPECT_NE(said.find("receipt-id:a\\cb\n"), std::string::npos) << said;
        EXPECT_EQ(said.find("receipt-id:s"), std::string::npos) << said;
    }
}

TEST(StompF17, TheErrorForAMissingHeaderNamesItAndTheReceipt) {
    for (const auto& [command, header] :
         {std::pair("SEND", "destination"), std::pair("SUBSCRIBE", "destination"),
          std::pair("UNSUBSCRIBE", "id"), std::pair("ACK", "id"), std::pair("NACK", "id"),
          std::pair("BEGIN", "transaction"), std::pair("COMMIT", "transaction"),
          std::pair("ABORT", "transaction")})
        EXPECT_EQ(converse_in("1.2", std::string(command) + "\nreceipt:r\n\n^"),
                  error_frame("malformed",
                              std::string(command) + " needs a header '" + std::string(header) + "'", "r"));
}

TEST(StompF22, ABodyWhereNoneMayBeIsAnErrorThatNamesTheReceipt) {
    for (const char* frame : {"SUBSCRIBE\nid:1\ndestination:/topic/x\nreceipt:r\n\nbody^",
                              "ACK\nid:1\nreceipt:r\ncontent-length:4\n\nbody^"}) {
        const std::string said = converse_in("1.2", frame);
        EXPECT_NE(said.find("may not have a body"), std::string::npos) << said;
        EXPECT_NE(said.find("receipt-id:r\n"), std::string::npos) << said;
    }
    EXPECT_NE(converse("CONNECT\naccept-version:1.2\n\nbody^").find("CONNECT may not have a body"),
              std::string::npos);
}

TEST(Stomp1_2_SEND, NeedsAValidDestination) {
    for (const char* frame : {"SEND\n\nhi^", "SEND\ndestination:\n\nhi^"})
        EXPECT_EQ(converse_in("1.2", frame), error_frame("malformed", "SEND needs a header 'destination'"));
    for (const char* bad : {"topic/x", "/topic/../x", "/topic//x", "//", "/topic/./x"}) {
        const std::string said = converse_in("1.2", "SEND\ndestination:" + std::string(bad) + "\n\nhi^");
        EXPECT_TRUE(said.starts_with("ERROR\n")) << bad << said;
    }
}

TEST(Stomp1_2_SEND, ReachesASubscriberWithItsHeaders) {
    EXPECT_EQ(converse_in("1.2",
                          "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^SEND\ndestination:/topic/x\nk:v\n\nhi^"),
              "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\nsubscription:1\nk:v\ncontent-length:2\n\nhi^");
}

TEST(Stomp1_2_SEND, TheFirstOfRepeatedHeadersWinsAndAloneIsPassedOn) {
    EXPECT_EQ(converse_in("1.2",
                          "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^"
                          "SEND\ndestination:/topic/x\nk:1\nk:2\ndestination:/topic/y\n\nhi^"),
              "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\nsubscription:1\nk:1\ncontent-length:2\n\nhi^");
}

TEST(StompA15, ServersHeadersAreNotPassedOn) {
    EXPECT_EQ(converse_in("1.2",
                          "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^"
                          "SEND\ndestination:/topic/x\nmessage-id:fake\nsubscription:fake\nack:fake\n"
                          "user-name:root\nredelivered:true\n\nhi^"),
              "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\nsubscription:1\ncontent-length:2\n\nhi^");
}

TEST(Stomp1_2_SEND, AnUnknownTransactionIsAnError) {
    EXPECT_EQ(converse_in("1.2", "SEND\ndestination:/topic/x\ntransaction:t\nreceipt:r\n\nhi^"),
              error_frame("not-found", "There is no such transaction", "r"));
}

TEST(StompA9, ClientsCannotSendToUserDestinations) {
    const std::string said = converse_in("1.2", "SEND\ndestination:/user/bob/queue/x\nreceipt:r\n\nhi^");
    EXPECT_TRUE(said.starts_with("ERROR\n")) << said;
    EXPECT_NE(said.find("code:forbidden"), std::string::npos);
}

TEST(Stomp1_2_SEND, ADestinationOfNobodyIsAnError) {
    const std::string said = converse_in("1.2", "SEND\ndestination:/elsewhere\n\nhi^");
    EXPECT_NE(said.find("code:not-found"), std::string::npos) << said;
}

TEST(Stomp1_2_SEND, ABodyMayHoldNulsWhenItsLengthIsTold) {
    EXPECT_EQ(converse_in("1.2",
                          "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^"
                          "SEND\ndestination:/topic/x\ncontent-length:3\n\na^b^"),
              "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\nsubscription:1\ncontent-length:3\n\na^b^");
}

TEST(Stomp1_2_SEND, HeadersAreUnescapedAndEscapedAgain) {
    EXPECT_EQ(converse_in("1.2",
                          "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^"
                          "SEND\ndestination:/topic/x\nk:a\\nb\\c\\\\\n\n^"),
              "MESSAGE\ndestination:/topic/"
              "x\nmessage-id:m-1\nsubscription:1\nk:a\\nb\\c\\\\\ncontent-length:0\n\n^");
}

TEST(Stomp1_2_AckModes, AutoMayBeSaid) {
    EXPECT_EQ(converse_in("1.2", "SUBSCRIBE\nid:1\ndestination:/topic/x\nack:auto\nreceipt:r\n\n^"),
              "RECEIPT\nreceipt-id:r\n\n^");
}

TEST(Stomp1_2_RECEIPT, ForEveryFrameThatAsksAndNoOther) {
    EXPECT_EQ(converse_in("1.2",
                          "SUBSCRIBE\nid:1\ndestination:/topic/x\nreceipt:a:b\n\n^"
                          "SEND\ndestination:/topic/y\nreceipt:2\n\nhi^SEND\ndestination:/topic/y\n\nhi^"
                          "UNSUBSCRIBE\nid:1\nreceipt:3\n\n^"),
              "RECEIPT\nreceipt-id:a\\cb\n\n^RECEIPT\nreceipt-id:2\n\n^RECEIPT\nreceipt-id:3\n\n^");
}

TEST(Stomp1_2_RECEIPT, LeavesInOrderWhenAnEarlierFrameTakesLonger) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/app/later\nreceipt:1\n\nhi^SEND\ndestination:/topic/x\nreceipt:2\n\nhi^");
    EXPECT_EQ(client.said(), "");
    bench.run_workers();
    EXPECT_EQ(client.said(), "RECEIPT\nreceipt-id:1\n\n^RECEIPT\nreceipt-id:2\n\n^");
}

TEST(Stomp1_2_RECEIPT, ComesBehindTheMessagesItsFrameCaused) {
    EXPECT_EQ(
        converse_in("1.2",
                    "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^SEND\ndestination:/topic/x\nreceipt:r\n\n^"),
        "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\nsubscription:1\ncontent-length:0\n\n^"
        "RECEIPT\nreceipt-id:r\n\n^");
}

TEST(Stomp1_2_DISCONNECT, RECEIPTThenClose) {
    EXPECT_EQ(converse_in("1.2", "DISCONNECT\nreceipt:77\n\n^"), "RECEIPT\nreceipt-id:77\n\n^|closed 1000");
}

TEST(Stomp1_2_DISCONNECT, WithoutReceiptJustCloses) {
    EXPECT_EQ(converse_in("1.2", "DISCONNECT\n\n^"), "|closed 1000");
}

TEST(Stomp1_2_DISCONNECT, WhatFollowsItIsIgnored) {
    EXPECT_EQ(converse_in("1.2", "DISCONNECT\nreceipt:77\n\n^SEND\nreceipt:78\n\nhi^nonsense"),
              "RECEIPT\nreceipt-id:77\n\n^|closed 1000");
}

TEST(Stomp1_2_DISCONNECT, WaitsForTheReceiptsOfEarlierFrames) {
    StompBench bench;
    StompBench::Client& client = bench.connected();
    client.hear("SEND\ndestination:/app/later\nreceipt:1\n\nhi^DISCONNECT\nreceipt:2\n\n^");
    EXPECT_EQ(client.outcome(), "");
    bench.run_workers();
    EXPECT_EQ(client.outcome(), "RECEIPT\nreceipt-id:1\n\n^RECEIPT\nreceipt-id:2\n\n^|closed 1000");
}

TEST(Stomp1_2_UNSUBSCRIBE, NothingIsDeliveredAfterIt) {
    EXPECT_EQ(converse_in("1.2",
                          "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^UNSUBSCRIBE\nid:1\n\n^"
                          "SEND\ndestination:/topic/x\n\nhi^"),
              "");
}

TEST(Stomp1_2_UNSUBSCRIBE, AnUnknownOrMissingIdIsAnError) {
    EXPECT_EQ(converse_in("1.2", "UNSUBSCRIBE\nid:1\n\n^"),
              error_frame("not-found", "There is no such subscription"));
    EXPECT_EQ(converse_in("1.2",
                          "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^UNSUBSCRIBE\ndestination:/topic/x\n\n^"),
              error_frame("malformed", "UNSUBSCRIBE needs a header 'id'"));
}

TEST(Stomp1_2_SUBSCRIBE, NeedsAnIdAndADestination) {
    EXPECT_EQ(converse_in("1.2", "SUBSCRIBE\ndestination:/topic/x\n\n^"),
              error_frame("malformed", "SUBSCRIBE needs a header 'id'"));
    EXPECT_EQ(converse_in("1.1", "SUBSCRIBE\ndestination:/topic/x\n\n^"),
              error_frame("malformed", "SUBSCRIBE needs a header 'id'"));
    EXPECT_EQ(converse_in("1.2", "SUBSCRIBE\nid:1\n\n^"),
              error_frame("malformed", "SUBSCRIBE needs a header 'destination'"));
}

TEST(Stomp1_2_SUBSCRIBE, ADuplicateIdIsAnError) {
    EXPECT_EQ(
        converse_in("1.2",
                    "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^SUBSCRIBE\nid:1\ndestination:/topic/y\n\n^"),
        error_frame("conflict", "There is a subscription of that id already"));
}

TEST(Stomp1_2_SUBSCRIBE, AnIdMayBeUsedAgainAfterUNSUBSCRIBE) {
    EXPECT_EQ(converse_in("1.2",
                          "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^UNSUBSCRIBE\nid:1\n\n^"
                          "SUBSCRIBE\nid:1\ndestination:/topic/y\nreceipt:r\n\n^"),
              "RECEIPT\nreceipt-id:r\n\n^");
}

TEST(Stomp1_2_SUBSCRIBE, TwoSubscriptionsOfOneDestinationGetOneMessageEach) {
    EXPECT_EQ(
        converse_in("1.2",
                    "SUBSCRIBE\nid:1\ndestination:/topic/x\n\n^SUBSCRIBE\nid:2\ndestination:/topic/*\n\n^"
                    "SEND\ndestination:/topic/x\n\nhi^"),
        "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\nsubscription:1\ncontent-length:2\n\nhi^"
        "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\nsubscription:2\ncontent-length:2\n\nhi^");
}

TEST(Stomp1_0_SUBSCRIBE, AnIdIsOptional) {
    EXPECT_EQ(converse_in("1.0", "SUBSCRIBE\ndestination:/topic/x\n\n^SEND\ndestination:/topic/x\n\nhi^"),
              "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\ncontent-length:2\n\nhi^");
}

TEST(Stomp1_0_SUBSCRIBE, WithoutIdOnceForADestination) {
    EXPECT_EQ(converse_in("1.0", "SUBSCRIBE\ndestination:/topic/x\n\n^SUBSCRIBE\ndestination:/topic/x\n\n^"),
              error_frame("conflict", "There is a subscription of that id already"));
}

TEST(Stomp1_0_UNSUBSCRIBE, GoesByDestinationToo) {
    EXPECT_EQ(converse_in("1.0",
                          "SUBSCRIBE\ndestination:/topic/x\n\n^UNSUBSCRIBE\ndestination:/topic/x\n\n^"
                          "SEND\ndestination:/topic/x\nreceipt:1\n\nhi^"),
              "RECEIPT\nreceipt-id:1\n\n^");
}

TEST(Stomp1_0_SUBSCRIBE, AnAnswerToASubscriptionWithoutIdNamesItsOwnDestination) {
    EXPECT_EQ(converse_in("1.0", "SUBSCRIBE\ndestination:/topic/x\n\n^SUBSCRIBE\ndestination:/app/init\n\n^"),
              "MESSAGE\ndestination:/app/init\nmessage-id:m-2\ncontent-type:text/plain;charset=utf-8\n"
              "content-length:5\n\nfirst^");
}

TEST(Stomp1_0_Headers, AreTrimmedAndNotUnescaped) {
    EXPECT_EQ(
        converse_in(
            "1.0",
            "SUBSCRIBE\nid: 1\ndestination: /topic/x\n\n^SEND\ndestination: /topic/x \nk: a\\nb\n\nhi^"),
        "MESSAGE\ndestination:/topic/x\nmessage-id:m-1\nsubscription:1\nk:a\\nb\ncontent-length:2\n\nhi^");
}

TEST(StompF15, ABlankIsPartOfADestinationFrom1_1On) {
    const std::string said = converse_in("1.1", "SEND\ndestination: /topic/x\n\nhi^");
    EXPECT_TRUE(said.starts_with("ERROR\n")) << said;
}

TEST(StompUsers, ApplicationErrorsComeOnTheClientsErrorDestination) {
    EXPECT_EQ(
        converse_in("1.2",
                    "SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n^SEND\ndestination:/app/fail\n\nhi^")
            .find("secret"),
        std::string::npos);
    const std::string said = converse_in(
        "1.2", "SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n^SEND\ndestination:/app/nothing\n\nhi^");
    EXPECT_TRUE(said.starts_with("MESSAGE\ndestination:/user/queue/errors\n")) << said;
    EXPECT_EQ(said.find("|closed"), std::string::npos) << said;
}

TEST(StompUsers, ApplicationErrorsAreERRORWhenAReceiptWasAsked) {
    const std::string said = converse_in("1.2",
                                         "SUBSCRIBE\nid:e\ndestination:/user/queue/"
                                         "errors\n\n^SEND\ndestination:/app/nothing\nreceipt:r\n\nhi^");
    EXPECT_TRUE(said.starts_with("ERROR\n")) << said;
    EXPECT_NE(said.find("receipt-id:r\n"), std::string::npos) << said;
}

TEST(StompSession, OverSockjsEachFrameIsOneJsonString) {
    StompBench bench;
    StompBench::Client& client = bench.client(Framing::sockjs_quoted);
    client.hear("CONNECT\n\n^");
    EXPECT_EQ(client.said(), R"("CONNECTED\nversion:1.0\nsession:s1\nserver:stentor\n\n\u0000")");
}

TEST(StompSession, BinaryMessagesAreFramesToo) {
    StompBench bench;
    StompBench::Client& client = bench.client(Framing::websocket);
    client.session.binary(std::string_view("CONNECT\n\n\0", 10));
    EXPECT_NE(client.said().find("CONNECTED"), std::string::npos);
}

}  // namespace
}  // namespace stentor::session
