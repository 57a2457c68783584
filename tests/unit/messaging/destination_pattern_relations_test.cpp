// What DestinationPattern says of two patterns, held against all destinations there could be.
#include "messaging/destination_pattern.hpp"
#include "unit/messaging/naive_matcher.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace stentor::messaging {
namespace {

DestinationPattern parsed(std::string_view text) { return DestinationPattern::parse(text).value(); }
bool covers(std::string_view one, std::string_view other) { return parsed(one).covers(parsed(other)); }
bool overlaps(std::string_view one, std::string_view other) { return parsed(one).overlaps(parsed(other)); }

TEST(DestinationPatternRelations, OnePatternCoversAnotherThatMatchesNothingElse) {
    for (const auto& [one, other] : {std::pair("/a/**", "/a/*"),
                                     {"/a/**", "/a"},
                                     {"/a/**", "/a/b/**"},
                                     {"/**", "/a/**"},
                                     {"/a/*", "/a/{x}"},
                                     {"/a/{x}", "/a/*"},
                                     {"/a/*/c", "/a/b/c"},
                                     {"**", "/a"},
                                     {"**", "**"}})
        EXPECT_TRUE(covers(one, other)) << one << " " << other;
    for (const auto& [one, other] : {std::pair("/a/*", "/a/**"),
                                     {"/a", "/a/**"},
                                     {"/a/b", "/a/*"},
                                     {"/a/*/**", "/a/**"},
                                     {"/a/b/**", "/a/**"},
                                     {"/a/*", "/a/*/*"},
                                     {"/a", "/b"},
                                     {"/**", "**"}})
        EXPECT_FALSE(covers(one, other)) << one << " " << other;
}

TEST(DestinationPatternRelations, PatternsOverlapWhereBothMatch) {
    for (const auto& [one, other] : {std::pair("/a/*", "/*/b"),
                                     {"/a/**", "/*/b/c"},
                                     {"/a/**", "/a"},
                                     {"/a/**", "/*/b/**"},
                                     {"**", "/a"}})
        EXPECT_TRUE(overlaps(one, other) && overlaps(other, one)) << one << " " << other;
    for (const auto& [one, other] : {std::pair("/a/*", "/b/*"),
                                     {"/a/*", "/a/*/*"},
                                     {"/a/*/**", "/a"},
                                     {"/a/**", "/b/**"},
                                     {"/a", "/a/b"}})
        EXPECT_FALSE(overlaps(one, other) || overlaps(other, one)) << one << " " << other;
}

std::vector<std::string> paths(std::size_t longest, const std::vector<std::string>& segments) {
    std::vector<std::string> all;
    std::vector<std::string> last{""};
    for (std::size_t length = 1; length <= longest; ++length) {
        std::vector<std::string> next;
        for (const std::string& path : last)
            for (const std::string& segment : segments) next.push_back(path + "/" + segment);
        all.insert(all.end(), next.begin(), next.end());
        last = std::move(next);
    }
    return all;
}

/// `c` stands for all segments that no pattern names, and one segment more than they have for all lengths.
TEST(DestinationPatternRelations, AreExactForAllSmallPatterns) {
    std::vector<std::string> destinations = paths(4, {"a", "b", "c"});
    destinations.emplace_back("/");
    std::vector<DestinationPattern> patterns;
    std::vector<std::vector<bool>> matches;
    std::vector<std::string> texts = paths(3, {"a", "b", "*", "{x}", "**"});
    texts.emplace_back("/");
    for (const std::string& text : texts) {
        const auto pattern = DestinationPattern::parse(text);
        if (pattern.has_error()) continue;
        patterns.push_back(*pattern);
        std::vector<bool>& own = matches.emplace_back();
        for (const std::string& d : destinations) own.push_back(test::naive_match(text, d).has_value());
    }
    EXPECT_GT(patterns.size(), 80U);
    for (std::size_t i = 0; i < patterns.size(); ++i)
        for (std::size_t j = 0; j < patterns.size(); ++j) {
            bool all = true;
            bool any = false;
            for (std::size_t d = 0; d < destinations.size(); ++d) {
                all = all && (!matches[j][d] || matches[i][d]);
                any = any || (matches[j][d] && matches[i][d]);
            }
            ASSERT_EQ(patterns[i].covers(patterns[j]), all)
                << patterns[i].text() << " " << patterns[j].text();
            ASSERT_EQ(patterns[i].overlaps(patterns[j]), any)
                << patterns[i].text() << " " << patterns[j].text();
        }
}

TEST(DestinationPatternRelations, AVariableIsKnownWhereTheOtherPatternSaysIt) {
    const auto known = [](std::string_view one, std::string_view other) {
        std::string text;
        const DestinationPattern with = parsed(one);
        const DestinationPattern to = parsed(other);
        for (const auto& [name, value] : with.match_pattern(to))
            text.append(name).append("=").append(value.value_or("?")).append(" ");
        return text;
    };
    EXPECT_EQ(known("/room/{room}/{who}", "/room/7/*"), "room=7 who=? ");
    EXPECT_EQ(known("/room/{room}/{who}", "/room/**"), "room=? who=? ");
    EXPECT_EQ(known("/room/{room}/**", "/room/7/**"), "room=7 ");
    EXPECT_EQ(known("/room/*", "/room/7"), "");
}

}  // namespace
}  // namespace stentor::messaging
