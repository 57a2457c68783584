#include "controller/destination_template.hpp"

#include <gtest/gtest.h>

namespace stentor::controller {
namespace {

const std::vector<std::string_view> names = {"id", "user"};

std::string filled(std::string_view text) {
    return DestinationTemplate::parse(text, names)->fill({{"id", "7"}, {"user", "bob"}});
}
std::string problem_of(std::string_view text) {
    const auto made = DestinationTemplate::parse(text, names);
    return made ? "none" : made.error().message;
}

TEST(DestinationTemplate, FillsInVariables) {
    EXPECT_EQ(filled("/topic/x"), "/topic/x");
    EXPECT_EQ(filled("/topic/{id}"), "/topic/7");
    EXPECT_EQ(filled("/topic/room.{id}-{user}/x"), "/topic/room.7-bob/x");
    EXPECT_EQ(filled("/{id}{id}"), "/77");
}

TEST(DestinationTemplate, DoesNotFillInWhatAVariableHolds) {
    EXPECT_EQ(DestinationTemplate::parse("/topic/{id}", names)->fill({{"id", "{user}"}, {"user", "bob"}}),
              "/topic/{user}");
}

TEST(DestinationTemplate, RefusesNamesThePatternDoesNotHave) {
    EXPECT_EQ(problem_of("/topic/{room}"), "send_to \"/topic/{room}\": the pattern has no variable {room}");
    EXPECT_EQ(problem_of("/topic/{}"), "send_to \"/topic/{}\": the pattern has no variable {}");
    EXPECT_EQ(problem_of("/topic/{id{"), "send_to \"/topic/{id{\": its braces do not match");
    EXPECT_EQ(problem_of("/topic/id}"), "send_to \"/topic/id}\": its braces do not match");
    EXPECT_EQ(problem_of("/topic/{id"), "send_to \"/topic/{id\": its braces do not match");
}

TEST(DestinationTemplate, RefusesWhatIsNoDestination) {
    for (std::string_view text : {"", "topic", "/topic//x", "/topic/", "{id}", "/a/../b", "/a\n"})
        EXPECT_NE(problem_of(text), "none") << text;
}

}  // namespace
}  // namespace stentor::controller
