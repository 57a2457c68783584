#include "stentor/validation.hpp"

#include "unit/controller/fake_execution.hpp"

#include <gtest/gtest.h>
#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace stentor::controller {
namespace {

struct Line {
    std::string item;
    int count = 1;

    void validate(Validation& validation) const {
        validation.require(!item.empty(), "item", "should not be empty");
        validation.require(count > 0, "count", "should be above 0");
    }
};
BOOST_DESCRIBE_STRUCT(Line, (), (item, count))

struct Address {  // has nothing to check itself, but holds what has
    Line first;
};
BOOST_DESCRIBE_STRUCT(Address, (), (first))

struct Basket {
    std::vector<Line> lines;
    std::optional<Line> gift;
    std::map<std::string, Line> named;
    std::optional<Address> address;
    std::vector<std::vector<Line>> nested;
    bool express = false;
    bool cheap = false;

    void validate(Validation& validation) const {
        validation.require(!(express && cheap), "should be express or cheap, not both");
    }
};
BOOST_DESCRIBE_STRUCT(Basket, (), (lines, gift, named, address, nested, express, cheap))

struct Child : Line {
    int age = 0;
};
BOOST_DESCRIBE_STRUCT(Child, (Line), (age))

struct Tree {
    std::string name;
    std::vector<Tree> children;
    void validate(Validation& validation) const {
        validation.require(name != "bad", "name", "should be good");
    }
};
BOOST_DESCRIBE_STRUCT(Tree, (), (name, children))

struct Failing {
    std::optional<int> x;
    void validate(Validation&) const { throw std::runtime_error("x"); }
};
BOOST_DESCRIBE_STRUCT(Failing, (), (x))

constexpr const char* whole_basket = R"({"lines":[],"named":{},"nested":[],"express":false,"cheap":false})";

class ValidationTest : public ::testing::Test {
protected:
    template <class T>
    std::string taken(std::string body) {
        return text_of(answer(stentor::bind([](const T&) {}), make_call(execution_, "/x", std::move(body))));
    }
    /// A basket that differs from a good one only so.
    std::string basket(const std::string& field, const std::string& value) {
        boost::json::value made = json::parse(whole_basket);
        made.as_object()[field] = json::parse(value);
        return taken<Basket>(boost::json::serialize(made));
    }
    FakeExecution execution_;
};

TEST_F(ValidationTest, GoodPayloadsReachTheFunction) {
    EXPECT_EQ(taken<Line>(R"({"item":"tea","count":2})"), "nothing");
    EXPECT_EQ(taken<Basket>(whole_basket), "nothing");
    EXPECT_EQ(basket("lines", R"([{"item":"tea","count":2}])"), "nothing");
}

TEST_F(ValidationTest, ProblemsNameTheirFieldsAndAreToldTogether) {
    EXPECT_EQ(taken<Line>(R"({"item":"tea","count":0})"), "conversion: payload: count should be above 0");
    EXPECT_EQ(taken<Line>(R"({"item":"","count":-1})"),
              "conversion: payload: item should not be empty; count should be above 0");
}

TEST_F(ValidationTest, AProblemOfTheWholeStructHasItsPath) {
    const std::string both = R"({"lines":[],"named":{},"nested":[],"express":true,"cheap":true})";
    EXPECT_EQ(taken<Basket>(both), "conversion: payload: the value should be express or cheap, not both");
    EXPECT_EQ(taken<std::vector<Basket>>("[" + both + "]"),
              "conversion: payload: [0] should be express or cheap, not both");
}

TEST_F(ValidationTest, StructsInsideOfOthersAreChecked) {
    const std::string bad = R"({"item":"tea","count":0})";
    const std::string good = R"({"item":"tea","count":1})";
    EXPECT_EQ(basket("lines", "[" + good + "," + bad + "]"),
              "conversion: payload: lines[1].count should be above 0");
    EXPECT_EQ(basket("gift", bad), "conversion: payload: gift.count should be above 0");
    EXPECT_EQ(basket("gift", "null"), "nothing");
    EXPECT_EQ(basket("named", R"({"secret key":)" + bad + "}"),
              "conversion: payload: named[*].count should be above 0");
    EXPECT_EQ(basket("address", R"({"first":)" + bad + "}"),
              "conversion: payload: address.first.count should be above 0");
    EXPECT_EQ(basket("nested", "[[" + good + "],[" + good + "," + bad + "]]"),
              "conversion: payload: nested[1][1].count should be above 0");
}

TEST_F(ValidationTest, ABasesCheckIsInherited) {
    EXPECT_EQ(taken<Child>(R"({"item":"","count":1,"age":3})"),
              "conversion: payload: item should not be empty");
}

TEST_F(ValidationTest, AnOptionalPayloadIsCheckedWhenThereIsOne) {
    EXPECT_EQ(taken<std::optional<Line>>(""), "nothing");
    EXPECT_EQ(taken<std::optional<Line>>(R"({"item":"","count":1})"),
              "conversion: payload: item should not be empty");
}

TEST_F(ValidationTest, WhatDoesNotConvertIsNotChecked) {
    EXPECT_EQ(taken<Line>(R"({"item":""})"), "conversion: payload: count is missing");
}

TEST_F(ValidationTest, TypesThatHoldThemselvesAreCheckedToTheBottom) {
    EXPECT_EQ(
        taken<Tree>(R"({"name":"a","children":[{"name":"b","children":[{"name":"bad","children":[]}]}]})"),
        "conversion: payload: children[0].children[0].name should be good");
}

/// What a peer can make the server say has a limit.
TEST_F(ValidationTest, NoMoreThanSomeProblemsAreTold) {
    std::string many = "[";
    for (int i = 0; i < 10000; ++i) many += R"({"item":"","count":0},)";
    many.back() = ']';
    const std::string told = taken<std::vector<Line>>(many);
    EXPECT_TRUE(told.starts_with("conversion: payload: [0].item should not be empty; [0].count")) << told;
    EXPECT_TRUE(told.ends_with("[3].count should be above 0")) << told;
}

TEST_F(ValidationTest, ACheckThatThrowsIsTheFunctionsFailure) {
    EXPECT_EQ(taken<Failing>("{}"), "exception");
}

}  // namespace
}  // namespace stentor::controller
