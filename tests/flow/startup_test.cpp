#include "stentor/stentor.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace stentor {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// What start() says of what was registered; empty when it starts.
std::string complaint(const std::function<void(App&)>& registration) {
    App app;
    try {
        registration(app);
        app.start({.port = 0, .shards = 1});
    } catch (const ConfigError& e) { return e.what(); }
    return "";
}

TEST(StartUp, NothingRegisteredIsFine) {
    EXPECT_EQ(complaint([](App&) {}), "");
}

TEST(StartUp, APrefixWithoutASlashIsNamed) {
    EXPECT_THAT(complaint([](App& app) {
                    app.enable_simple_broker({"/queue", "topic"});
                }),
                HasSubstr("topic"));
    EXPECT_THAT(complaint([](App& app) { app.set_application_destination_prefixes({"app"}); }),
                HasSubstr("app"));
    EXPECT_THAT(complaint([](App& app) { app.set_queue_prefixes({"/queue/"}); }), HasSubstr("/queue/"));
}

TEST(StartUp, AHistoryThatCannotBeMeantIsNamed) {
    EXPECT_EQ(complaint([](App& app) { app.keep_history({.destination = "/topic/**"}); }), "");
    EXPECT_THAT(complaint([](App& app) { app.keep_history({.destination = ""}); }),
                HasSubstr("the history of messages: its destination is missing"));
    EXPECT_THAT(complaint([](App& app) { app.keep_history({.destination = "/topic/a", .messages = 0}); }),
                HasSubstr("messages is 0"));
    EXPECT_THAT(complaint([](App& app) { app.keep_history({.destination = "/queue/a/*"}); }),
                HasSubstr("/queue/a/*"));
}

TEST(StartUp, AHoldThatCannotBeMeantIsNamed) {
    EXPECT_EQ(complaint([](App& app) { app.hold_messages({.destination = "/topic/**"}); }), "");
    EXPECT_THAT(complaint([](App& app) { app.hold_messages({.destination = "/topic/a*"}); }),
                HasSubstr("/topic/a*"));
    EXPECT_THAT(complaint([](App& app) {
                    app.hold_messages({.destination = "/topic/a", .hold = std::chrono::seconds(2)});
                }),
                HasSubstr("hold is 2s"));
}

TEST(StartUp, APolicyForSlowConsumersThatCannotBeMeantIsNamed) {
    EXPECT_EQ(complaint([](App& app) {
                  app.set_slow_consumer_policy({.destination = "/topic/**", .policy = "drop_oldest"});
              }),
              "");
    EXPECT_THAT(complaint([](App& app) {
                    app.set_slow_consumer_policy({.destination = "/topic/**", .policy = "drop"});
                }),
                HasSubstr("policy is 'drop'"));
    EXPECT_THAT(complaint([](App& app) {
                    app.set_slow_consumer_policy({.destination = "/queue/**", .policy = "drop_oldest"});
                }),
                HasSubstr("queues lose nothing"));
}

TEST(StartUp, AMemoryBudgetForNobodyIsNamed) {
    App app;
    Config config;
    config.memory.budget = 1'000;
    EXPECT_THROW(app.start(config), ConfigError);
}

TEST(StartUp, LettersOfServersThatDoNotPassTheirBrokerAreNamed) {
    const auto relay = [](std::size_t max_body) {
        return [max_body](App& app) { app.enable_stomp_broker_relay({.max_body = max_body}); };
    };
    EXPECT_EQ(complaint(relay(192 * 1024)), "");
    EXPECT_EQ(
        complaint(relay(192 * 1024 - 1)),
        "nodes.max_letter is 192KiB, but the broker's max_body is 196607; give at most that, or raise it");
}

TEST(StartUp, AnEndpointWithoutASlashIsNamed) {
    EXPECT_THAT(complaint([](App& app) { app.add_stomp_endpoint("ws"); }), HasSubstr("ws"));
}

TEST(StartUp, AWindowOfCompressionThatIsNoneIsNamed) {
    App app;
    Config config{.port = 0, .shards = 1};
    config.websocket.deflate.max_window_bits = 16;
    try {
        app.start(config);
        ADD_FAILURE() << "it starts";
    } catch (const ConfigError& e) {
        EXPECT_STREQ(e.what(), "websocket.deflate.max_window_bits is 16; give 9 to 15");
    }
}

