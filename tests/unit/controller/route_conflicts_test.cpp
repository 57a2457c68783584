#include "controller/route_conflicts.hpp"

#include <gtest/gtest.h>

namespace stentor::controller {
namespace {

bool ambiguous(std::string_view a, std::string_view b) {
    const auto first = *messaging::DestinationPattern::parse(a);
    const auto second = *messaging::DestinationPattern::parse(b);
    EXPECT_EQ(are_ambiguous(first, second), are_ambiguous(second, first));
    return are_ambiguous(first, second);
}

TEST(RouteConflicts, EqualPatterns) {
    EXPECT_TRUE(ambiguous("/a", "/a"));
    EXPECT_TRUE(ambiguous("/a/**", "/a/**"));
    EXPECT_TRUE(ambiguous("**", "**"));
    EXPECT_TRUE(ambiguous("/", "/"));
}

TEST(RouteConflicts, WildcardsOfOneKind) {
    EXPECT_TRUE(ambiguous("/a/{x}", "/a/{y}"));
    EXPECT_TRUE(ambiguous("/a/{x}", "/a/*"));
    EXPECT_TRUE(ambiguous("/{x}/b/**", "/*/b/**"));
}

TEST(RouteConflicts, ALiteralThatDiffersTellsThemApart) {
    EXPECT_FALSE(ambiguous("/a/{x}", "/b/{x}"));
    EXPECT_FALSE(ambiguous("/{x}/a", "/{x}/b"));
    EXPECT_FALSE(ambiguous("/a/**", "/b/**"));
    EXPECT_FALSE(ambiguous("/", "/a"));
}

TEST(RouteConflicts, TheMoreSpecificOneIsMeant) {
    EXPECT_FALSE(ambiguous("/a/b", "/a/{x}"));
    EXPECT_FALSE(ambiguous("/a/{x}", "/a/**"));
    EXPECT_FALSE(ambiguous("/a/{x}/c", "/a/b/{y}"));
    EXPECT_FALSE(ambiguous("/a", "/a/**"));
    EXPECT_FALSE(ambiguous("/a/{x}", "/a/{x}/{y}"));
}

}  // namespace
}  // namespace stentor::controller
