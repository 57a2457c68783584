#include "stentor/json.hpp"
#include "unit/controller/samples.hpp"

#include <gtest/gtest.h>
#include <boost/describe/class.hpp>

#include <deque>
#include <unordered_map>

namespace stentor::json {

struct Node {
    std::string name;
    std::vector<Node> children;
};
BOOST_DESCRIBE_STRUCT(Node, (), (name, children))

struct Named {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(Named, (), (name))
struct Aged : Named {
    int age = 0;
};
BOOST_DESCRIBE_STRUCT(Aged, (Named), (age))

/// Converted by a function of its own, as Boost.JSON documents.
struct Percent {
    int value = 0;
};
Percent tag_invoke(const boost::json::value_to_tag<Percent>&, const boost::json::value& from) {
    const std::string text(from.as_string());
    if (!text.ends_with('%')) throw std::runtime_error("secret");
    return {std::stoi(text)};
}

namespace {

using controller::Item;
using controller::Order;
using controller::Side;

template <class T>
std::string problem_of(std::string_view text) {
    const Result<T> value = from_json<T>(text);
    return value ? "none" : value.error().message;
}

TEST(JsonRead, MakesDescribedStructs) {
    const auto order =
        from_json<Order>(R"({"id":7,"side":"sell","items":[{"name":"pen","price":1.5}],"note":"now"})");
    EXPECT_EQ(*order, (Order{7, Side::sell, {{"pen", 1.5}}, "now"}));
}

TEST(JsonRead, LetsOptionalFieldsBeMissingOrNull) {
    EXPECT_EQ(from_json<Order>(R"({"id":7,"side":"buy","items":[]})")->note, std::nullopt);
    EXPECT_EQ(from_json<Order>(R"({"id":7,"side":"buy","items":[],"note":null})")->note, std::nullopt);
}

TEST(JsonRead, IgnoresFieldsTheStructDoesNotHave_J7) {
    EXPECT_EQ(from_json<Item>(R"({"name":"pen","price":1,"color":{"r":1}})")->name, "pen");
}

TEST(JsonRead, NamesThePathAndNeverTheValue_J7) {
    EXPECT_EQ(problem_of<Order>(R"({"side":"buy","items":[]})"), "id is missing");
    EXPECT_EQ(problem_of<Order>(R"({"id":"hunter2","side":"buy","items":[]})"),
              "id should be a whole number");
    EXPECT_EQ(problem_of<Order>(R"({"id":1,"side":"steal","items":[]})"),
              "side should be one of the known names");
    EXPECT_EQ(problem_of<Order>(R"({"id":1,"side":0,"items":[]})"), "side should be one of the known names");
    EXPECT_EQ(problem_of<Order>(R"({"id":1,"side":"buy","items":{}})"), "items should be a list");
    EXPECT_EQ(problem_of<Order>(
                  R"({"id":1,"side":"buy","items":[{"name":"a","price":1},{"name":"b","price":"x"}]})"),
              "items[1].price should be a number");
    EXPECT_EQ(problem_of<Order>(R"({"id":1,"side":"buy","items":[{"price":1}]})"),
              "items[0].name is missing");
    EXPECT_EQ(problem_of<Order>(R"({"id":1,"side":"buy","items":[],"note":3})"), "note should be a text");
    EXPECT_EQ(problem_of<Order>("[]"), "the value should be an object");
    EXPECT_EQ((problem_of<std::vector<std::vector<int>>>("[[1],[2,true]]")),
              "[1][1] should be a whole number");
}

TEST(JsonRead, DoesNotTellAMapsKeysWhichAreThePeers_J7) {
    EXPECT_EQ((problem_of<std::map<std::string, std::vector<Item>>>(R"({"hunter2":[{"name":1}]})")),
              "[*][0].name should be a text");
}

TEST(JsonRead, ChecksTheRangeOfIntegers) {
    EXPECT_EQ(*from_json<std::int8_t>("-128"), -128);
    EXPECT_EQ(*from_json<std::uint64_t>("18446744073709551615"), UINT64_MAX);
    EXPECT_EQ(*from_json<std::int64_t>("-9223372036854775808"), INT64_MIN);
    EXPECT_EQ(problem_of<std::int8_t>("128"), "the value is out of range");
    EXPECT_EQ(problem_of<std::int8_t>("-129"), "the value is out of range");
    EXPECT_EQ(problem_of<std::uint8_t>("256"), "the value is out of range");
    EXPECT_EQ(problem_of<unsigned>("-1"), "the value is out of range");
    EXPECT_EQ(problem_of<std::int64_t>("9223372036854775808"), "the value is out of range");
}

TEST(JsonRead, TakesWholeDoublesAsIntegersAndNoOthers) {
    EXPECT_EQ(*from_json<int>("3.0"), 3);
    EXPECT_EQ(*from_json<int>("1e3"), 1000);
    EXPECT_FALSE(from_json<int>("1.5"));
    EXPECT_FALSE(from_json<std::int64_t>("1e18"));
    EXPECT_FALSE(from_json<int>("true"));
}

TEST(JsonRead, NeverRoundsAnIntegerSilently_J2) {
    EXPECT_EQ(*from_json<double>("9007199254740992"), 9007199254740992.0);
    EXPECT_EQ(problem_of<double>("9007199254740993123"), "the value is out of range");
    EXPECT_EQ(problem_of<double>("18446744073709551615"), "the value is out of range");
    EXPECT_EQ(problem_of<float>("1e39"), "the value is out of range");
    EXPECT_EQ(*from_json<float>("0.5"), 0.5f);
}

TEST(JsonRead, MakesContainers) {
    EXPECT_EQ((*from_json<std::vector<bool>>("[true,false]")), (std::vector<bool>{true, false}));
    EXPECT_EQ((*from_json<std::deque<int>>("[1,2]")), (std::deque<int>{1, 2}));
    EXPECT_EQ((*from_json<std::array<int, 2>>("[1,2]")), (std::array{1, 2}));
    EXPECT_EQ((problem_of<std::array<int, 2>>("[1]")), "the value should be a list of 2 elements");
    EXPECT_EQ((*from_json<std::map<std::string, int>>(R"({"a":1})")), (std::map<std::string, int>{{"a", 1}}));
    EXPECT_EQ(
        (from_json<std::unordered_map<std::string, Item>>(R"({"a":{"name":"x","price":2}})")->at("a").price),
        2);
    EXPECT_EQ((*from_json<std::vector<std::optional<int>>>("[1,null]")),
              (std::vector<std::optional<int>>{1, std::nullopt}));
}

TEST(JsonRead, KeepsAJsonValueAsItIs) {
    EXPECT_EQ(from_json<boost::json::value>(R"({"a":[1]})")->at("a").at(0).as_int64(), 1);
}

TEST(JsonRead, MakesStructsThatHoldThemselves) {
    const auto node = from_json<Node>(R"({"name":"a","children":[{"name":"b","children":[]}]})");
    EXPECT_EQ(node->children.at(0).name, "b");
}

TEST(JsonRead, MakesInheritedMembers) {
    const auto aged = from_json<Aged>(R"({"name":"ann","age":3})");
    EXPECT_EQ(aged->name, "ann");
    EXPECT_EQ(problem_of<Aged>(R"({"age":3})"), "name is missing");
}

TEST(JsonRead, UsesBoostJsonsOwnConversionsAndKeepsTheirExceptionsIn) {
    EXPECT_EQ(from_json<Percent>(R"("20%")")->value, 20);
    EXPECT_EQ(problem_of<Percent>(R"("20")"), "the value does not fit");
    EXPECT_EQ(problem_of<Percent>("20"), "the value does not fit");
}

TEST(JsonRead, TellsTextThatIsNotJson) {
    EXPECT_EQ(from_json<Item>("{").error().code, Errc::malformed);
    EXPECT_EQ(from_json<Item>("{}").error().code, Errc::conversion);
}

TEST(JsonRead, KnowsWhatItCannotMake) {
    static_assert(Readable<Order> && Readable<std::vector<Order>> && Readable<Percent>);
    static_assert(!Readable<std::string_view> && !Readable<void*> && !Readable<const char*> &&
                  !Readable<std::byte>);
    static_assert(!Readable<std::vector<std::byte>> && !Readable<std::optional<void*>>);
}

}  // namespace
}  // namespace stentor::json
