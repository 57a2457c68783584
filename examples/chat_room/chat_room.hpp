#pragma once

#include <stentor/coroutine.hpp>
#include <stentor/stentor.hpp>

#include <chrono>
#include <string>
#include <utility>

/// A chat room, as a function that main() and the tests call alike: it registers all there is with an App.

struct Say {
    std::string text;
};
struct Line {
    std::string room;
    std::string from;
    std::string text;
};
struct Reminder {
    unsigned seconds = 0;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Say, (), (text))
BOOST_DESCRIBE_STRUCT(Line, (), (room, from, text))
BOOST_DESCRIBE_STRUCT(Reminder, (), (seconds, text))

inline Line speak(stentor::Var<"room"> room, const stentor::Principal& who, const Say& what) {
    return {*room, who.name, what.text};
}

/// Comes back to the one who asked for it, when it is time.
inline stentor::awaitable<Line> remind(stentor::Principal who, Reminder what) {
    co_await stentor::sleep_for(std::chrono::seconds(what.seconds));
    co_return Line{"", std::move(who.name), std::move(what.text)};
}

inline void register_chat_room(stentor::App& app) {
    app.add_stomp_endpoint("/chat").with_sockjs();
    app.message_mapping("/rooms/{room}", speak).send_to("/topic/rooms/{room}");
    app.message_mapping("/remind", remind).send_to_user("/queue/reminders");
    app.subscribe_mapping("/rooms/{room}/welcome", [](stentor::Var<"room"> room) {
        return Line{*room, "server", "Welcome to " + *room + "!"};
    });
}
