#include "controller/router.hpp"

#include "unit/controller/fake_execution.hpp"
#include "unit/controller/samples.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace stentor::controller {
namespace {

using Kind = Mapping::Kind;

class RouterTest : public ::testing::Test {
protected:
    template <class F>
    Mapping& message(std::string pattern, F function) {
        return mappings_.emplace_back(Kind::message, std::move(pattern), stentor::bind(std::move(function)));
    }
    template <class F>
    Mapping& subscribe(std::string pattern, F function) {
        return mappings_.emplace_back(Kind::subscribe, std::move(pattern),
                                      stentor::bind(std::move(function)));
    }
    Mapping& constant(const std::string& pattern) {
        return message(pattern, [pattern] { return pattern; });
    }
    std::string problem() {
        const Result<Router> router = Router::build(mappings_, handlers_, controllers_, converters_);
        return router ? "none" : router.error().message;
    }
    bool dispatch(const std::string& lookup, Kind kind = Kind::message, const std::string& body = {}) {
        call_ = make_call(execution_, lookup, body);
        const Router router = *Router::build(mappings_, handlers_, controllers_, converters_);
        return router.dispatch(kind, call_,
                               [this](Outcome outcome) { outcomes_.push_back(std::move(outcome)); });
    }
    /// The body of the only reply there is.
    std::string reply_to(const std::string& lookup, Kind kind = Kind::message) {
        outcomes_.clear();
        if (!dispatch(lookup, kind)) return "not mapped";
        if (outcomes_.size() != 1 || outcomes_[0].replies.size() != 1) return "not one reply";
        return outcomes_[0].replies[0].message->body;
    }

