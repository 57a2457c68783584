#include "stentor/converters.hpp"

#include "unit/controller/fake_execution.hpp"
#include "unit/controller/samples.hpp"

#include <gtest/gtest.h>

namespace stentor::controller {

/// No JSON: only a converter makes it.
struct Quote {
    int cents = 0;
};

/// Numbers as they are, of quotes and of everything that has a name.
struct Plain {
    static Result<void> read(std::string_view body, Quote& into) {
        const std::optional<int> cents = stentor::detail::from_text<int>(body);
        if (!cents) return Error{Errc::malformed, "should be cents"};
        into.cents = *cents;
        return {};
    }
    static std::string write(const Quote& quote) { return std::to_string(quote.cents); }
    static Result<void> read(std::string_view body, Hello& into) {
        into.name = body;
        return {};
    }
    static std::string write(const Hello& hello) { return hello.name; }
};

}  // namespace stentor::controller

template <>
inline constexpr bool stentor::has_message_converter<stentor::controller::Quote> = true;

namespace stentor::controller {
namespace {

template <class T>
BoundConverter plain(std::string content_type) {
    return bind_converter<T>(std::move(content_type), std::make_shared<const Plain>());
}

class ConvertersTest : public ::testing::Test {
protected:
    template <class F>
    std::string called(F function, std::string body, const std::string& content_type,
                       std::string_view produces = {}) {
        const auto call = make_call(execution_, "/x", std::move(body), {{"content-type", content_type}});
        call->converters = &converters_;
        call->produces = produces;
        const Answer given = answer(stentor::bind(std::move(function)), call);
        const auto* content = std::get_if<Content>(&given);
        return content != nullptr ? content->body.content_type + " " + content->body.bytes : text_of(given);
    }
    std::string problem() { return converters_.check() ? "none" : converters_.check().error().message; }