TEST(StartUp, AnEndpointNeedsAHandler) {
    EXPECT_THAT(complaint([](App& app) { app.add_handler("/ws", nullptr); }), HasSubstr("/ws"));
}

TEST(StartUp, TwoEndpointsOnOnePathAreNamed) {
    EXPECT_THAT(complaint([](App& app) {
                    app.add_stomp_endpoint("/ws");
                    app.add_handler("/ws", std::make_shared<TextWebSocketHandler>());
                }),
                AllOf(HasSubstr("/ws"), HasSubstr("twice")));
}

TEST(StartUp, AnOriginThatIsNoneIsNamed) {
    EXPECT_THAT(
        complaint([](App& app) { app.add_stomp_endpoint("/ws").set_allowed_origins({"https://x/path"}); }),
        AllOf(HasSubstr("/ws"), HasSubstr("https://x/path")));
    EXPECT_THAT(
        complaint([](App& app) { app.add_stomp_endpoint("/ws").set_allowed_origin_patterns({"*evil"}); }),
        AllOf(HasSubstr("/ws"), HasSubstr("*evil")));
}

TEST(StartUp, SockjsTimesOfNothingAreNamed) {
    using namespace std::chrono_literals;
    for (const auto& times : {std::pair(0ms, 1ms), {1ms, 0ms}, {-1ms, 1ms}})
        EXPECT_THAT(complaint([&](App& app) {
                        SockjsOptions options;
                        options.heartbeat = times.first;
                        options.disconnect_delay = times.second;
                        app.add_stomp_endpoint("/ws").with_sockjs(options);
                    }),
                    AllOf(HasSubstr("/ws"), HasSubstr("heartbeat")));
}

TEST(StartUp, AVarThatThePatternDoesNotHaveIsNamed) {
    EXPECT_THAT(complaint([](App& app) { app.message_mapping("/room/{id}", [](Var<"name">) {}); }),
                AllOf(HasSubstr("/room/{id}"), HasSubstr("name")));
}

TEST(StartUp, MappingsThatCannotBeToldApartAreNamed) {
    EXPECT_THAT(complaint([](App& app) {
                    app.message_mapping("/room/{id}", [](Var<"id">) {});
                    app.message_mapping("/room/{name}", [](Var<"name">) {});
                }),
                AllOf(HasSubstr("/room/{id}"), HasSubstr("/room/{name}")));
}

TEST(StartUp, ABrokenPatternIsNamed) {
    EXPECT_THAT(complaint([](App& app) { app.message_mapping("hello", [] {}); }), HasSubstr("hello"));
}

TEST(StartUp, AControllersPrefixThatNothingCanFollowIsNamed) {
    EXPECT_THAT(complaint([](App& app) { Controller(app, "/chat/**"); }),
                HasSubstr("controller \"/chat/**\""));
}

struct NumberConverter {
    static Result<void> read(std::string_view, int&) { return {}; }
    static std::string write(int) { return {}; }
};

TEST(StartUp, AMessageConverterThatIsThereTwiceIsNamed) {
    EXPECT_THAT(complaint([](App& app) {
                    for (int i = 0; i < 2; ++i)
                        app.add_message_converter<int>("application/x-number", NumberConverter{});
                }),
                HasSubstr("application/x-number"));
}

TEST(StartUp, ASessionOnAWorkerIsRefused) {
    EXPECT_THAT(complaint([](App& app) { app.message_mapping("/x", [](Session&) {}).on_workers(); }),
                AllOf(HasSubstr("/x"), HasSubstr("Session")));
}

TEST(StartUp, AFolderThatIsNotThereIsNamed) {
    EXPECT_THAT(complaint([](App& app) { app.add_resource_handler("/", "/no/such/folder"); }),
                HasSubstr("/no/such/folder"));
    EXPECT_THAT(complaint([](App& app) { app.add_resource("/x", "/no/such/file"); }),
                HasSubstr("/no/such/file"));
}

}  // namespace
}  // namespace stentor
