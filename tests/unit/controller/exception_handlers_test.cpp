#include "controller/exception_handlers.hpp"

#include "unit/controller/fake_execution.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stentor::controller {
namespace {

class ExceptionHandlersTest : public ::testing::Test {
protected:
    template <class E, class F>
    ExceptionMapping& handle(F function) {
        return mappings_.emplace_back(bind_exception<E>(std::move(function)));
    }
    template <class E>
    Outcome thrown(E exception) {
        return ExceptionHandlers::make(mappings_)->outcome_of(std::make_exception_ptr(std::move(exception)),
                                                              call_);
    }
    std::deque<ExceptionMapping> mappings_;
    FakeExecution execution_;
    std::shared_ptr<Call> call_ = make_call(execution_, "/x", "hunter2");
};

TEST_F(ExceptionHandlersTest, TheFirstThatFitsAnswersTheSendersOwnErrors) {
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
    EXPECT_EQ(ExceptionHandlers::make(mappings_).error().code, Errc::conflict);
    mappings_.pop_back();
    mappings_.back().send_to("/topic/{id}");
    EXPECT_EQ(ExceptionHandlers::make(mappings_).error().message,
              "exception handler: send_to \"/topic/{id}\": the pattern has no variable {id}");
}

}  // namespace
}  // namespace stentor::controller