    std::deque<Mapping> mappings_;
    std::deque<ExceptionMapping> handlers_;
    std::deque<MappingGroup> controllers_;
    Converters converters_;
    FakeExecution execution_;
    std::shared_ptr<Call> call_;
    std::vector<Outcome> outcomes_;
};

TEST_F(RouterTest, TellsWhenNothingIsMapped) {
    constant("/a");
    EXPECT_FALSE(dispatch("/b"));
    EXPECT_FALSE(dispatch("/a", Kind::subscribe));
    EXPECT_FALSE(dispatch("/a/b"));
    EXPECT_TRUE(outcomes_.empty());
}

TEST_F(RouterTest, ExactPatternsWinThenTheMostSpecific) {
    for (const char* pattern : {"**", "/a/**", "/a/{x}", "/a/{x}/c", "/a/b", "/a/b/{y}", "/{x}/b"})
        constant(pattern);
    EXPECT_EQ(reply_to("/a/b"), "/a/b");
    EXPECT_EQ(reply_to("/a/z"), "/a/{x}");
    EXPECT_EQ(reply_to("/a/b/c"), "/a/b/{y}");
    EXPECT_EQ(reply_to("/a/z/c"), "/a/{x}/c");
    EXPECT_EQ(reply_to("/a/z/z"), "/a/**");
    EXPECT_EQ(reply_to("/a"), "/a/**");
    EXPECT_EQ(reply_to("/z/b"), "/{x}/b");
    EXPECT_EQ(reply_to("/z"), "**");
}

TEST_F(RouterTest, MessagesAndSubscriptionsAreApart) {
    constant("/a");
    subscribe("/a", [] { return std::string("snapshot"); });
    EXPECT_EQ(reply_to("/a"), "/a");
    EXPECT_EQ(reply_to("/a", Kind::subscribe), "snapshot");
}

TEST_F(RouterTest, SubscribeMappingsAnswerTheSubscriberAlone) {
    subscribe("/a", [] { return std::string("snapshot"); });
    subscribe("/b", [] { return std::string("for all"); }).send_to("/topic/b");
    EXPECT_EQ(reply_to("/a", Kind::subscribe), "snapshot");
    EXPECT_EQ(outcomes_[0].replies[0].to, OutgoingReply::To::direct);
    EXPECT_EQ(outcomes_[0].replies[0].destination, "/app/a");
    EXPECT_EQ(reply_to("/b", Kind::subscribe), "for all");
    EXPECT_EQ(outcomes_[0].replies[0].to, OutgoingReply::To::broker);
}

TEST_F(RouterTest, VariablesReachTheFunctionAndTheTargets) {
    message("/room/{id}/say/{word}", [](Var<"word"> word, Var<"id", int> id) {
        return *word + std::to_string(id);
    }).send_to({"/topic/room.{id}"});
    EXPECT_EQ(reply_to("/room/7/say/hi"), "hi7");
    EXPECT_EQ(outcomes_[0].replies[0].destination, "/topic/room.7");
}

TEST_F(RouterTest, ArgumentsThatDoNotFitAreTheOutcomesError) {
    message("/hello", [](Hello hello) { return hello; });
    EXPECT_TRUE(dispatch("/hello", Kind::message, "{}"));
    ASSERT_EQ(outcomes_.size(), 1u);
    EXPECT_EQ(outcomes_[0].error, (Error{Errc::conversion, "payload: name is missing"}));
    EXPECT_TRUE(outcomes_[0].replies.empty());
}

TEST_F(RouterTest, VoidFunctionsEndWithoutReplies) {
    message("/hello", [] {});
    EXPECT_TRUE(dispatch("/hello"));
    ASSERT_EQ(outcomes_.size(), 1u);
    EXPECT_FALSE(outcomes_[0].error);
    EXPECT_TRUE(outcomes_[0].replies.empty());
}

TEST_F(RouterTest, ExceptionsGoToTheirHandler) {
    message("/hello", []() -> int { throw std::runtime_error("boom"); });
    EXPECT_TRUE(dispatch("/hello"));
    EXPECT_EQ(outcomes_.at(0).error, (Error{Errc::failed, "The message could not be handled"}));
    handlers_.emplace_back(bind_exception<std::runtime_error>(
        [](const std::runtime_error& e) { return std::string(e.what()); }));
    EXPECT_EQ(reply_to("/hello"), "boom");
}

/// Greetings without braces.
struct NameOnly {
    static Result<void> read(std::string_view body, Hello& into) { return into.name = body, Result<void>(); }
    static std::string write(const Hello& hello) { return hello.name; }
};

TEST_F(RouterTest, CallsHaveTheApplicationsConvertersAndWhatTheMappingProduces) {
    converters_.add(bind_converter<Hello>("application/x-name", std::make_shared<const NameOnly>()));
    message("/hello", [](Hello hello) { return hello; }).produces("application/x-name");
    message("/work", [](Hello hello) { return hello; }).produces("application/x-name").on_workers();
    message("/json", [](Hello hello) { return hello; });
    const Router router = *Router::build(mappings_, handlers_, controllers_, converters_);
    for (const char* lookup : {"/hello", "/work", "/json"}) {
        const auto call = make_call(execution_, lookup, "Bob", {{"content-type", "application/x-name"}});
        EXPECT_TRUE(router.dispatch(Kind::message, call,
                                    [this](Outcome outcome) { outcomes_.push_back(std::move(outcome)); }));
        execution_.run_workers();
        execution_.run_posted();
    }
    ASSERT_EQ(outcomes_.size(), 3u);
    for (const std::size_t i : {0u, 1u}) {
        EXPECT_EQ(outcomes_[i].replies.at(0).message->body, "Bob");
        EXPECT_EQ(outcomes_[i].replies.at(0).message->content_type(), "application/x-name");
    }
    EXPECT_EQ(outcomes_[2].replies.at(0).message->body, R"({"name":"Bob"})");
}

TEST_F(RouterTest, RefusesWhatNothingConvertsAndConvertersThatClash) {
    message("/hello", [](Hello hello) { return hello; }).produces("application/x-name");
    EXPECT_EQ(problem(),
              "message mapping \"/hello\": produces(\"application/x-name\"), but no message converter writes "
              "its result so");
    for (int i = 0; i < 2; ++i)
        converters_.add(bind_converter<Hello>("application/x-name", std::make_shared<const NameOnly>()));
    EXPECT_EQ(problem(), "message converter for \"application/x-name\": one of its types has two of them");
}

TEST_F(RouterTest, WorkersCallTheFunctionAndTheShardCompletes) {
    std::string order;
    message("/slow", [&] { return order += "called ", std::string("done"); }).on_workers();
    EXPECT_TRUE(dispatch("/slow"));
    ASSERT_EQ(execution_.workers.size(), 1u);
    EXPECT_EQ(execution_.workers[0].first, "s1");
    EXPECT_EQ(order, "");
    execution_.run_workers();
    EXPECT_EQ(order, "called ");
    EXPECT_TRUE(outcomes_.empty());
    ASSERT_EQ(execution_.posted.size(), 1u);
    execution_.run_posted();
    ASSERT_EQ(outcomes_.size(), 1u);
    EXPECT_EQ(outcomes_[0].replies.at(0).message->body, "done");
}

TEST_F(RouterTest, WorkersExceptionsAreHandledOnTheShard) {
    std::string order;
    message("/slow", []() -> int { throw std::runtime_error("boom"); }).on_workers();
    handlers_.emplace_back(
        bind_exception<std::runtime_error>([&](const std::runtime_error&, Session& s) { order += s.id(); }));
    EXPECT_TRUE(dispatch("/slow"));
    execution_.run_workers();
    EXPECT_EQ(order, "");
    execution_.run_posted();
    EXPECT_EQ(order, "s1");
    EXPECT_EQ(outcomes_.size(), 1u);
}

/// What dies with the last reference to a session: its attributes belong to the shard.
struct Witness {
    std::string& place;
    std::string& died_on;
    ~Witness() { died_on = place; }
};

TEST_F(RouterTest, WorkersLeaveTheSessionsEndToTheShard) {
    std::string place = "shard";
    std::string died_on;
    message("/slow", [](const Principal& who, Header<"x"> x, const Headers&) {
        return who.name + x.value;
    }).on_workers();
    const Router router = *Router::build(mappings_, handlers_);
    auto call = make_call(execution_, "/slow", {}, {{"x", "X"}});
    call->session->attributes.set("witness", std::make_shared<Witness>(place, died_on));
    EXPECT_TRUE(router.dispatch(Kind::message, std::move(call),
                                [this](Outcome outcome) { outcomes_.push_back(std::move(outcome)); }));
    auto tasks = std::exchange(execution_.workers, {});
    tasks.at(0).second();
    EXPECT_EQ(died_on, "");
    execution_.run_posted();  // while the worker still has its task
    EXPECT_EQ(died_on, "shard");
    place = "worker";
    tasks.clear();
    EXPECT_EQ(died_on, "shard");
    EXPECT_EQ(outcomes_.at(0).replies.at(0).message->body, "aliceX");
}

TEST_F(RouterTest, CallsUnderWayOutliveTheRouter) {
    message("/later", [](Hello hello) -> awaitable<std::string> {
        co_await boost::asio::post(boost::asio::use_awaitable);
        co_return hello.name;
    });
    handlers_.emplace_back(bind_exception<std::runtime_error>([](const std::runtime_error&) {}));
    boost::asio::post(execution_.loop, [&] { dispatch("/later", Kind::message, R"({"name":"Bob"})"); });
    execution_.loop.run_one();
    mappings_.clear();
    call_.reset();
    EXPECT_TRUE(outcomes_.empty());
    execution_.poll();
    ASSERT_EQ(outcomes_.size(), 1u);
    EXPECT_EQ(outcomes_[0].replies.at(0).message->body, "Bob");
    EXPECT_EQ(outcomes_[0].replies.at(0).destination, "/topic/later");
}

TEST_F(RouterTest, ControllersAddTheirPrefixAndItsVariables) {
    controllers_.push_back({"/room/{id}"});
    controllers_[0].mappings.emplace_back(Kind::message, "/say",
                                          stentor::bind([](Var<"id"> id) { return "said in " + *id; }));
    controllers_[0].mappings.emplace_back(Kind::subscribe, "",
                                          stentor::bind([](Var<"id"> id) { return "state of " + *id; }));
    EXPECT_EQ(reply_to("/room/7/say"), "said in 7");
    EXPECT_EQ(outcomes_[0].replies[0].destination, "/topic/room/7/say");
    EXPECT_EQ(reply_to("/room/7", Kind::subscribe), "state of 7");
    EXPECT_EQ(reply_to("/say"), "not mapped");
}

TEST_F(RouterTest, ControllersSendWhereTheirMappingsSayNothing) {
    controllers_.push_back({"/room/{id}"});
    MappingGroup& room = controllers_[0];
    room.targets.destinations = {"/topic/room.{id}"};
    room.targets.users = {{"/queue/said"}};
    const auto word = [] { return std::string("word"); };
    room.mappings.emplace_back(Kind::message, "/a", stentor::bind(word));
    room.mappings.emplace_back(Kind::message, "/b", stentor::bind(word)).send_to("/topic/b");
    room.mappings.emplace_back(Kind::subscribe, "/c", stentor::bind(word));
    EXPECT_TRUE(dispatch("/room/7/a"));
    ASSERT_EQ(outcomes_[0].replies.size(), 2u);
    EXPECT_EQ(outcomes_[0].replies[0].destination, "/queue/said");
    EXPECT_EQ(outcomes_[0].replies[1].destination, "/topic/room.7");
    EXPECT_EQ(reply_to("/room/7/b"), "word");
    EXPECT_EQ(outcomes_[0].replies[0].destination, "/topic/b");
    EXPECT_EQ(reply_to("/room/7/c", Kind::subscribe), "word");
    EXPECT_EQ(outcomes_[0].replies[0].to, OutgoingReply::To::direct);
}

TEST_F(RouterTest, ControllersHandleTheirExceptionsBeforeTheApplication) {
    const auto fails = []() -> int { throw std::out_of_range("x"); };
    const auto says = [](std::string what) {
        return bind_exception<std::logic_error>([what](const std::logic_error&) { return what; });
    };
    for (const char* prefix : {"/a", "/b"}) {
        controllers_.push_back({prefix});
        controllers_.back().mappings.emplace_back(Kind::message, "/fail", stentor::bind(fails));
    }
    controllers_[0].exception_handlers.emplace_back(says("of a"));
    message("/fail", fails);
    handlers_.emplace_back(says("of all"));
    EXPECT_EQ(reply_to("/a/fail"), "of a");
    EXPECT_EQ(reply_to("/b/fail"), "of all");
    EXPECT_EQ(reply_to("/fail"), "of all");
}

TEST_F(RouterTest, HandlersMayTakeTheVariablesThatAllTheirMappingsHave) {
    controllers_.push_back({"/room/{id}"});
    MappingGroup& room = controllers_[0];
    room.mappings.emplace_back(Kind::message, "/fail/{how}",
                               stentor::bind([]() -> int { throw std::logic_error("x"); }));
    room.exception_handlers.emplace_back(
        bind_exception<std::logic_error>([](const std::logic_error&, Var<"id"> id) { return id.value; }));
    EXPECT_EQ(reply_to("/room/7/fail/soon"), "7");
    room.mappings.emplace_back(Kind::message, "/other", stentor::bind([] {}));
    EXPECT_EQ(problem(), "none");
    handlers_.emplace_back(bind_exception<std::exception>([](const std::exception&, Var<"id">) {}));
    EXPECT_EQ(problem(), "none");
    constant("/outside");
    EXPECT_EQ(problem(),
              "exception handler for std::exception: it takes Var<\"id\">, but not all of its mappings have "
              "a {id}");
}

TEST_F(RouterTest, RefusesPrefixesNothingCanFollow) {
    const auto with_prefix = [this](std::string prefix) {
        controllers_ = {{std::move(prefix)}};
        return problem();
    };
    EXPECT_TRUE(with_prefix("chat").starts_with("controller \"chat\": ")) << problem();
    EXPECT_EQ(with_prefix("/chat/"), "controller \"/chat/\": the destination has an empty segment");
    EXPECT_EQ(with_prefix("/"), "controller \"/\": a prefix does not end with '/'");
    EXPECT_EQ(with_prefix("/chat/**"), "controller \"/chat/**\": nothing can follow \"**\"");
    EXPECT_TRUE(with_prefix("/{a}/{a}").starts_with("controller \"/{a}/{a}\": ")) << problem();
    EXPECT_EQ(with_prefix("/chat/{room}"), "none");
    EXPECT_EQ(with_prefix(""), "none");
}

TEST_F(RouterTest, RefusesMistakesInAControllerNamingIt) {
    const auto with = [this](Mapping mapping) {
        controllers_ = {{"/chat"}};
        controllers_[0].mappings.push_back(std::move(mapping));
        return problem();
    };
    EXPECT_EQ(with({Kind::message, "say", stentor::bind([] {})}),
              "message mapping \"say\" of controller \"/chat\": a pattern begins with '/'; \"\" stands for "
              "the prefix itself");
    EXPECT_EQ(with({Kind::message, "/say", stentor::bind([](Var<"room">) {})}),
              "message mapping \"/say\" of controller \"/chat\": its function takes Var<\"room\">, but the "
              "pattern has no {room}");
    controllers_[0].mappings.clear();
    controllers_[0].mappings.emplace_back(Kind::message, "/say", stentor::bind([] {}));
    controllers_[0].targets.destinations = {"/topic/{room}"};
    EXPECT_EQ(problem(),
              "message mapping \"/say\" of controller \"/chat\": send_to \"/topic/{room}\": the pattern has "
              "no variable {room}");
}

TEST_F(RouterTest, RefusesPatternsOfTwoControllersThatCannotBeToldApart) {
    for (const char* prefix : {"/a", "/{x}"}) {
        controllers_.push_back({prefix});
        controllers_.back().mappings.emplace_back(Kind::message, "/{y}", stentor::bind([] {}));
    }
    EXPECT_EQ(problem(), "none");
    controllers_[1].prefix = "/a";
    EXPECT_EQ(problem(),
              "message mapping \"/{y}\" of controller \"/a\" and message mapping \"/{y}\" of controller "
              "\"/a\" take the same destinations");
    controllers_[1].prefix = "";
    controllers_[1].mappings[0] = {Kind::message, "/a/{z}", stentor::bind([] {})};
    EXPECT_EQ(problem(),
              "message mapping \"/a/{z}\" and message mapping \"/{y}\" of controller \"/a\" take the same "
              "destinations");
}

TEST_F(RouterTest, RefusesPatternsThatCannotBeToldApartNamingBoth) {
    constant("/a/{x}");
    constant("/a/*");
    EXPECT_EQ(problem(),
              "message mapping \"/a/*\" and message mapping \"/a/{x}\" take the same destinations");
    mappings_.pop_back();
    constant("/b");
    EXPECT_EQ(problem(), "none");
    constant("/b");
    EXPECT_EQ(problem(), "message mapping \"/b\" and message mapping \"/b\" take the same destinations");
}

TEST_F(RouterTest, RefusesBadPatterns) {
    constant("hello");
    EXPECT_TRUE(problem().starts_with("message mapping \"hello\": ")) << problem();
    mappings_.clear();
    constant("/a*");
    EXPECT_TRUE(problem().starts_with("message mapping \"/a*\": ")) << problem();
}

TEST_F(RouterTest, RefusesVariablesThePatternDoesNotHave) {
    message("/room/{id}", [](Var<"room">) {});
    EXPECT_EQ(
        problem(),
        "message mapping \"/room/{id}\": its function takes Var<\"room\">, but the pattern has no {room}");
}

TEST_F(RouterTest, RefusesPlaceholdersThePatternDoesNotHave) {
    constant("/room/{id}").send_to("/topic/{room}");
    EXPECT_EQ(
        problem(),
        "message mapping \"/room/{id}\": send_to \"/topic/{room}\": the pattern has no variable {room}");
}

TEST_F(RouterTest, RefusesAPayloadWhereThereIsNone) {
    subscribe("/a", [](Hello) {});
    EXPECT_EQ(problem(), "subscribe mapping \"/a\": its function takes a payload, but a SUBSCRIBE has none");
}

TEST_F(RouterTest, RefusesWhatCannotRunOnWorkers) {
    message("/a", [](Session&) {}).on_workers();
    EXPECT_EQ(problem(),
              "message mapping \"/a\": its function takes a Session, which belongs to the shard and not to a "
              "worker");
    mappings_.clear();
    message("/a", []() -> awaitable<void> { co_return; }).on_workers();
    EXPECT_EQ(
        problem(),
        "message mapping \"/a\": its function is a coroutine, which waits on the shard and not on a worker");
}

}  // namespace
}  // namespace stentor::controller
