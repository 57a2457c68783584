#include "flow_test.hpp"
#include "stentor/controller.hpp"
#include "stentor/coroutine.hpp"

#include <boost/describe/class.hpp>

#include <mutex>
#include <stdexcept>
#include <thread>
#include <tuple>

namespace stentor::test {

/// No JSON.
struct Quote {
    int cents = 0;
};
struct QuoteConverter {
    static Result<void> read(std::string_view body, Quote& into) {
        const std::optional<int> cents = stentor::detail::from_text<int>(body);
        if (!cents) return Error{Errc::malformed, "should be cents"};
        into.cents = *cents;
        return {};
    }
    static std::string write(const Quote& quote) { return std::to_string(quote.cents); }
};

struct Line {
    std::string item;
    int count = 0;
    void validate(Validation& validation) const {
        validation.require(count > 0, "count", "should be above 0");
    }
};
BOOST_DESCRIBE_STRUCT(Line, (), (item, count))

}  // namespace stentor::test

template <>
inline constexpr bool stentor::has_message_converter<stentor::test::Quote> = true;

namespace stentor::test {
namespace {

struct OutOfStock : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class ControllerFlow : public FlowTest {
protected:
    void SetUp() override {
        app().add_stomp_endpoint("/ws").with_sockjs();
        app()
            .message_mapping(
                "/room/{id}/say",
                [](Var<"id"> id, Header<"mood", std::optional<std::string>> mood, const std::string& text) {
                    return *id + "/" + mood->value_or("none") + "/" + text;
                })
            .send_to("/topic/room.{id}");
        app().message_mapping("/default", [](const std::string& text) { return text; });
        app()
            .message_mapping("/count",
                             [](Session& session) {
                                 const int* before = session.attributes().get<int>("count");
                                 const int now = before == nullptr ? 1 : *before + 1;
                                 session.attributes().set("count", now);
                                 return std::to_string(now);
                             })
            .send_to_user("/queue/count");
        app()
            .message_mapping(
                "/who", [](std::optional<Principal> who) { return who ? who->name : std::string("nobody"); })
            .send_to_user("/queue/who");
        app().message_mapping("/private", [](const Principal& who) { return who.name; });
        app().message_mapping("/fail", []() -> std::string { throw std::runtime_error("secret"); });
        app().message_mapping("/buy", [](const std::string& what) -> std::string { throw OutOfStock(what); });
        app().exception_handler<OutOfStock>(
            [](const OutOfStock& e) { return std::string("no ") + e.what(); });
        app()
            .message_mapping("/work", [](const std::string& text) { return text + " done"; })
            .send_to("/topic/work")
            .on_workers();
        app()
            .message_mapping("/slow",
                             [](std::string text) -> awaitable<std::string> {
                                 co_await sleep_for(1ms);
                                 co_return text + " slept";
                             })
            .send_to("/topic/slow");
        app().subscribe_mapping("/init/{id}", [](Var<"id"> id) { return "state of " + *id; });
        register_shop();
        register_failures();
        app().add_message_converter<Quote>("application/x-quote", QuoteConverter{});
        app()
            .message_mapping("/quote", [](Quote quote) { return Quote{quote.cents + 1}; })
            .send_to_user("/queue/quote");
        app()
            .message_mapping(
                "/to",
                [](const Header<"to", std::vector<std::string>>& to, Header<"n", int, Default<3>> n) {
                    std::string all = std::to_string(n);
                    for (const std::string& one : *to) all += " " + one;
                    return all;
                })
            .send_to_user("/queue/to");
        app().subscribe_mapping("/late", []() -> awaitable<std::string> {
            co_await sleep_for(1ms);
            co_return "late";
        });
        stage->start();
    }

