#include "stentor/detail/bind.hpp"

#include "unit/controller/fake_execution.hpp"
#include "unit/controller/samples.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stentor::controller {
namespace {

std::string greet(const Hello& hello) { return "Hi " + hello.name; }
std::string greet_quietly(const Hello& hello) noexcept { return "hi " + hello.name; }

std::string doubled(std::string text) { return text + text; }

struct Room {
    std::string name;
    int visits = 0;

    std::string enter(Hello hello, Var<"id", int> id) {
        return hello.name + name + std::to_string(id + ++visits);
    }
    [[nodiscard]] std::string look(const Message&) const { return name; }
    [[nodiscard]] int count() const noexcept { return visits; }
};

class Bind : public ::testing::Test {
protected:
    std::shared_ptr<Call> call() { return make_call(execution_, "/room/7", R"({"name":"Bob"})"); }
    FakeExecution execution_;
};

TEST_F(Bind, Functions) {
    EXPECT_EQ(text_of(answer(bind(greet), call())), "Hi Bob");
    EXPECT_EQ(text_of(answer(bind(&greet), call())), "Hi Bob");
    EXPECT_EQ(text_of(answer(bind(greet_quietly), call())), "hi Bob");
}

TEST_F(Bind, FunctionsOfStandardTypesAreNotTakenForStdBinds) {
    EXPECT_EQ(text_of(answer(bind(doubled), make_call(execution_, "/x", "ab"))), "abab");
}

TEST_F(Bind, LambdasWithTheirCaptures) {
    const auto greeting = std::make_shared<std::string>("Hello ");
    const BoundFunction bound = bind([greeting](Hello hello) { return *greeting + hello.name; });
    EXPECT_EQ(text_of(answer(bound, call())), "Hello Bob");
    EXPECT_EQ(greeting.use_count(), 2);
}

TEST_F(Bind, LambdasThatCannotBeCopied) {
    const BoundFunction bound = bind([only = std::make_unique<int>(5)](Hello) { return *only; });
    EXPECT_EQ(text_of(answer(bound, call())), "5");
}

TEST_F(Bind, MutableLambdasKeepTheirState) {
    const BoundFunction bound = bind([n = 0]() mutable { return ++n; });
    EXPECT_EQ(text_of(answer(bound, call())), "1");
    EXPECT_EQ(text_of(answer(bound, call())), "2");
}

TEST_F(Bind, StdFunctions) {
    const std::function<int(Hello)> function = [](const Hello& hello) {
        return static_cast<int>(hello.name.size());
    };
    EXPECT_EQ(text_of(answer(bind(function), call())), "3");
}

TEST_F(Bind, MemberFunctionsWithTheirObject) {
    Room room{"lobby"};
    const auto with = call();
    with->variables = {{"id", "7"}};
    EXPECT_EQ(text_of(answer(bind(&Room::enter, room), with)), "Boblobby8");
    EXPECT_EQ(text_of(answer(bind(&Room::look, room), with)), "lobby");
    EXPECT_EQ(text_of(answer(bind(&Room::count, std::as_const(room)), with)), "1");
}

TEST_F(Bind, VoidFunctionsAnswerNothing) {
    std::string seen;
    EXPECT_EQ(text_of(answer(bind([&](std::string_view body) { seen = body; }), call())), "nothing");
    EXPECT_EQ(seen, R"({"name":"Bob"})");
}

TEST_F(Bind, FunctionIsNotCalledWhenAnArgumentDoesNotFit) {
    int calls = 0;
    const BoundFunction bound = bind([&](std::vector<int>) { ++calls; });
    EXPECT_EQ(text_of(answer(bound, call())), "conversion: payload: the value should be a list");
    EXPECT_EQ(calls, 0);
}

TEST_F(Bind, ExceptionsAreAnswers) {
    const Answer thrown = answer(bind([]() -> int { throw std::runtime_error("boom"); }), call());
    EXPECT_TRUE(std::holds_alternative<std::exception_ptr>(thrown));
}

TEST_F(Bind, PayloadTakenByValueIsMovedAndByReferenceIsNot) {
    const auto address = [](const std::string& text) { return text.data(); };
    const char* inside = nullptr;
    const std::string long_body(1000, 'x');
    answer(bind([&](std::string text) { inside = address(text); }), make_call(execution_, "/x", long_body));
    EXPECT_NE(inside, nullptr);
    const auto with = make_call(execution_, "/x", long_body);
    answer(bind([&](const Message& message) { inside = message.body.data(); }), with);
    EXPECT_EQ(inside, with->message->body.data());
}

TEST_F(Bind, TellsWhatTheFunctionAsksFor) {
    const BoundFunction bound = bind([](Var<"b">, Session&, const Var<"a", int>&) {});
    EXPECT_EQ(bound.variables, (std::vector<std::string>{"b", "a"}));
    EXPECT_TRUE(bound.takes_session);
    EXPECT_FALSE(bound.takes_payload);
    EXPECT_FALSE(bound.awaits);
    EXPECT_TRUE(bind([](std::optional<Hello>) {}).takes_payload);
    EXPECT_TRUE(bind([](std::string_view) {}).takes_payload);
    EXPECT_FALSE(bind([](const Principal&, Header<"x">) {}).takes_payload);
}

struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

TEST_F(Bind, ExceptionHandlersTakeTheirTypeAndItsChildren) {
    const BoundExceptionHandler bound =
        bind_exception<std::runtime_error>([](const std::runtime_error& e) { return std::string(e.what()); });
    EXPECT_EQ(text_of(*bound.handle(std::make_exception_ptr(Refused("child")), call())), "child");
    EXPECT_EQ(text_of(*bound.handle(std::make_exception_ptr(std::runtime_error("same")), call())), "same");
    EXPECT_EQ(bound.handle(std::make_exception_ptr(std::logic_error("other")), call()), std::nullopt);
    EXPECT_EQ(bound.handle(std::make_exception_ptr(7), call()), std::nullopt);
}

TEST_F(Bind, ExceptionHandlersTakeArgumentsToo) {
    const BoundExceptionHandler bound = bind_exception<Refused>(
        [](const Refused& e, Hello hello, const Principal& p) { return e.what() + hello.name + p.name; });
    EXPECT_EQ(text_of(*bound.handle(std::make_exception_ptr(Refused("no ")), call())), "no Bobalice");
    const auto anonymous = call();
    anonymous->principal.reset();
    EXPECT_EQ(text_of(*bound.handle(std::make_exception_ptr(Refused("no ")), anonymous)),
              "forbidden: a logged-in user is needed");
}

TEST_F(Bind, ExceptionHandlersMayKeepState) {
    const BoundExceptionHandler bound = bind_exception<Refused>(
        [only = std::make_unique<int>(5)](const Refused&) mutable { return ++*only; });
    EXPECT_EQ(text_of(*bound.handle(std::make_exception_ptr(Refused("")), call())), "6");
    EXPECT_EQ(text_of(*bound.handle(std::make_exception_ptr(Refused("")), call())), "7");
}

TEST_F(Bind, ExceptionHandlersMayThrowThemselves) {
    const BoundExceptionHandler bound =
        bind_exception<Refused>([](const Refused&) { throw std::logic_error("again"); });
    EXPECT_EQ(text_of(*bound.handle(std::make_exception_ptr(Refused("no")), call())), "exception");
}

}  // namespace
}  // namespace stentor::controller
