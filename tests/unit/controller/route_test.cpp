#include "controller/route.hpp"

#include "unit/controller/fake_execution.hpp"

#include <gtest/gtest.h>

namespace stentor::controller {
namespace {

using Kind = Mapping::Kind;

MappingGroup group(std::string prefix, const std::vector<std::string>& patterns) {
    MappingGroup made{std::move(prefix)};
    for (const std::string& pattern : patterns)
        made.mappings.emplace_back(Kind::message, pattern, stentor::bind([] {}));
    return made;
}

TEST(Route, HasThePrefixBeforeItsPattern) {
    const auto routes = make_routes(group("/a/{x}", {"", "/b", "/{y}", "/**"}));
    ASSERT_TRUE(routes);
    EXPECT_EQ(routes->at(0).pattern.text(), "/a/{x}");
    EXPECT_EQ(routes->at(1).pattern.text(), "/a/{x}/b");
    EXPECT_EQ(routes->at(2).pattern.text(), "/a/{x}/{y}");
    EXPECT_EQ(routes->at(3).pattern.text(), "/a/{x}/**");
    EXPECT_EQ(routes->at(1).name, "message mapping \"/b\" of controller \"/a/{x}\"");
    EXPECT_EQ(make_routes(group("", {"/b"}))->at(0).name, "message mapping \"/b\"");
}

TEST(Route, TwoVariablesOfOneNameAreRefusedAlsoAcrossThePrefix) {
    const auto routes = make_routes(group("/a/{x}", {"/{x}"}));
    ASSERT_FALSE(routes);
    EXPECT_EQ(routes.error().message,
              "message mapping \"/{x}\" of controller \"/a/{x}\": the pattern has two variables of one name");
}

TEST(Route, CommonVariablesAreThoseOfAll) {
    const auto common = [](const std::string& prefix, const std::vector<std::string>& patterns) {
        const auto routes = *make_routes(group(prefix, patterns));
        std::vector<std::string> names;
        for (const std::string_view name : common_variables(routes)) names.emplace_back(name);
        return names;
    };
    using Texts = std::vector<std::string>;
    EXPECT_EQ(common("", {}), Texts{});
    EXPECT_EQ(common("/{a}", {"/{b}"}), (Texts{"a", "b"}));
    EXPECT_EQ(common("/{a}", {"/{b}", "/x/{c}"}), Texts{"a"});
    EXPECT_EQ(common("", {"/{b}", "/x"}), Texts{});
}

}  // namespace
}  // namespace stentor::controller
