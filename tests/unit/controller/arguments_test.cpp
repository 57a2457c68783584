#include "stentor/arguments.hpp"

#include "unit/controller/fake_execution.hpp"
#include "unit/controller/samples.hpp"

#include <gtest/gtest.h>

namespace stentor::controller {
namespace {

using namespace std::literals;

class Arguments : public ::testing::Test {
protected:
    std::shared_ptr<Call> call(std::string body, Headers headers = {}) {
        return make_call(execution_, "/room/7", std::move(body), std::move(headers));
    }
    template <class F>
    std::string called(F function, const std::shared_ptr<Call>& with) {
        return text_of(answer(stentor::bind(function), with));
    }
    FakeExecution execution_;
};

TEST_F(Arguments, MessageAndHeaders) {
    const auto with = call("body", {{"x", "1"}});
    EXPECT_EQ(called([](const Message& m) { return m.destination + m.body; }, with), "/app/room/7body");
    EXPECT_EQ(called([](Message m) { return m.body; }, with), "body");
    EXPECT_EQ(called([](const Headers& h) { return std::string(*h.find("x")); }, with), "1");
    EXPECT_EQ(called([](Headers h) { return std::string(*h.find("x")); }, with), "1");
}

TEST_F(Arguments, SessionSharesItsAttributesBetweenCalls) {
    const auto with = call("");
    const auto count = [](Session& session) {
        if (!session.attributes().get<int>("n")) session.attributes().set("n", 0);
        return session.id() + std::to_string(++*session.attributes().get<int>("n"));
    };
    EXPECT_EQ(called(count, with), "s11");
    EXPECT_EQ(called(count, with), "s12");
    EXPECT_EQ(called([](Session session) { return session.principal()->name; }, with), "alice");
}

TEST_F(Arguments, PrincipalIsRefusedWhenNobodyIsLoggedIn) {
    const auto name = [](const Principal& principal) { return principal.name; };
    const auto with = call("");
    EXPECT_EQ(called(name, with), "alice");
    with->session->principal.reset();
    with->principal.reset();
    EXPECT_EQ(called(name, with), "forbidden: a logged-in user is needed");
    EXPECT_EQ(called([](Session& session) { return session.principal() ? "yes" : "no"; }, with), "no");
}

TEST_F(Arguments, OptionalPrincipal) {
    const auto name = [](const std::optional<Principal>& principal) {
        return principal ? principal->name : "nobody"s;
    };
    const auto with = call("");
    EXPECT_EQ(called(name, with), "alice");
    with->session->principal.reset();
    with->principal.reset();
    EXPECT_EQ(called(name, with), "nobody");
}

TEST_F(Arguments, VariablesAreConverted) {
    const auto with = call("");
    with->variables = {{"id", "7"}, {"rate", "1.5"}, {"on", "true"}, {"name", "b\xC3\xBC"}};
    EXPECT_EQ(
        called([](Var<"id", int> id, Var<"name"> name) { return *name + std::to_string(id + 1); }, with),
        "b\xC3\xBC"
        "8");
    EXPECT_EQ(
        called([](Var<"rate", double> rate, const Var<"on", bool>& on) { return on ? rate * 2 : 0; }, with),
        "3");
}

TEST_F(Arguments, VariablesThatDoNotFitAreNamedButNotQuoted) {
    const auto number = [](Var<"id", std::uint8_t> id) { return int{id.value}; };
    const auto with = call("");
    for (const char* text : {"", "x", "7x", "256", "-1", "+1", " 1", "0x1", "1.0"}) {
        with->variables = {{"id", text}};
        EXPECT_EQ(called(number, with), "conversion: variable 'id' should be a whole number in range")
            << text;
    }
    for (const char* text : {"", "inf", "nan", "1e999", "1,5", "-inf"}) {
        with->variables = {{"id", text}};
        EXPECT_EQ(called([](Var<"id", double> id) { return *id; }, with),
                  "conversion: variable 'id' should be a number")
            << text;
    }
    with->variables = {{"id", "TRUE"}};
    EXPECT_EQ(called([](Var<"id", bool> id) { return *id; }, with),
              "conversion: variable 'id' should be true or false");
    with->variables = {};
    EXPECT_EQ(called(number, with), "conversion: variable 'id' is not part of this destination");
}

TEST_F(Arguments, HeadersByName) {
    const auto with = call("", {{"lang", "de"}, {"n", "5"}});
    EXPECT_EQ(
        called([](Header<"lang"> lang, Header<"n", int> n) { return lang.value + std::to_string(n); }, with),
        "de5");
    EXPECT_EQ(called([](Header<"other">) { return 1; }, with), "conversion: header 'other' is missing");
    EXPECT_EQ(called([](Header<"lang", int>) { return 1; }, with),
              "conversion: header 'lang' should be a whole number in range");
    EXPECT_EQ(called([](Header<"Lang">) { return 1; }, with), "conversion: header 'Lang' is missing");
}

TEST_F(Arguments, OptionalHeaders) {
    const auto with = call("", {{"n", "5"}, {"bad", "x"}});
    EXPECT_EQ(called([](Header<"n", std::optional<int>> n) { return n->value_or(0); }, with), "5");
    EXPECT_EQ(called([](Header<"m", std::optional<int>> m) { return m->value_or(0); }, with), "0");
    EXPECT_EQ(called([](Header<"bad", std::optional<int>>) { return 0; }, with),
              "conversion: header 'bad' should be a whole number in range");
}

TEST_F(Arguments, HeadersWithADefault) {
    const auto page = [](Header<"page", int, Default<-1>> n) { return *n; };
    EXPECT_EQ(called(page, call("")), "-1");
    EXPECT_EQ(called(page, call("", {{"page", "7"}})), "7");
    EXPECT_EQ(called(page, call("", {{"page", ""}})), "-1") << "as Spring takes an empty header";
    EXPECT_EQ(called(page, call("", {{"page", "x"}})),
              "conversion: header 'page' should be a whole number in range");
    const auto language = [](const Header<"lang", std::string, Default<"en">>& l) { return l.value; };
    EXPECT_EQ(called(language, call("")), "en");
    EXPECT_EQ(called(language, call("", {{"lang", "de"}})), "de");
    EXPECT_EQ(called([](Header<"on", bool, Default<true>> on) { return *on; }, call("")), "true");
    EXPECT_EQ(called([](Header<"rate", double, Default<2>> rate) { return *rate; }, call("")), "2");
    EXPECT_EQ(called([](Header<"n", std::uint8_t, Default<255>> n) { return int{*n}; }, call("")), "255");
}

TEST_F(Arguments, HeadersThatAreRepeated) {
    const auto with = call("", {{"to", "a"}, {"other", "x"}, {"to", ""}, {"to", "b"}});
    EXPECT_EQ(called([](const Header<"to", std::vector<std::string>>& to) { return *to; }, with),
              R"(["a","","b"])");
    EXPECT_EQ(called([](const Header<"to">& to) { return *to; }, with), "a") << "the first one counts";
    EXPECT_EQ(called([](const Header<"none", std::vector<std::string>>&) {}, with),
              "conversion: header 'none' is missing");
}

TEST_F(Arguments, TextPayloadMustBeUtf8) {
    EXPECT_EQ(called([](std::string text) { return text; }, call("h\xC3\xA9")), "h\xC3\xA9");
    EXPECT_EQ(called([](std::string_view text) { return text; }, call("h")), "h");
    EXPECT_EQ(called([](std::string text) { return text; }, call("\xff")),
              "conversion: payload: should be UTF-8 text");
    EXPECT_EQ(called([](std::string_view text) { return text; }, call("a\xc3")),
              "conversion: payload: should be UTF-8 text");
}

TEST_F(Arguments, BytesPayload) {
    EXPECT_EQ(called([](std::vector<std::byte> bytes) { return bytes; }, call("\0\xff"s)), "\0\xff"s);
    EXPECT_EQ(called([](std::span<const std::byte> bytes) { return bytes.size(); }, call("\0\xff"s)), "2");
}

/// Spring: "Payload value must not be empty".
TEST_F(Arguments, PayloadsThatAreNotOptionalNeedABody) {
    const std::string missing = "conversion: payload: is missing";
    EXPECT_EQ(called([](const std::string&) {}, call("")), missing);
    EXPECT_EQ(called([](std::string_view) {}, call("")), missing);
    EXPECT_EQ(called([](std::vector<std::byte>) {}, call("")), missing);
    EXPECT_EQ(called([](std::span<const std::byte>) {}, call("")), missing);
    EXPECT_EQ(called([](const Hello&) {}, call("", {{"content-type", "image/png"}})), missing);
    EXPECT_EQ(called([](const std::string& text) { return text; }, call(" ")), " ");
    EXPECT_EQ(called([](const Message& message) { return message.body; }, call("")), "");
    EXPECT_EQ(called([](std::optional<std::string_view> text) { return text.has_value(); }, call("")),
              "false");
    EXPECT_EQ(called([](const std::optional<std::vector<std::byte>>& b) { return b.has_value(); }, call("")),
              "false");
}

TEST_F(Arguments, JsonPayload) {
    EXPECT_EQ(called([](Hello hello) { return hello.name; }, call(R"({"name":"Bob"})")), "Bob");
    EXPECT_EQ(called([](const Hello& hello) { return hello.name; }, call(R"({"name":"Bob"})")), "Bob");
    EXPECT_EQ(called([](std::vector<int> list) { return list.size(); }, call("[1,2]")), "2");
    EXPECT_EQ(called([](int number) { return number + 1; }, call("41")), "42");
    EXPECT_EQ(called([](boost::json::value value) { return value; }, call("[ 1 ]")), "[1]");
}

TEST_F(Arguments, JsonPayloadThatDoesNotFitIsNamedByPath_J7) {
    const auto name = [](Hello hello) { return hello.name; };
    EXPECT_EQ(called(name, call(R"({"name":1})")), "conversion: payload: name should be a text");
    EXPECT_EQ(called(name, call("{}")), "conversion: payload: name is missing");
    EXPECT_EQ(called(name, call("{\"name\":\"hunter2\"")), "conversion: payload: not JSON, at byte 17");
    EXPECT_EQ(called(name, call("")), "conversion: payload: is missing");
    EXPECT_EQ(called(name, call(std::string(70, '['))),
              "conversion: payload: not accepted as JSON: too deep");
}

TEST_F(Arguments, JsonPayloadsContentType) {
    const auto name = [](Hello hello) { return hello.name; };
    const std::string body = R"({"name":"Bob"})";
    for (const char* good : {"application/json", "Application/JSON; charset=utf-8", "application/vnd.x+json",
                             "text/plain", "text/plain ;charset=UTF-8", ""})
        EXPECT_EQ(called(name, call(body, {{"content-type", good}})), "Bob") << good;
    for (const char* bad : {"application/xml", "application/octet-stream", "json", "application/json2"})
        EXPECT_EQ(called(name, call(body, {{"content-type", bad}})),
                  "conversion: payload: the content type should be application/json")
            << bad;
}

TEST_F(Arguments, OptionalPayloadsAreEmptyWithoutABody) {
    const auto name = [](std::optional<Hello> hello) { return hello ? hello->name : "nobody"s; };
    EXPECT_EQ(called(name, call(R"({"name":"Bob"})")), "Bob");
    EXPECT_EQ(called(name, call("")), "nobody");
    EXPECT_EQ(called(name, call("{}")), "conversion: payload: name is missing");
    EXPECT_EQ(called([](std::optional<std::string> text) { return text.value_or("none"); }, call("x")), "x");
    EXPECT_EQ(called([](std::optional<std::string> text) { return text.value_or("none"); }, call("")),
              "none");
}

TEST_F(Arguments, ComeInAnyOrderAndTheFirstThatDoesNotFitIsTold) {
    const auto all = [](Header<"x"> x, Hello hello, Session&, Var<"id", int> id, const Principal& principal,
                        const Headers&,
                        const Message&) { return *x + hello.name + std::to_string(id) + principal.name; };
    const auto with = call(R"({"name":"Bob"})", {{"x", "1"}});
    with->variables = {{"id", "7"}};
    EXPECT_EQ(called(all, with), "1Bob7alice");
    EXPECT_EQ(called(all, call("{}")), "conversion: header 'x' is missing");
}

}  // namespace
}  // namespace stentor::controller
