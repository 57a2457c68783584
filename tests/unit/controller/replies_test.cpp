#include "stentor/replies.hpp"

#include "unit/controller/fake_execution.hpp"
#include "unit/controller/samples.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stentor::controller {
namespace {

using namespace std::literals;

TEST(Replies, SendTextAsItIs) {
    EXPECT_EQ(to_body("a\"b"s), (Body{"a\"b", "text/plain;charset=utf-8"}));
    EXPECT_EQ(to_body("ab"sv), (Body{"ab", "text/plain;charset=utf-8"}));
    EXPECT_EQ(to_body("ab"), (Body{"ab", "text/plain;charset=utf-8"}));
}

TEST(Replies, SendBytesAsTheyAre) {
    EXPECT_EQ(to_body(std::vector{std::byte{0}, std::byte{255}}),
              (Body{"\0\xff"s, "application/octet-stream"}));
}

TEST(Replies, SendEverythingElseAsJson) {
    EXPECT_EQ(to_body(Hello{"Bob"}), (Body{R"({"name":"Bob"})", "application/json"}));
    EXPECT_EQ(to_body(7), (Body{"7", "application/json"}));
    EXPECT_EQ(to_body(std::vector<std::string>{"a"}), (Body{R"(["a"])", "application/json"}));
}

TEST(Replies, AnswerNothingForVoidAndEmptyOptionals) {
    EXPECT_EQ(answer_of<void>([] {}), Answer(Nothing{}));
    EXPECT_EQ(answer_of<std::optional<Hello>>([] { return std::optional<Hello>(); }), Answer(Nothing{}));
    EXPECT_EQ(text_of(answer_of<std::optional<int>>([] { return std::optional(3); })), "3");
}

TEST(Replies, AnswerAResultsErrorOrItsValue) {
    const Error denied{Errc::forbidden, "no"};
    EXPECT_EQ(answer_of<Result<int>>([&]() -> Result<int> { return denied; }), Answer(denied));
    EXPECT_EQ(text_of(answer_of<Result<int>>([]() -> Result<int> { return 3; })), "3");
    EXPECT_EQ(answer_of<Result<void>>([&]() -> Result<void> { return denied; }), Answer(denied));
    EXPECT_EQ(answer_of<Result<void>>([]() -> Result<void> { return {}; }), Answer(Nothing{}));
}

TEST(Replies, KeepAReplysHeadersAndDestinations) {
    const Answer answer = answer_of<Reply<Hello>>([] {
        return Reply<Hello>{.value = {"Bob"}, .headers = {{"a", "b"}}, .destinations = {"/topic/x"}};
    });
    EXPECT_EQ(answer,
              Answer(Content{{R"({"name":"Bob"})", "application/json"}, {{"a", "b"}}, {"/topic/x"}, {}}));
}

TEST(Replies, KeepWhoAToUserIsFor) {
    const Answer answer = answer_of<ToUser<std::string>>([] { return ToUser{"bob"s, "/queue/x"s, "hi"s}; });
    EXPECT_EQ(answer, Answer(Content{{"hi", "text/plain;charset=utf-8"}, {}, {"/queue/x"}, "bob"}));
}

TEST(Replies, NestAsFunctionsNeedThem) {
    using Nested = Result<std::optional<Reply<std::string>>>;
    EXPECT_EQ(text_of(answer_of<Nested>([]() -> Nested { return std::optional(Reply{"x"s}); })), "x");
    EXPECT_EQ(answer_of<Nested>([]() -> Nested { return std::optional<Reply<std::string>>(); }),
              Answer(Nothing{}));
}

TEST(Replies, CatchWhatAFunctionThrows) {
    const Answer answer = answer_of<int>([]() -> int { throw std::runtime_error("boom"); });
    ASSERT_TRUE(std::holds_alternative<std::exception_ptr>(answer));
    EXPECT_THROW(std::rethrow_exception(std::get<std::exception_ptr>(answer)), std::runtime_error);
}

}  // namespace
}  // namespace stentor::controller