    FakeExecution execution_;
    Converters converters_;
};

TEST(MediaType, IsWhatIsBeforeTheParametersInSmallLetters) {
    EXPECT_EQ(detail::media_type("Text/HTML; charset=utf-8"), "text/html");
    EXPECT_EQ(detail::media_type("application/x-a"), "application/x-a");
    EXPECT_EQ(detail::media_type(" a/b ;x"), "a/b");
    EXPECT_EQ(detail::media_type(""), "");
}

TEST_F(ConvertersTest, ReadByContentType) {
    converters_.add(plain<Quote>("application/x-quote"));
    const auto cents = [](Quote quote) { return std::to_string(quote.cents); };
    EXPECT_EQ(called(cents, "17", "application/x-quote"), "text/plain;charset=utf-8 17");
    EXPECT_EQ(called(cents, "17", "Application/X-Quote; v=1"), "text/plain;charset=utf-8 17");
    EXPECT_EQ(called(cents, "17", ""), "text/plain;charset=utf-8 17") << "the first converter";
    EXPECT_EQ(called(cents, "17", "application/json"),
              "conversion: payload: the content type should be application/x-quote");
    EXPECT_EQ(called(cents, "x", "application/x-quote"), "conversion: payload: should be cents");
    EXPECT_EQ(called(cents, "", "application/x-quote"), "conversion: payload: is missing");
    EXPECT_EQ(called([](std::optional<Quote> q) { return q.has_value(); }, "", ""), "application/json false");
}

TEST_F(ConvertersTest, ReadWhatIsJsonAsWell) {
    converters_.add(plain<Hello>("application/x-a"));
    converters_.add(plain<Hello>("application/x-b"));
    const auto name = [](const Hello& hello) { return hello.name; };
    EXPECT_EQ(called(name, "Bob", "application/x-b"), "text/plain;charset=utf-8 Bob");
    EXPECT_EQ(called(name, R"({"name":"Bob"})", "application/json"), "text/plain;charset=utf-8 Bob");
    EXPECT_EQ(called(name, R"({"name":"Bob"})", ""), "text/plain;charset=utf-8 Bob");
    EXPECT_EQ(called(name, "Bob", "application/x-c"),
              "conversion: payload: the content type should be application/json or application/x-a or "
              "application/x-b");
}

TEST_F(ConvertersTest, WriteWhatTheMappingProduces) {
    converters_.add(plain<Hello>("application/x-a"));
    const auto hello = [] { return Hello{"Bob"}; };
    EXPECT_EQ(called(hello, "", "", "application/x-a"), "application/x-a Bob");
    EXPECT_EQ(called(hello, "", ""), R"(application/json {"name":"Bob"})");
    EXPECT_EQ(called(hello, "", "", "application/vnd.x+json"), R"(application/vnd.x+json {"name":"Bob"})");
    EXPECT_EQ(called([] { return std::string("<b>"); }, "", "", "text/html"), "text/html <b>");
    EXPECT_EQ(called([] { return std::vector{std::byte{'x'}}; }, "", "", "image/png"), "image/png x");
}

TEST_F(ConvertersTest, WriteWhatIsNoJson) {
    converters_.add(plain<Quote>("application/x-quote"));
    converters_.add(plain<Quote>("application/x-other"));
    const auto quote = [] { return Quote{5}; };
    EXPECT_EQ(called(quote, "", ""), "application/x-quote 5");
    EXPECT_EQ(called(quote, "", "", "application/x-other"), "application/x-other 5");
    EXPECT_EQ(called([]() -> Result<Reply<Quote>> { return Reply{Quote{6}}; }, "", ""),
              "application/x-quote 6");
    EXPECT_EQ(called(
                  [] {
                      return ToUser{std::string("bob"), std::string("/queue/x"), Quote{7}};
                  },
                  "", ""),
              "application/x-quote 7");
}

TEST_F(ConvertersTest, WriteWhatCoroutinesAndExceptionHandlersAnswer) {
    converters_.add(plain<Quote>("application/x-quote"));
    const auto call = make_call(execution_, "/x");
    call->converters = &converters_;
    call->produces = "application/x-quote";
    std::vector<std::string> answers;
    const BoundFunction later = stentor::bind([]() -> awaitable<Quote> { co_return Quote{8}; });
    execution_.on_shard(
        [&] { later.invoke(call, [&](const Answer& given) { answers.push_back(text_of(given)); }); });
    EXPECT_EQ(answers, std::vector<std::string>{"8"});
    const auto thrown = std::make_exception_ptr(7);
    const auto quote = bind_exception<int>([](int) { return Quote{9}; });
    EXPECT_EQ(text_of(*quote.handle(thrown, call)), "9");
    const auto words = bind_exception<int>([](int) { return Hello{"sorry"}; });
    EXPECT_EQ(text_of(*words.handle(thrown, call)), R"({"name":"sorry"})")
        << "what the mapping produces does not bind its handlers";
}

TEST_F(ConvertersTest, RefusesOneRegisteredTwice) {
    converters_.add(plain<Quote>("application/x-a"));
    converters_.add(plain<Quote>("application/x-b"));
    converters_.add(plain<Hello>("application/x-a"));
    EXPECT_EQ(problem(), "none");
    converters_.add(plain<Quote>("application/x-b"));
    EXPECT_EQ(problem(), "message converter for \"application/x-b\": one of its types has two of them");
}

TEST_F(ConvertersTest, RefusesContentTypesThatAreNone) {
    for (const char* bad : {"", "x", "/", "a/", "/b", "a/b; c=d", "A/b", "a /b", "a/b/c", "a/b\n"}) {
        converters_ = {};
        converters_.add(plain<Quote>(bad));
        EXPECT_NE(problem().find("a content type is two words in small letters"), std::string::npos) << bad;
    }
}

TEST_F(ConvertersTest, RefusesAnotherJsonForWhatIsJson) {
    for (const char* json : {"application/json", "application/vnd.x+json", "text/plain"}) {
        converters_ = {};
        converters_.add(plain<Hello>(json));
        EXPECT_NE(problem().find("already, as JSON"), std::string::npos) << json;
        converters_ = {};
        converters_.add(plain<Quote>(json));
        EXPECT_EQ(problem(), "none") << json;
    }
}

}  // namespace
}  // namespace stentor::controller
