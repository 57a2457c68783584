#include "messaging/destination_pattern.hpp"

#include "messaging/destination.hpp"
#include "unit/messaging/naive_matcher.hpp"

#include <gtest/gtest.h>

#include <random>

namespace stentor::messaging {
namespace {

DestinationPattern pattern(std::string_view text) { return DestinationPattern::parse(text).value(); }

bool matches(std::string_view text, std::string_view destination) {
    return pattern(text).matches(destination);
}

std::weak_ordering compare(std::string_view a, std::string_view b) {
    return DestinationPattern::compare_specificity(pattern(a), pattern(b));
}

std::string refusal(std::string_view text) {
    const auto parsed = DestinationPattern::parse(text);
    if (parsed) return "accepted";
    EXPECT_EQ(parsed.error().code, Errc::malformed);
    return parsed.error().message;
}

TEST(DestinationPattern, WithoutWildcardsMatchesItself) {
    EXPECT_TRUE(matches("/topic/a", "/topic/a"));
    for (const auto* destination :
         {"", "/", "/topic", "/topic/", "/topic/a/", "/topic/a/b", "/topic/A", "topic/a", "/topic//a"})
        EXPECT_FALSE(matches("/topic/a", destination)) << destination;
}

TEST(DestinationPattern, AStarStandsForOneSegment) {
    EXPECT_TRUE(matches("/topic/*", "/topic/a"));
    EXPECT_TRUE(matches("/*/a/*", "/x/a/y"));
    for (const auto* destination : {"/topic", "/topic/", "/topic/a/b", "/topicX/a", "/topic//a"})
        EXPECT_FALSE(matches("/topic/*", destination)) << destination;
}

TEST(DestinationPattern, TwoStarsStandForAnyNumberOfSegments) {
    for (const auto* destination : {"/topic", "/topic/a", "/topic/a/b/c"})
        EXPECT_TRUE(matches("/topic/**", destination)) << destination;
    for (const auto* destination : {"/", "/topicX", "/queue/a", "/top", ""})
        EXPECT_FALSE(matches("/topic/**", destination)) << destination;
    EXPECT_TRUE(matches("/**", "/"));
    EXPECT_TRUE(matches("/**", "/a/b"));
    EXPECT_FALSE(matches("/**", "a/b"));
}

TEST(DestinationPattern, TwoStarsAloneMatchAnything) {
    for (const auto* destination : {"", "/", "/a", "/a/b", "queue.a"})
        EXPECT_TRUE(matches("**", destination)) << destination;
}

TEST(DestinationPattern, ASlashAloneMatchesItself) {
    EXPECT_TRUE(matches("/", "/"));
    EXPECT_FALSE(matches("/", ""));
    EXPECT_FALSE(matches("/", "/a"));
    EXPECT_FALSE(matches("/*", "/"));
    EXPECT_TRUE(pattern("/").is_exact());
}

TEST(DestinationPattern, AVariableRemembersItsSegment) {
    const DestinationPattern room = pattern("/room/{id}/user/{name}/**");
    const std::string destination = "/room/12/user/al\u00e9/x/y";
    EXPECT_EQ(room.match(destination), (Variables{{"id", "12"}, {"name", "al\u00e9"}}));
    EXPECT_EQ(room.match("/room/12/user"), std::nullopt);
    EXPECT_EQ(room.match("/room//user/a"), std::nullopt);
    EXPECT_EQ(pattern("/room/*").match("/room/1"), Variables{});
}

TEST(DestinationPattern, VariablesAreViewsIntoTheDestination) {
    const DestinationPattern room = pattern("/room/{id}");
    const std::string destination = "/room/12";
    EXPECT_EQ(room.match(destination)->front().second.data(), destination.data() + 6);
}

TEST(DestinationPattern, TellsItsTextAndItsVariables) {
    EXPECT_EQ(pattern("/{a}/b/{c}").text(), "/{a}/b/{c}");
    EXPECT_EQ(pattern("/{a}/b/{c}").variable_names(), (std::vector<std::string_view>{"a", "c"}));
    EXPECT_TRUE(pattern("/a/*").variable_names().empty());
}

TEST(DestinationPattern, TellsWhetherItIsExact) {
    EXPECT_TRUE(pattern("/a/b").is_exact());
    for (const auto* text : {"/a/*", "/a/{b}", "/a/**", "**"}) EXPECT_FALSE(pattern(text).is_exact()) << text;
}

TEST(DestinationPattern, TellsWhetherATextHoldsAWildcard) {
    for (const auto* text : {"/a/*", "/{a}", "**", "/a*", "/a}"})
        EXPECT_TRUE(DestinationPattern::has_wildcard(text)) << text;
    for (const auto* text : {"", "/", "/a/b", "/a?b", "/[a]"})
        EXPECT_FALSE(DestinationPattern::has_wildcard(text)) << text;
}

TEST(DestinationPattern, AWildcardIsAWholeSegment) {
    for (const auto* text :
         {"/a*", "/*a", "/a/b*c", "/***", "/a{b}", "/{b}a", "/{", "/}", "/{}", "/a/{b", "/b}"})
        EXPECT_EQ(refusal(text), "the pattern has a wildcard that is not a whole segment") << text;
    for (const auto* text : {"/{*}", "/{{a}}", "/{a}{b}", "/{a}b{c}"})
        EXPECT_EQ(refusal(text), "the pattern has a variable whose name holds '*', '{' or '}'") << text;
}

/// Spring's "{id:[0-9]+}" must not be taken for a variable that matches anything.
TEST(DestinationPattern, AVariableHasNoExpression) {
    for (const char* text : {"/topic/{id:[0-9]+}", "/topic/{id:}", "/topic/{:x}", "/{a}/{b:.*}"})
        EXPECT_EQ(DestinationPattern::parse(text).error().message,
                  "the pattern has a variable with an expression")
            << text;
}

TEST(DestinationPattern, TwoStarsAreLast) {
    for (const auto* text : {"/**/a", "/a/**/b", "/**/**"})
        EXPECT_EQ(refusal(text), "the pattern has '**' before its end") << text;
}

TEST(DestinationPattern, VariablesHaveDifferentNames) {
    EXPECT_EQ(refusal("/{a}/{b}/{a}"), "the pattern has two variables of one name");
    EXPECT_EQ(refusal("/{a}/{A}"), "accepted");
}

TEST(DestinationPattern, HasTheShapeOfADestination) {
    EXPECT_EQ(refusal(""), "the destination does not begin with '/'");
    EXPECT_EQ(refusal("a/b"), "the destination does not begin with '/'");
    EXPECT_EQ(refusal("**/a"), "the destination does not begin with '/'");
    EXPECT_EQ(refusal("/a/"), "the destination has an empty segment");
    EXPECT_EQ(refusal("//a"), "the destination has an empty segment");
    EXPECT_EQ(refusal("/a/../*"), "the destination has a '.' or '..' segment");
    EXPECT_EQ(refusal("/\n"), "the destination has a control character");
    EXPECT_EQ(refusal("/\xff"), "the destination is not UTF-8");
}

TEST(DestinationPattern, ALongOneIsReadInLinearTime) {
    std::string text;
    for (int i = 0; i < 50'000; ++i) text += "/{v" + std::to_string(i) + "}";
    EXPECT_EQ(pattern(text).variable_names().size(), 50'000u);
}

TEST(DestinationPattern, ALiteralBeatsOneSegmentBeatsAnyNumber) {
    const std::vector<std::string_view> order{"/a/b",   "/a/{x}", "/a",    "/a/**",
                                              "/{x}/b", "/*/*",   "/*/**", "/**"};
    for (std::size_t i = 0; i < order.size(); ++i)
        for (std::size_t j = 0; j < order.size(); ++j)
            EXPECT_EQ(compare(order[i], order[j]), std::weak_ordering(i <=> j))
                << order[i] << " " << order[j];
}

TEST(DestinationPattern, NamesDoNotMakeAPatternMoreSpecific) {
    EXPECT_EQ(compare("/a/{x}", "/a/{y}"), std::weak_ordering::equivalent);
    EXPECT_EQ(compare("/a/{x}", "/a/*"), std::weak_ordering::equivalent);
    EXPECT_EQ(compare("/a/b", "/a/c"), std::weak_ordering::equivalent);
    EXPECT_EQ(compare("**", "/**"), std::weak_ordering::equivalent);
    EXPECT_EQ(compare("/", "/"), std::weak_ordering::equivalent);
}

template <std::size_t N>
std::string random_path(std::mt19937& random, const std::array<std::string_view, N>& segments) {
    std::string path;
    for (std::size_t count = random() % 5; count > 0; --count)
        path.append("/").append(segments[random() % N]);
    return path.empty() ? "/" : path;
}

TEST(DestinationPatternProperty, AgreesWithANaiveMatcher) {
    static constexpr std::array<std::string_view, 7> of_patterns{"a", "b", "*", "{x}", "{y}", "**", "ab"};
    static constexpr std::array<std::string_view, 4> of_destinations{"a", "b", "ab", ""};
    std::mt19937 random(5);
    int tried = 0, matched = 0;
    for (int i = 0; i < 30'000; ++i) {
        const auto parsed = DestinationPattern::parse(random_path(random, of_patterns));
        if (!parsed) continue;
        const std::string destination = random_path(random, of_destinations);
        const auto expected = test::naive_match(parsed->text(), destination);
        const auto found = parsed->match(destination);
        ASSERT_EQ(parsed->matches(destination), expected.has_value()) << parsed->text() << " " << destination;
        ASSERT_EQ(found.has_value(), expected.has_value()) << parsed->text() << " " << destination;
        const Variables variables = found.value_or(Variables{});
        ASSERT_EQ(test::OwnedVariables(variables.begin(), variables.end()),
                  expected.value_or(test::OwnedVariables{}))
            << parsed->text() << " " << destination;
        ++tried;
        matched += expected.has_value();
    }
    EXPECT_GT(tried, 10'000);
    EXPECT_GT(matched, 1'000);
}

TEST(DestinationPatternProperty, ADestinationWithoutWildcardsIsItsOwnPattern) {
    static constexpr std::array<std::string_view, 8> segments{"a", "*", "}", "{", ".", "a?", "\u00e9", ""};
    std::mt19937 random(6);
    int plain = 0;
    for (int i = 0; i < 10'000; ++i) {
        const std::string destination = random_path(random, segments);
        if (!check_destination(destination) || DestinationPattern::has_wildcard(destination)) continue;
        const auto parsed = DestinationPattern::parse(destination);
        ASSERT_TRUE(parsed && parsed->is_exact() && parsed->matches(destination)) << destination;
        ++plain;
    }
    EXPECT_GT(plain, 500);
}

}  // namespace
}  // namespace stentor::messaging