    /// Each kind of function, taking a number or failing when that is 0.
    void register_failures() {
        const auto work = [](int n) { return n == 0 ? throw std::runtime_error("secret") : n; };
        const auto later = [](int n) -> awaitable<int> {
            co_await sleep_for(1ms);
            co_return n == 0 ? throw std::runtime_error("secret") : n;
        };
        app().message_mapping("/number/plain", work);
        app().message_mapping("/number/later", later);
        app().message_mapping("/number/workers", work).on_workers();
        app().message_mapping("/order", [](const std::vector<Line>&) {});
        const auto none = []() -> int { throw std::runtime_error("secret"); };
        const auto none_later = []() -> awaitable<int> {
            co_await sleep_for(1ms);
            throw std::runtime_error("secret");
        };
        app().subscribe_mapping("/none/plain", none);
        app().subscribe_mapping("/none/later", none_later);
        app().subscribe_mapping("/none/workers", none).on_workers();
        app().subscribe_mapping("/none/header", [](Header<"x">) { return 1; });
    }

    void register_shop() {
        Controller shop{app(), "/shop/{town}"};
        shop.send_to("/topic/shop.{town}");
        shop.message_mapping("/buy", [](Var<"town"> town, const std::string& what) {
            if (what == "tea") throw OutOfStock(what);
            if (what == "fire") throw std::runtime_error(what);
            return what + " in " + *town;
        });
        shop.subscribe_mapping("", [](Var<"town"> town) { return "open in " + *town; });
        shop.exception_handler<std::exception>(
            [](const std::exception& e, Var<"town"> town) { return *town + " has no " + e.what(); });
        shop.exception_handler<std::runtime_error>(
                [](const std::runtime_error&) { return std::string("closed"); })
            .send_to("/topic/shop.{town}");
        shop.exception_handler<OutOfStock>(
            [](const OutOfStock& e, Var<"town"> town) { return *town + " is out of " + e.what(); });
    }
};
INSTANTIATE_TEST_SUITE_P(On, ControllerFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(ControllerFlow, VariablesAndHeadersReachTheFunction) {
    client().subscribe("1", "/topic/room.7");
    client().send("/app/room/7/say", "hi", "mood:good\n");
    EXPECT_THAT(clients[0]->next_bodies(1), ElementsAre("7/good/hi"));
    clients[1]->send("/app/room/7/say", "hi");
    EXPECT_THAT(clients[0]->next_bodies(1), ElementsAre("7/none/hi"));
}

TEST_P(ControllerFlow, WithoutSendToTheResultIsPublishedBelowTopic) {
    client().subscribe("1", "/topic/default");
    clients[0]->send("/app/default", "x");
    EXPECT_THAT(clients[0]->next_bodies(1), ElementsAre("x"));
}

TEST_P(ControllerFlow, AttributesBelongToOneSession) {
    for (int i = 0; i < 2; ++i) client().subscribe("1", "/user/queue/count");
    clients[0]->send("/app/count", "");
    clients[0]->send("/app/count", "");
    clients[1]->send("/app/count", "");
    EXPECT_THAT(clients[0]->next_bodies(2), ElementsAre("1", "2"));
    EXPECT_THAT(clients[1]->next_bodies(1), ElementsAre("1"));
}

TEST_P(ControllerFlow, NobodyIsLoggedIn) {
    StompClient& alice = client();
    alice.subscribe("1", "/user/queue/who");
    alice.subscribe("2", "/user/queue/errors");
    alice.send("/app/who", "");
    EXPECT_THAT(alice.next_bodies(1), ElementsAre("nobody"));
    alice.send("/app/private", "");
    EXPECT_THAT(alice.next().body, HasSubstr(R"("destination":"/app/private")"));
}

TEST_P(ControllerFlow, ASubscriptionIsAnsweredToItAlone) {
    client().subscribe("a", "/app/init/7");
    const StompFrame answer = clients[0]->next();
    EXPECT_EQ(answer.body, "state of 7");
    EXPECT_EQ(answer.header("subscription"), "a");
    EXPECT_EQ(answer.header("destination"), "/app/init/7");
    clients[0]->say("SUBSCRIBE\nid:b\ndestination:/app/late\n\n^");
    EXPECT_EQ(clients[0]->next().header("subscription"), "b");
}

TEST_P(ControllerFlow, AnAnswerToASubscriptionThatIsGoneIsDropped) {
    StompClient& alice = client();
    alice.say("SUBSCRIBE\nid:b\ndestination:/app/late\n\n^UNSUBSCRIBE\nid:b\n\n^");
    alice.subscribe("c", "/topic/slow");
    alice.send("/app/slow", "one");
    EXPECT_THAT(alice.next_bodies(1), ElementsAre("one slept"));
}

TEST_P(ControllerFlow, ErrorsComeOnTheErrorDestinationAndTellNothingInside) {
    StompClient& alice = client();
    alice.subscribe("e", "/user/queue/errors");
    alice.send("/app/fail", "", "correlation-id:42\n");
    const StompFrame error = alice.next();
    EXPECT_EQ(error.header("code"), "failed");
    EXPECT_EQ(error.header("correlation-id"), "42");
    EXPECT_EQ(error.body.find("secret"), std::string::npos);
    alice.send("/app/nothing", "");
    EXPECT_EQ(alice.next().header("code"), "not-found");
}

TEST_P(ControllerFlow, AnExceptionHandlersAnswerComesThereToo) {
    StompClient& alice = client();
    alice.subscribe("e", "/user/queue/errors");
    alice.send("/app/buy", "tea");
    EXPECT_THAT(alice.next_bodies(1), ElementsAre("no tea"));
}

TEST_P(ControllerFlow, AControllersMappingsShareItsPrefixItsTargetsAndItsHandlers) {
    StompClient& alice = client();
    alice.subscribe("e", "/user/queue/errors");
    alice.subscribe("t", "/topic/shop.Bern");
    alice.subscribe("s", "/app/shop/Bern");
    EXPECT_EQ(alice.next().body, "open in Bern");
    alice.send("/app/shop/Bern/buy", "milk");
    EXPECT_EQ(alice.next().body, "milk in Bern");
    alice.send("/app/shop/Bern/buy", "tea");
    const StompFrame refused = alice.next();
    EXPECT_EQ(refused.body, "Bern is out of tea");
    EXPECT_EQ(refused.header("destination"), "/user/queue/errors");
    alice.send("/app/shop/Bern/buy", "fire");
    const StompFrame closed = alice.next();
    EXPECT_EQ(closed.body, "closed");
    EXPECT_EQ(closed.header("destination"), "/topic/shop.Bern");
}

/// What Spring leaves silent: each failure of each kind of function is told its sender, and nothing inside.
TEST_P(ControllerFlow, EveryFailureOfAMessageIsAnswered) {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"/app/number/plain", "0", "failed"},
        {"/app/number/later", "0", "failed"},
        {"/app/number/workers", "0", "failed"},
        {"/app/number/plain", "x", "conversion"},
        {"/app/number/later", "x", "conversion"},
        {"/app/number/workers", "x", "conversion"},
        {"/app/number/plain", "", "conversion"},
        {"/app/number/later", "", "conversion"},
        {"/app/number/workers", "", "conversion"},
        {"/app/order", R"([{"item":"x"}])", "conversion"},
        {"/app/to", "", "conversion"},
        {"/app/number", "1", "not-found"},
        {"/app/number/plain/more", "1", "not-found"},
        {"/app/private", "", "forbidden"},
    };
    StompClient& alice = client();
    alice.subscribe("e", "/user/queue/errors");
    for (const auto& [destination, body, code] : cases) {
        alice.send(destination, body, "correlation-id:" + std::string(destination) + "\n");
        const StompFrame error = alice.next();
        EXPECT_EQ(error.header("destination"), "/user/queue/errors") << destination;
        EXPECT_EQ(error.header("code"), code) << destination;
        EXPECT_EQ(error.header("correlation-id"), destination);
        EXPECT_THAT(error.body, HasSubstr("\"destination\":\"" + std::string(destination) + "\""));
        EXPECT_EQ(error.body.find("secret"), std::string::npos);
    }
}

TEST_P(ControllerFlow, EveryFailureOfASubscriptionIsAnswered) {
    const std::pair<const char*, const char*> cases[] = {
        {"/app/none/plain", "failed"},      {"/app/none/later", "failed"}, {"/app/none/workers", "failed"},
        {"/app/none/header", "conversion"}, {"/app/none", "not-found"},
    };
    StompClient& alice = client();
    alice.subscribe("e", "/user/queue/errors");
    for (const auto& [destination, code] : cases) {
        alice.say("SUBSCRIBE\nid:" + std::string(destination) + "\ndestination:" + destination +
                  "\ncorrelation-id:c7\n\n^");
        const StompFrame error = alice.next();
        EXPECT_EQ(error.header("code"), code) << destination;
        EXPECT_EQ(error.header("correlation-id"), "c7") << destination;
        EXPECT_THAT(error.body, HasSubstr("\"destination\":\"" + std::string(destination) + "\""));
    }
}

TEST_P(ControllerFlow, EveryFailureIsERRORWhereAReceiptWasAsked) {
    for (const char* destination : {"/app/number/plain", "/app/number/later", "/app/number/workers"})
        for (const char* body : {"0", "x"}) {
            StompClient& alice = client();
            alice.subscribe("e", "/user/queue/errors");
            alice.send(destination, body, "receipt:r\n");
            const StompFrame error = alice.next();
            EXPECT_EQ(error.command, "ERROR") << destination;
            EXPECT_EQ(error.header("receipt-id"), "r") << destination;
            EXPECT_EQ(error.header("code"), body == std::string("0") ? "failed" : "conversion");
        }
}

TEST_P(ControllerFlow, WhatIsWrongWithAPayloadIsNamedByItsFields) {
    StompClient& alice = client();
    alice.subscribe("e", "/user/queue/errors");
    alice.send("/app/order", R"([{"item":"tea","count":1},{"item":"tea","count":0}])");
    EXPECT_THAT(alice.next().body, HasSubstr("payload: [1].count should be above 0"));
}

TEST_P(ControllerFlow, AnApplicationsOwnContentTypeComesAndGoes) {
    StompClient& alice = client();
    alice.subscribe("e", "/user/queue/errors");
    alice.subscribe("q", "/user/queue/quote");
    alice.send("/app/quote", "41", "content-type:application/x-quote\n");
    const StompFrame quote = alice.next();
    EXPECT_EQ(quote.body, "42");
    EXPECT_EQ(quote.header("content-type"), "application/x-quote");
    alice.send("/app/quote", "41", "content-type:application/json\n");
    EXPECT_THAT(alice.next().body, HasSubstr("the content type should be application/x-quote"));
}

TEST_P(ControllerFlow, HeadersInAListAndDefaultsReachTheFunction) {
    StompClient& alice = client();
    alice.subscribe("1", "/user/queue/to");
    alice.send("/app/to", "", "to:a\nto:b\n");
    EXPECT_THAT(alice.next_bodies(1), ElementsAre("3 a b"));
}

/// STOMP 1.2, "Repeated Header Entries".
TEST_P(ControllerFlow, OfRepeatedHeadersOtherClientsGetTheFirst) {
    StompClient& alice = client();
    alice.subscribe("1", "/topic/x");
    alice.send("/topic/x", "", "to:a\nto:b\n");
    const StompFrame message = alice.next();
    EXPECT_EQ(message.header("to"), "a");
    EXPECT_EQ(std::ranges::count(message.headers, "to", &std::pair<std::string, std::string>::first), 1);
}

TEST_P(ControllerFlow, AnERRORHasTheCorrelationIdOfWhatFailed) {
    for (const char* destination :
         {"/app/fail", "/app/nothing", "/nowhere", "/user/bob/queue/x", "no/slash"}) {
        StompClient& alice = client();
        alice.send(destination, "", "correlation-id:7\n");
        const StompFrame error = alice.next();
        EXPECT_EQ(error.command, "ERROR");
        EXPECT_EQ(error.header("correlation-id"), "7") << destination;
        EXPECT_TRUE(alice.ends());
    }
    StompClient& alice = client();
    alice.send("/app/fail", "");
    EXPECT_EQ(alice.next().header("correlation-id"), "(none)");
}

/// It has handled the exception: that ends no session. But it can know of it.
TEST_P(ControllerFlow, AHandlersAnswerThatNobodyHearsIsCounted) {
    StompClient& alice = client();
    for (int i = 0; i < 2; ++i) {
        alice.send("/app/buy", "tea", "receipt:r\n");
        EXPECT_EQ(alice.next().header("receipt-id"), "r");
    }
    alice.subscribe("e", "/user/queue/errors");
    alice.send("/app/buy", "tea");
    EXPECT_THAT(alice.next_bodies(1), ElementsAre("no tea"));
    EXPECT_EQ(app().inspector().snapshot().get().totals.unheard_errors, 2U);
}

TEST_P(ControllerFlow, AnErrorIsERRORWhenAReceiptWasAsked) {
    StompClient& alice = client();
    alice.subscribe("e", "/user/queue/errors");
    alice.send("/app/fail", "", "receipt:r\n");
    const StompFrame error = alice.next();
    EXPECT_EQ(error.command, "ERROR");
    EXPECT_EQ(error.header("receipt-id"), "r");
    EXPECT_TRUE(alice.ends());
}

TEST_P(ControllerFlow, WorkOnWorkersKeepsASessionsOrder) {
    StompClient& alice = client();
    alice.subscribe("1", "/topic/work");
    for (int n = 0; n < 20; ++n) alice.send("/app/work", std::to_string(n));
    for (int n = 0; n < 20; ++n) EXPECT_THAT(alice.next_bodies(1), ElementsAre(std::to_string(n) + " done"));
}

TEST_P(ControllerFlow, TheReceiptComesWhenTheFunctionHasAnswered) {
    StompClient& alice = client();
    alice.subscribe("1", "/topic/slow");
    alice.send("/app/slow", "x", "receipt:r\n");
    alice.say("DISCONNECT\nreceipt:bye\n\n^");
    EXPECT_EQ(alice.next().body, "x slept");
    EXPECT_EQ(alice.next().header("receipt-id"), "r");
    EXPECT_EQ(alice.next().header("receipt-id"), "bye");
    EXPECT_TRUE(alice.ends());
}

TEST_P(ControllerFlow, AClientThatLeavesWhileItsFunctionWaitsHurtsNobody) {
    for (int i = 0; i < 8; ++i) {
        client().send("/app/slow", "x", "receipt:r\n");
        clients.back()->send("/app/work", "x", "receipt:w\n");
    }
    client().subscribe("1", "/topic/slow");
    clients.erase(clients.begin(), clients.begin() + 8);
    clients[0]->send("/app/slow", "mine", "receipt:mine\n");
    ASSERT_TRUE(until([&] {
        while (clients[0]->peek())
            if (clients[0]->next().body == "mine slept") return true;
        return false;
    }));
}

TEST_P(ControllerFlow, SendToUserReachesTheirSessionsOnEveryShard) {
    // Without a login a session is its own user, named by its session id.
    std::vector<std::string> ids;
    for (int i = 0; i < 4; ++i) {
        clients.push_back(std::make_unique<StompClient>(*stage, Transport::websocket, "/ws"));
        ids.push_back(clients.back()->connect().header("session"));
        clients.back()->subscribe("1", "/user/queue/news");
    }
    Stage::on_another_thread([&] {
        for (const std::string& id : ids) app().messenger().send_to_user(id, "/queue/news", "for " + id);
    });
    for (std::size_t i = 0; i < 4; ++i) {
        const StompFrame message = clients[i]->next();
        EXPECT_EQ(message.body, "for " + ids[i]);
        EXPECT_EQ(message.header("destination"), "/user/queue/news");
    }
}

}  // namespace
}  // namespace stentor::test
