// How an application is tested: in this process, without sockets, by a time that the test moves itself. The
// kit fits any framework; this one is GoogleTest.
#include "chat_room.hpp"

#include <stentor/testing/test_app.hpp>

#include <gtest/gtest.h>

using namespace std::chrono_literals;
using stentor::Principal;

class ChatRoom : public testing::Test {
protected:
    ChatRoom() {
        register_chat_room(app);
        app.start();
    }
    stentor::testing::TestApp app;
};

TEST_F(ChatRoom, WhatIsSaidInARoomIsHeardThereAlone) {
    auto alice = app.connect({.principal = Principal{"alice", {}}});
    auto bob = app.connect({.principal = Principal{"bob", {}}});
    bob.subscribe("/topic/rooms/tea");
    bob.subscribe("/topic/rooms/coffee");

    alice.send("/app/rooms/tea", Say{"More milk?"});

    const Line line = bob.receive<Line>("/topic/rooms/tea");
    EXPECT_EQ(line.from, "alice");
    EXPECT_EQ(line.text, "More milk?");
    bob.expect_nothing();
}

TEST_F(ChatRoom, WhoIsNotLoggedInCannotSpeak) {
    auto nobody = app.connect();
    nobody.subscribe("/user/queue/errors");
    nobody.subscribe("/topic/rooms/tea");

    nobody.send("/app/rooms/tea", Say{"Let me in"});

    EXPECT_EQ(nobody.expect_message().header("destination"), "/user/queue/errors");
    nobody.expect_nothing();
}

TEST_F(ChatRoom, ARoomSaysWelcome) {
    auto alice = app.connect({.principal = Principal{"alice", {}}});
    alice.subscribe("/app/rooms/tea/welcome");
    EXPECT_EQ(alice.receive<Line>().text, "Welcome to tea!");
}

TEST_F(ChatRoom, AReminderComesInTimeAndToNobodyElse) {
    auto alice = app.connect({.principal = Principal{"alice", {}}});
    auto bob = app.connect({.principal = Principal{"bob", {}}});
    for (auto* each : {&alice, &bob}) each->subscribe("/user/queue/reminders");

    alice.send("/app/remind", Reminder{3600, "The cake"});
    app.advance(59min);
    alice.expect_nothing();
    app.advance(1min);

    EXPECT_EQ(alice.receive<Line>().text, "The cake");
    bob.expect_nothing();
}
