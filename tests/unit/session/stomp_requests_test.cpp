#include "session/stomp_requests.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

namespace stentor::session {
namespace {

using stomp::Command;
using stomp::HeaderView;
using stomp::Version;

class StompRequests : public ::testing::Test {
protected:
    stomp::Frame frame(Command command, std::initializer_list<HeaderView> list) {
        headers = list;
        return {command, headers, {}};
    }
    Result<SubscribeRequest> subscribe(std::initializer_list<HeaderView> list) {
        headers = {{"id", "1"}, {"destination", "/queue/x"}};
        headers.insert(headers.end(), list);
        return read_subscribe({Command::subscribe, headers, {}}, Version::v1_2, settings);
    }
    Result<AckRequest> ack(Version version, std::initializer_list<HeaderView> list,
                           Command command = Command::ack) {
        return read_ack(frame(command, list), version);
    }

    std::vector<HeaderView> headers;
    StompSettings settings;
};

TEST_F(StompRequests, SUBSCRIBEHasAckModeAutoUnlessItSaysOtherwise) {
    EXPECT_EQ(subscribe({})->ack_mode, AckMode::automatic);
    EXPECT_EQ(subscribe({{"ack", "auto"}})->ack_mode, AckMode::automatic);
    EXPECT_EQ(subscribe({{"ack", "client"}})->ack_mode, AckMode::client);
    EXPECT_EQ(subscribe({{"ack", "client-individual"}})->ack_mode, AckMode::client_individual);
    for (const char* other : {"", "Client", "client ", "dups-ok"})
        EXPECT_EQ(subscribe({{"ack", other}}).error().code, Errc::unsupported) << other;
}

TEST_F(StompRequests, SUBSCRIBEMaySayHowMuchMayBeUnderWay) {
    EXPECT_EQ(subscribe({})->window.messages, 100u);
    EXPECT_EQ(subscribe({})->window.bytes, 1024 * 1024u);
    EXPECT_EQ(subscribe({{"prefetch-count", "1"}})->window.messages, 1u);
    EXPECT_EQ(subscribe({{"activemq.prefetchSize", "7"}})->window.messages, 7u);
    EXPECT_EQ(subscribe({{"prefetch-count", "999999999999999999999999"}})->window.messages, 1000u);
    settings.acks.max_prefetch = 50;
    EXPECT_EQ(subscribe({})->window.messages, 50u);
}

TEST_F(StompRequests, SUBSCRIBESaysHowManyKeptMessagesItWants) {
    EXPECT_EQ(subscribe({})->history, broker::Subscription::all_history);
    EXPECT_EQ(subscribe({{"x-history", "0"}})->history, 0u);
    EXPECT_EQ(subscribe({{"x-history", "7"}})->history, 7u);
    EXPECT_EQ(subscribe({{"x-history", "99999999999999999999"}})->history, broker::Subscription::all_history);
    for (const char* wrong : {"", "all", "-1", "1.5", " 1"})
        EXPECT_EQ(subscribe({{"x-history", wrong}}).error().code, Errc::malformed) << wrong;
}

TEST_F(StompRequests, AWindowThatIsNoPositiveNumberIsMalformed) {
    for (const char* name : {"prefetch-count", "activemq.prefetchSize"})
        for (const char* value : {"", "0", "-1", "1.5", " 1", "many"})
            EXPECT_EQ(subscribe({{name, value}}).error().message,
                      std::string(name) + " is not a positive number")
                << value;
}

TEST_F(StompRequests, ASelectorIsRefusedWhereTheyAreSwitchedOff) {
    EXPECT_EQ(subscribe({{"selector", "a = 1"}}).error(),
              (Error{Errc::unsupported, "Selectors are switched off"}));
    EXPECT_EQ(subscribe({{"selector", ""}}).error().code, Errc::unsupported);
    EXPECT_EQ(subscribe({})->selector, nullptr);
}

TEST_F(StompRequests, ASelectorThatIsNotUnderstoodIsRefusedWithTheReason) {
    settings.selectors = true;
    const char* const bad = "a = = 1";
    EXPECT_EQ(subscribe({{"selector", bad}}).error(), messaging::Selector::parse(bad).error());
}

TEST_F(StompRequests, ASelectorIsKept) {
    settings.selectors = true;
    const auto request = subscribe({{"selector", "color = 'red'"}});
    ASSERT_TRUE(request.has_value()) << request.error().message;
    ASSERT_NE(request->selector, nullptr);
    EXPECT_TRUE(request->selector->matches({{"color", "red"}}));
    EXPECT_FALSE(request->selector->matches({{"color", "blue"}}));
}

TEST_F(StompRequests, Stomp1_2_ACKNamesTheDelivery) {
    const auto request = ack(Version::v1_2, {{"id", "17"}, {"message-id", "m"}});
    EXPECT_EQ(request->id, 17u);
    EXPECT_EQ(request->how, broker::Settlement::accepted);
    EXPECT_EQ(ack(Version::v1_2, {{"id", "17"}}, Command::nack)->how, broker::Settlement::rejected);
}

TEST_F(StompRequests, Stomp1_2_AnIdThatTheServerCannotHaveGivenIsNone) {
    for (const char* id :
         {"x", "0", "01", "-1", "+1", " 1", "1 ", "18446744073709551615", "99999999999999999999"})
        EXPECT_EQ(ack(Version::v1_2, {{"id", id}})->id, std::nullopt) << id;
}

TEST_F(StompRequests, F26_EachVersionHasItsOwnAckHeaders) {
    EXPECT_EQ(ack(Version::v1_2, {{"message-id", "m"}, {"subscription", "1"}}).error().message,
              "ACK needs a header 'id'");
    EXPECT_EQ(ack(Version::v1_1, {{"id", "1"}, {"subscription", "1"}}).error().message,
              "ACK needs a header 'message-id'");
    EXPECT_EQ(ack(Version::v1_1, {{"message-id", "m"}}).error().message, "ACK needs a header 'subscription'");
    EXPECT_EQ(ack(Version::v1_0, {{"id", "1"}}).error().message, "ACK needs a header 'message-id'");
    EXPECT_EQ(ack(Version::v1_0, {{"message-id", "m"}})->message_id, "m");
}

TEST_F(StompRequests, Stomp1_0_HasNoNACK) {
    EXPECT_EQ(ack(Version::v1_0, {{"message-id", "m"}}, Command::nack).error(),
              (Error{Errc::unsupported, "STOMP 1.0 has no NACK"}));
}

TEST_F(StompRequests, BEGINNeedsATransactionOfAtMost128Bytes) {
    EXPECT_EQ(read_transaction(frame(Command::begin, {}), settings).error().message,
              "BEGIN needs a header 'transaction'");
    const std::string longest(128, 't');
    EXPECT_EQ(*read_transaction(frame(Command::begin, {{"transaction", longest}}), settings), longest);
    const std::string longer(129, 't');
    EXPECT_EQ(read_transaction(frame(Command::begin, {{"transaction", longer}}), settings).error(),
              (Error{Errc::too_large, "A transaction id may have 128 bytes"}));
}

}  // namespace
}  // namespace stentor::session
