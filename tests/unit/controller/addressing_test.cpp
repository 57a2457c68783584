#include "controller/addressing.hpp"

#include "unit/controller/fake_execution.hpp"

#include <gtest/gtest.h>

namespace stentor::controller {
namespace {

using To = OutgoingReply::To;
using Default = Addressing::Default;

class AddressingTest : public ::testing::Test {
protected:
    /// The replies as "to destination user" lines.
    std::vector<std::string> addressed(const ReplyTargets& targets, Default otherwise,
                                       Content content = text()) {
        std::vector<std::string> lines;
        static constexpr const char* names[] = {"broker", "user", "session_user", "direct", "reply_to"};
        for (const OutgoingReply& reply : make(targets, otherwise).address(std::move(content), *call_)) {
            EXPECT_EQ(reply.message->destination, reply.destination);
            EXPECT_EQ(reply.message->body, "hi");
            lines.push_back(names[static_cast<int>(reply.to)] + (" " + reply.destination + " ") + reply.user);
        }
        return lines;
    }
    static Addressing make(const ReplyTargets& targets, Default otherwise) {
        return *Addressing::make(targets, otherwise, {"id"});
    }
    static Content text() { return Content{{"hi", "text/plain;charset=utf-8"}}; }

    AddressingTest() { call_->variables = {{"id", "7"}}; }
    FakeExecution execution_;
    std::shared_ptr<Call> call_ = make_call(execution_, "/room/7");
};

using Lines = std::vector<std::string>;

TEST_F(AddressingTest, WithoutTargetsTheDefaultDecides) {
    EXPECT_EQ(addressed({}, Default::topic), Lines{"broker /topic/room/7 "});
    EXPECT_EQ(addressed({}, Default::direct), Lines{"direct /app/room/7 "});
    EXPECT_EQ(addressed({}, Default::errors), Lines{"session_user /queue/errors "});
}

TEST_F(AddressingTest, TheDefaultOfThePrefixAloneIsTopic) {
    call_ = make_call(execution_, "/");
    EXPECT_EQ(addressed({}, Default::topic), Lines{"broker /topic "});
}

TEST_F(AddressingTest, TargetsReplaceTheDefaultUsersFirst) {
    const ReplyTargets targets{{"/topic/a/{id}", "/topic/b"}, {{"/queue/{id}", UserSessions::all}}};
    EXPECT_EQ(addressed(targets, Default::direct),
              (Lines{"user /queue/7 alice", "broker /topic/a/7 ", "broker /topic/b "}));
}

TEST_F(AddressingTest, OnlyTheAskingSessionWhenToldSo) {
    EXPECT_EQ(addressed({{}, {{"/queue/x", UserSessions::asking}}}, Default::topic),
              Lines{"session_user /queue/x alice"});
}

TEST_F(AddressingTest, SomebodyNotLoggedInIsTheAskingSession) {
    call_->principal.reset();
    EXPECT_EQ(addressed({{}, {{"/queue/x", UserSessions::all}}}, Default::topic),
              Lines{"session_user /queue/x "});
}

TEST_F(AddressingTest, ContentsOwnDestinationsReplaceTheTargets) {
    Content content = text();
    content.destinations = {"/topic/x", "/topic/{id}"};
    EXPECT_EQ(addressed({{"/topic/a"}, {}}, Default::topic, content),
              (Lines{"broker /topic/x ", "broker /topic/{id} "}));
}

TEST_F(AddressingTest, AReplyToIsServedInPlaceOfTheDefaultAndBesideTargets) {
    call_->reply_to = "/queue/r";
    EXPECT_EQ(addressed({}, Default::topic), Lines{"reply_to /queue/r "});
    EXPECT_EQ(addressed({}, Default::errors), Lines{"reply_to /queue/r "});
    EXPECT_EQ(addressed({{"/topic/a"}, {}}, Default::topic),
              (Lines{"broker /topic/a ", "reply_to /queue/r "}));
    Content content = text();
    content.destinations = {"/topic/x"};
    EXPECT_EQ(addressed({{"/topic/a"}, {}}, Default::topic, content),
              (Lines{"broker /topic/x ", "reply_to /queue/r "}));
}

TEST_F(AddressingTest, ContentForAUserGoesThere) {
    Content content = text();
    content.destinations = {"/queue/x"};
    content.user = "bob";
    EXPECT_EQ(addressed({{"/topic/a"}, {}}, Default::topic, content), Lines{"user /queue/x bob"});
}

TEST_F(AddressingTest, HeadersKeepTheContentTypeUnlessTheReplyHasOne) {
    Content content = text();
    content.headers = {{"a", "b"}};
    EXPECT_EQ(make({}, Default::topic).address(content, *call_).at(0).message->headers,
              (Headers{{"a", "b"}, {"content-type", "text/plain;charset=utf-8"}}));
    content.headers = {{"content-type", "text/csv"}};
    EXPECT_EQ(make({}, Default::topic).address(content, *call_).at(0).message->headers,
              (Headers{{"content-type", "text/csv"}}));
}

TEST_F(AddressingTest, HeadersNeverHoldWhatIsTheServers) {
    Content content = text();
    content.headers = {{"message-id", "1"},     {"subscription", "1"}, {"destination", "/x"},
                       {"content-length", "1"}, {"ack", "1"},          {"receipt", "1"},
                       {"receipt-id", "1"},     {"transaction", "1"},  {"destination", "2"},
                       {"content-type", "x"},   {"mine", "1"}};
    EXPECT_EQ(make({}, Default::topic).address(content, *call_).at(0).message->headers,
              (Headers{{"content-type", "x"}, {"mine", "1"}}));
}

TEST_F(AddressingTest, RefusesBadTargets) {
    EXPECT_FALSE(Addressing::make({{"/topic/{room}"}, {}}, Default::topic, {"id"}));
    EXPECT_FALSE(Addressing::make({{}, {{"queue", UserSessions::all}}}, Default::topic, {"id"}));
}

}  // namespace
}  // namespace stentor::controller
