#include "stomp/frame.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace stentor::stomp {
namespace {

using enum Command;
const std::vector<Command> of_clients{connect, stomp, send,   subscribe, unsubscribe, ack,
                                      nack,    begin, commit, abort,     disconnect};
const std::vector<Command> of_servers{connected, message, receipt, error};

TEST(StompFrame, EveryCommandIsFoundByItsOwnName) {
    for (const auto& commands : {of_clients, of_servers})
        for (const Command command : commands) EXPECT_EQ(to_command(to_string(command)), command);
}

TEST(Stomp12Frames, CommandsAreCaseSensitiveAndWhole) {
    for (const auto* name : {"", "send", "Connect", "SEN", "SENDS", " SEND", "SEND ", "HELLO"})
        EXPECT_EQ(to_command(name), std::nullopt) << name;
}

TEST(StompFrame, CommandsBelongToOneSide) {
    for (const Command command : of_clients) EXPECT_FALSE(is_of_server(command)) << to_string(command);
    for (const Command command : of_servers) EXPECT_TRUE(is_of_server(command)) << to_string(command);
}

TEST(Stomp12Body, OnlySendMessageAndErrorMayHaveOne) {
    for (const auto& commands : {of_clients, of_servers})
        for (const Command command : commands)
            EXPECT_EQ(may_have_body(command), command == send || command == message || command == error)
                << to_string(command);
}

TEST(Stomp12ValueEncoding, ConnectStompAndConnectedHaveNoEscapes) {
    for (const auto& commands : {of_clients, of_servers})
        for (const Command command : commands)
            EXPECT_EQ(has_escapes(command), command != connect && command != stomp && command != connected)
                << to_string(command);
}

TEST(StompFrame, VersionsAreWrittenAsInTheVersionHeader) {
    EXPECT_EQ(to_string(Version::v1_0), "1.0");
    EXPECT_EQ(to_string(Version::v1_1), "1.1");
    EXPECT_EQ(to_string(Version::v1_2), "1.2");
}

TEST(Stomp12RepeatedHeaderEntries, TheFirstOneCounts) {
    const std::vector<HeaderView> headers{{"foo", "World"}, {"foo", "Hello"}, {"Foo", "other"}};
    const Frame frame{message, headers, ""};
    EXPECT_EQ(frame.header("foo"), "World");
    EXPECT_EQ(frame.header("Foo"), "other");
    EXPECT_EQ(frame.header("bar"), std::nullopt);
}

}  // namespace
}  // namespace stentor::stomp
