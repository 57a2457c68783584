#include "stentor/mapping.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stentor {
namespace {

Mapping mapping(Mapping::Kind kind = Mapping::Kind::message) {
    return {kind, "/room/{id}", stentor::bind([] { return 1; })};
}

TEST(Mapping, IsNamedAsErrorsNameIt) {
    EXPECT_EQ(mapping().name(), "message mapping \"/room/{id}\"");
    EXPECT_EQ(mapping(Mapping::Kind::subscribe).name(), "subscribe mapping \"/room/{id}\"");
}

TEST(Mapping, HasNoTargetsOfItsOwn) {
    EXPECT_TRUE(mapping().targets().empty());
    EXPECT_FALSE(mapping().runs_on_workers());
}

TEST(Mapping, CollectsTargets) {
    Mapping made = mapping();
    made.send_to("/topic/a").send_to({"/topic/b", "/topic/c/{id}"}).send_to({"/topic/d"});
    EXPECT_EQ(made.targets().destinations,
              (std::vector<std::string>{"/topic/a", "/topic/b", "/topic/c/{id}", "/topic/d"}));
}

TEST(Mapping, SendsToAllOfAUsersSessionsUnlessToldOtherwise) {
    Mapping made = mapping();
    made.send_to_user("/queue/a").send_to_user("/queue/b", UserSessions::asking).on_workers();
    ASSERT_EQ(made.targets().users.size(), 2u);
    EXPECT_EQ(made.targets().users[0].sessions, UserSessions::all);
    EXPECT_EQ(made.targets().users[1].destination, "/queue/b");
    EXPECT_EQ(made.targets().users[1].sessions, UserSessions::asking);
    EXPECT_TRUE(made.runs_on_workers());
}

TEST(ExceptionMapping, CollectsTargets) {
    ExceptionMapping made(bind_exception<std::runtime_error>([](const std::runtime_error&) {}));
    made.send_to("/topic/a").send_to({"/topic/b"}).send_to_user("/queue/e", UserSessions::asking);
    EXPECT_EQ(made.targets().destinations, (std::vector<std::string>{"/topic/a", "/topic/b"}));
    EXPECT_EQ(made.targets().users.at(0).destination, "/queue/e");
    EXPECT_EQ(made.handler().type.type, std::type_index(typeid(std::runtime_error)));
}

}  // namespace
}  // namespace stentor
