#include "controller/exception_handlers.hpp"

#include "unit/controller/fake_execution.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <stdexcept>

namespace stentor::controller {
namespace {

class ExceptionHandlersTest : public ::testing::Test {
protected:
    template <class E, class F>
    ExceptionMapping& handle(F function) {
        return mappings_.emplace_back(bind_exception<E>(std::move(function)));
    }
    Outcome outcome_of(const std::exception_ptr& thrown) {
        return ExceptionHandlers::make(mappings_)->outcome_of(thrown, call_);
    }
    template <class E>
    Outcome thrown(E exception) {
        return outcome_of(std::make_exception_ptr(std::move(exception)));
    }
    /// The body of the only reply there is.
    template <class E>
    std::string body_for(E exception) {
        const Outcome outcome = thrown(std::move(exception));
        return outcome.replies.size() == 1 ? outcome.replies[0].message->body : "not one reply";
    }
    std::string body_for(const std::exception_ptr& thrown) {
        const Outcome outcome = outcome_of(thrown);
        return outcome.replies.size() == 1 ? outcome.replies[0].message->body : "not one reply";
    }
    std::deque<ExceptionMapping> mappings_;
    FakeExecution execution_;
    std::shared_ptr<Call> call_ = make_call(execution_, "/x", "hunter2");
};

TEST_F(ExceptionHandlersTest, TheOneThatFitsAnswersTheSendersOwnErrors) {
    handle<std::logic_error>([](const std::logic_error&) { return std::string("logic"); });
    handle<std::runtime_error>([](const std::runtime_error& e) { return std::string(e.what()); });
    handle<std::exception>([](const std::exception&) { return std::string("any"); });
    const Outcome outcome = thrown(std::range_error("far"));
    ASSERT_EQ(outcome.replies.size(), 1u);
    EXPECT_EQ(outcome.replies[0].to, OutgoingReply::To::session_user);
    EXPECT_EQ(outcome.replies[0].destination, "/queue/errors");
    EXPECT_EQ(outcome.replies[0].message->body, "far");
    EXPECT_EQ(thrown(std::bad_alloc()).replies.at(0).message->body, "any");
    EXPECT_FALSE(outcome.error);
}

TEST_F(ExceptionHandlersTest, TheMostDerivedTypeWinsInWhateverOrderTheyAreRegistered) {
    std::vector<std::function<void()>> registrations{
        [&] { handle<std::exception>([](const std::exception&) { return std::string("exception"); }); },
        [&] { handle<std::runtime_error>([](const std::runtime_error&) { return std::string("runtime"); }); },
        [&] { handle<std::range_error>([](const std::range_error&) { return std::string("range"); }); },
        [&] { handle<std::logic_error>([](const std::logic_error&) { return std::string("logic"); }); },
    };
    std::vector<std::size_t> order{0, 1, 2, 3};
    do {
        mappings_.clear();
        for (const std::size_t i : order) registrations[i]();
        EXPECT_EQ(body_for(std::range_error("x")), "range");
        EXPECT_EQ(body_for(std::overflow_error("x")), "runtime");
        EXPECT_EQ(body_for(std::out_of_range("x")), "logic");
        EXPECT_EQ(body_for(std::bad_alloc()), "exception");
    } while (std::next_permutation(order.begin(), order.end()));
}

struct Left : virtual std::exception {};
struct Right : virtual std::exception {};
struct Both : Left, Right {};

TEST_F(ExceptionHandlersTest, OfTypesThatHaveNothingToDoWithEachOtherTheFirstRegisteredAnswers) {
    handle<std::exception>([](const std::exception&) { return std::string("exception"); });
    handle<Right>([](const Right&) { return std::string("right"); });
    handle<Left>([](const Left&) { return std::string("left"); });
    EXPECT_EQ(body_for(Both()), "right");
    EXPECT_EQ(body_for(Left()), "left");
}

TEST_F(ExceptionHandlersTest, ThrownValuesThatAreNoClassesHaveHandlersToo) {
    handle<int>([](const int& n) { return std::to_string(n); });
    EXPECT_EQ(body_for(7), "7");
    EXPECT_EQ(thrown(7L).error->code, Errc::failed);
}

/// What throws `outer` because of `inner`.
template <class Outer, class Inner>
std::exception_ptr because(Outer outer, Inner inner) {
    try {
        try {
            if constexpr (std::is_same_v<Inner, std::exception_ptr>) std::rethrow_exception(inner);
            else throw inner;
        } catch (...) { std::throw_with_nested(std::move(outer)); }
    } catch (...) { return std::current_exception(); }
    return nullptr;
}

TEST_F(ExceptionHandlersTest, TheCauseIsHandledWhereTheExceptionItselfIsNot) {
    handle<std::out_of_range>([](const std::out_of_range& e) { return std::string(e.what()); });
    const std::exception_ptr two = because(std::runtime_error("outer"), std::out_of_range("inner"));
    EXPECT_EQ(body_for(two), "inner");
    EXPECT_EQ(body_for(because(std::runtime_error("outermost"), two)), "inner");
    handle<std::runtime_error>([](const std::runtime_error& e) { return std::string(e.what()); });
    EXPECT_EQ(body_for(two), "outer");
}

TEST_F(ExceptionHandlersTest, TheLogTellsTheCausesToo) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(outcome_of(because(std::runtime_error("no_order"), std::out_of_range("no_stock"))).error->code,
              Errc::failed);
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_NE(log.find("error=\"no_order; caused by no_stock\""), std::string::npos) << log;
}

TEST_F(ExceptionHandlersTest, TheLogHasTheCorrelationIdOfTheMessage) {
    call_ = make_call(execution_, "/x", {}, {{"correlation-id", "c 1\n"}});
    testing::internal::CaptureStderr();
    EXPECT_TRUE(thrown(std::runtime_error("x")).error);
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_NE(log.find("correlation-id=\"c 1\\x0a\""), std::string::npos) << log;
}

TEST_F(ExceptionHandlersTest, AnswersHaveTheCorrelationIdOfTheMessage) {
    handle<std::logic_error>([](const std::logic_error&) { return std::string("x"); });
    handle<std::bad_alloc>([](const std::bad_alloc&) {
        return Reply<std::string>{.value = "x", .headers = {{"correlation-id", "own"}}};
    });
    const auto correlation_id = [this](const auto& exception) {
        const Outcome outcome = thrown(exception);
        const auto id = outcome.replies.at(0).message->headers.find("correlation-id");
        return id ? std::string(*id) : "none";
    };
    EXPECT_EQ(correlation_id(std::logic_error("")), "none");
    call_ = make_call(execution_, "/x", {}, {{"correlation-id", "c7"}});
    EXPECT_EQ(correlation_id(std::logic_error("")), "c7");
    EXPECT_EQ(correlation_id(std::bad_alloc()), "own");
}

TEST_F(ExceptionHandlersTest, TheOuterOnesAreAskedForWhatTheInnerOnesLeave) {
    handle<std::exception>([](const std::exception&) { return std::string("outer"); });
    handle<std::bad_alloc>([](const std::bad_alloc&) { return std::string("outer memory"); });
    const auto outer =
        std::make_shared<const ExceptionHandlers>(*ExceptionHandlers::make(std::exchange(mappings_, {})));
    handle<std::runtime_error>([](const std::runtime_error&) { return std::string("inner"); });
    const ExceptionHandlers inner = *ExceptionHandlers::make(mappings_, {}, {}, outer);
    const auto body = [&](const std::exception_ptr& thrown) {
        return inner.outcome_of(thrown, call_).replies.at(0).message->body;
    };
    EXPECT_EQ(body(std::make_exception_ptr(std::range_error("x"))), "inner");
    EXPECT_EQ(body(std::make_exception_ptr(std::bad_alloc())), "outer memory");
    EXPECT_EQ(body(std::make_exception_ptr(std::logic_error("x"))), "outer");
    EXPECT_EQ(body(because(std::logic_error("x"), std::runtime_error("cause"))), "inner")
        << "a controller's handler of the cause comes before the application's of the exception";
}

TEST_F(ExceptionHandlersTest, TakeWhatTheMessageAndTheSessionHave) {
    handle<std::logic_error>([](const std::logic_error& e, Session& session, const Principal& principal,
                                const Message& message, const Headers& headers, Header<"x"> x,
                                Var<"id", int> id) {
        return e.what() + session.id() + principal.name + message.destination +
               std::to_string(headers.size()) + x.value + std::to_string(id);
    });
    call_ = make_call(execution_, "/x", {}, {{"x", "X"}});
    call_->variables = {{"id", "7"}};
    const auto handlers = ExceptionHandlers::make(mappings_, {"id"});
    const Outcome outcome = handlers->outcome_of(std::make_exception_ptr(std::logic_error("e-")), call_);
    EXPECT_EQ(outcome.replies.at(0).message->body, "e-s1alice/app/x1X7");
}

TEST_F(ExceptionHandlersTest, SendToTheVariablesOfTheirMappings) {
    handle<std::logic_error>([](const std::logic_error&) { return 1; }).send_to("/topic/errors.{id}");
    call_->variables = {{"id", "7"}};
    const auto handlers = ExceptionHandlers::make(mappings_, {"id"});
    const Outcome outcome = handlers->outcome_of(std::make_exception_ptr(std::logic_error("e")), call_);
    EXPECT_EQ(outcome.replies.at(0).destination, "/topic/errors.7");
}

TEST_F(ExceptionHandlersTest, RefusesVariablesThatNotAllOfTheirMappingsHave) {
    handle<std::logic_error>([](const std::logic_error&, Var<"id">) {});
    EXPECT_EQ(ExceptionHandlers::make(mappings_, {"room"}).error().message,
              "exception handler for std::logic_error: it takes Var<\"id\">, but not all of its mappings "
              "have a {id}");
}

TEST_F(ExceptionHandlersTest, TheirTargetsReplaceTheErrorsQueue) {
    handle<std::logic_error>([](const std::logic_error&) { return 1; }).send_to("/topic/errors");
    const Outcome outcome = thrown(std::logic_error("x"));
    EXPECT_EQ(outcome.replies.at(0).to, OutgoingReply::To::broker);
    EXPECT_EQ(outcome.replies.at(0).destination, "/topic/errors");
}

TEST_F(ExceptionHandlersTest, WithoutOneTheSenderLearnsThatItFailedAndTheLogWhy) {
    testing::internal::CaptureStderr();
    const Outcome outcome = thrown(std::runtime_error("disk\nfull"));
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(outcome.error, (Error{Errc::failed, "The message could not be handled"}));
    EXPECT_NE(log.find("destination=/app/x session=s1 error=disk\\x0afull"), std::string::npos) << log;
    EXPECT_EQ(log.find("hunter2"), std::string::npos) << log;
}

TEST_F(ExceptionHandlersTest, WhatIsNoStdExceptionFailsToo) {
    EXPECT_EQ(thrown(7).error->code, Errc::failed);
}

TEST_F(ExceptionHandlersTest, AHandlerThatThrowsFails) {
    handle<std::logic_error>([](const std::logic_error&) { throw std::runtime_error("secret"); });
    const Outcome outcome = thrown(std::logic_error("x"));
    EXPECT_EQ(outcome.error, (Error{Errc::failed, "The message could not be handled"}));
    EXPECT_TRUE(outcome.replies.empty());
}

TEST_F(ExceptionHandlersTest, AHandlerMayAnswerNothingOrAnError) {
    handle<std::logic_error>([](const std::logic_error&) {});
    handle<std::bad_alloc>([](const std::bad_alloc&) -> Result<int> {
        return Error{Errc::unavailable, "later"};
    });
    const Outcome nothing = thrown(std::logic_error("x"));
    EXPECT_TRUE(nothing.replies.empty());
    EXPECT_FALSE(nothing.error);
    EXPECT_EQ(thrown(std::bad_alloc()).error, (Error{Errc::unavailable, "later"}));
}

TEST_F(ExceptionHandlersTest, RefusesTwoForOneTypeAndBadTargets) {
    handle<std::logic_error>([](const std::logic_error&) {});
    handle<std::logic_error>([](const std::logic_error&) {});
    EXPECT_EQ(ExceptionHandlers::make(mappings_).error(),
              (Error{Errc::conflict, "two exception handlers for std::logic_error"}));
    mappings_.pop_back();
    mappings_.back().send_to("/topic/{id}");
    EXPECT_EQ(ExceptionHandlers::make(mappings_).error().message,
              "exception handler: send_to \"/topic/{id}\": the pattern has no variable {id}");
}

}  // namespace
}  // namespace stentor::controller
