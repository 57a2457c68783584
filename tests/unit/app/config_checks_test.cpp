#include "app/config_checks.hpp"

#include "kafka/engine.hpp"
#include "unit/app/config_error.hpp"

#include <gtest/gtest.h>

namespace stentor::app {
namespace {

TEST(ConfigChecks, TheDefaultsPass) { EXPECT_NO_THROW(check_config({}, {})); }

TEST(ConfigChecks, AnAddressIsNeeded) {
    EXPECT_EQ(error_of("address = ''"),
              R"(s.toml:1: address is empty; give "127.0.0.1", or "0.0.0.0" for every interface)");
}

TEST(ConfigChecks, TwoListenersNeedTwoPorts) {
    EXPECT_EQ(error_of("port = 9000\nstomp_port = 9000"),
              "s.toml:2: stomp_port is 9000, as port; give another one");
    EXPECT_EQ(error_of("port = 0\nstomp_port = 0"), "");
}

TEST(ConfigChecks, AnEndpointNeedsAPathOfItsOwn) {
    EXPECT_EQ(error_of("\n[[endpoint]]\nsockjs = true"),
              "s.toml:2: endpoint[0].path is missing; add one such as \"/stomp\"");
    EXPECT_EQ(error_of("[[endpoint]]\npath = 'ws'"),
              "s.toml:2: endpoint[0].path is 'ws': the destination does not begin with '/'; write it like "
              "\"/stomp\"");
    EXPECT_EQ(error_of("[[endpoint]]\npath = '/a'\n[[endpoint]]\npath = '/a'"),
              "s.toml:4: endpoint[1].path is '/a', as another endpoint's; give one of them another path");
}

TEST(ConfigChecks, TypesHaveOneChoiceEach) {
    EXPECT_EQ(error_of("[[endpoint]]\npath = '/a'\ntype = 'echo'"),
              "s.toml:3: endpoint[0].type is 'echo'; the only choice is \"stomp\"");
    EXPECT_EQ(error_of("broker.type = 'amqp'"),
              "s.toml:1: broker.type is 'amqp'; the choices are \"simple\", \"stomp-relay\", \"kafka\"");
}

TEST(ConfigChecks, SettingsOfAnotherBrokerTypeAreAMistake) {
    EXPECT_EQ(error_of("[broker.relay]\nport = 61614"),
              "s.toml:2: broker.relay.port is given, but broker.type is \"simple\"; make that "
              "\"stomp-relay\", or leave this out");
    EXPECT_EQ(error_of("", {{"STENTOR_BROKER_RELAY_PASSCODE", "broker.relay.passcode", "s3cret"}}),
              "STENTOR_BROKER_RELAY_PASSCODE: broker.relay.passcode is given, but broker.type is \"simple\"; "
              "make that \"stomp-relay\", or leave this out");
    EXPECT_EQ(error_of("broker.type = 'stomp-relay'\n[[broker.history]]\ndestination = '/topic/a'"),
              "s.toml:2: broker.history[0] is the built-in broker's, but broker.type is \"stomp-relay\"; "
              "leave it out");
    EXPECT_NE(error_of("broker.type = 'stomp-relay'\n[[broker.hold]]\ndestination = '/topic/a'"), "");
}

TEST(ConfigChecks, ARelayIsCheckedWithItsPlaces) {
    const std::string start = "[broker]\ntype = 'stomp-relay'\n";
    EXPECT_EQ(error_of(start), "");
    EXPECT_EQ(error_of(start + "relay.heart_beat = 0"), "");
    EXPECT_EQ(error_of(start + "[broker.relay]\nhost = ''"),
              "s.toml:4: broker.relay.host is ''; give a name or an address");
    EXPECT_EQ(error_of(start + "[broker.relay]\naddresses = ['a:1', 'b']"),
              "s.toml:4: broker.relay.addresses has 'b', which has no port; write it like "
              "\"broker.internal:61613\"");
    EXPECT_EQ(
        error_of(start + "destination_prefixes = ['/topic', '/a.b']\nqueue_prefixes = []"),
        "s.toml:3: broker.destination_prefixes has '/a.b', which is no plain name to a broker; write it "
        "like \"/topic\", or give it a mapping");
    EXPECT_EQ(
        error_of(start + "[[broker.relay.mapping]]\ndestination = '/topic/a/**'\nbroker = '/x/a'"),
        "s.toml:5: broker.relay.mapping[0].broker does not end in '**', as destination does; write both "
        "so, or neither");
    EXPECT_EQ(
        error_of(start + "[[broker.relay.mapping]]\ndestination = '/topics/a'"),
        "s.toml:4: broker.relay.mapping[0].destination is '/topics/a', which the broker does not serve; "
        "begin it with one of broker.destination_prefixes");
    EXPECT_EQ(error_of(start + "[[broker.relay.mapping]]\ndestination = '/topic/a'"),
              "s.toml:3: broker.relay.mapping[0].broker is no plain name; write it like "
              "\"/exchange/market/**\"");
    EXPECT_EQ(error_of(start + "[broker.relay]\nprot = 1"),
              "s.toml:4: unknown setting 'broker.relay.prot'; did you mean 'broker.relay.port'?");
    EXPECT_EQ(error_of(start + "[broker.relay]\ndestination_prefixes = ['/a']"),
              "s.toml:4: unknown setting 'broker.relay.destination_prefixes'; did you mean "
              "'broker.destination_prefixes'?");
}

TEST(ConfigChecks, KafkaIsCheckedAsRegistered) {
    if (!kafka::has_engine()) GTEST_SKIP() << "built without Kafka";
    const std::string start = "[broker]\ntype = 'kafka'\n";
    EXPECT_EQ(error_of(start), "");
    EXPECT_EQ(error_of(start + "[broker.kafka]\nredelivery_delay = 0"), "");
    EXPECT_EQ(error_of(start + "[broker.kafka]\ngroup = 'a b'"),
              "s.toml:2: broker.type is \"kafka\", but its group may have letters, digits, '.', '_' and '-'");
    EXPECT_EQ(
        error_of(start + "[[broker.kafka.properties]]\nname = 'acks'\nvalue = '0'"),
        "s.toml:2: broker.type is \"kafka\", but property 'acks' is not to be set: promises rest on it");
    EXPECT_EQ(error_of("[broker.kafka]\ngroup = 'a'"),
              "s.toml:2: broker.kafka.group is given, but broker.type is \"simple\"; make that \"kafka\", or "
              "leave this out");
    EXPECT_EQ(error_of("[broker.kafka]\nfetch_bytes = 0").substr(0, 44),
              "s.toml:2: broker.kafka.fetch_bytes is 0, whi");
}

TEST(ConfigChecks, WithoutKafkaItsTypeIsRefused) {
    if (kafka::has_engine()) GTEST_SKIP() << "built with Kafka";
    EXPECT_NE(error_of("broker.type = 'kafka'").find("was built without Kafka"), std::string::npos);
}

TEST(ConfigChecks, APasscodeIsNeverInAMessage) {
    const std::string start = "broker.type = 'stomp-relay'\n";
    const std::string wrong = error_of(start + "[broker.relay]\npasscode = \"s3cret\\n\"");
    EXPECT_EQ(wrong, "s.toml:3: broker.relay.passcode has a control character; give text without line ends");
    EXPECT_EQ(error_of(start, {{"STENTOR_BROKER_RELAY_PASSCODE", "broker.relay.passcode", "s3cret\r"}}),
              "STENTOR_BROKER_RELAY_PASSCODE: broker.relay.passcode has a control character; give text "
              "without line ends");
}

TEST(ConfigChecks, OriginsAreOrigins) {
    const std::string wrong = error_of("[[endpoint]]\npath = '/a'\nallowed_origins = ['example.com']");
    EXPECT_TRUE(wrong.starts_with("s.toml:3: endpoint[0].allowed_origins has an entry that is wrong: "))
        << wrong;
    EXPECT_NE(wrong.find("example.com"), std::string::npos) << wrong;
    const std::string pattern =
        error_of("[[endpoint]]\npath = '/a'\nallowed_origin_patterns = ['https://a.*']");
    EXPECT_TRUE(pattern.starts_with("s.toml:3: endpoint[0].allowed_origin_patterns has an entry")) << pattern;
    EXPECT_EQ(error_of("[[endpoint]]\npath = '/a'\nallowed_origins = ['https://a.example']\n"
                       "allowed_origin_patterns = ['https://*.example.com', 'http://localhost:*']"),
              "");
}

TEST(ConfigChecks, PrefixesAreDestinations) {
    EXPECT_EQ(error_of("broker.destination_prefixes = ['topic']"),
              "s.toml:1: broker.destination_prefixes has 'topic': the destination does not begin with '/'; "
              "write it "
              "like \"/topic\"");
    EXPECT_EQ(error_of("broker.destination_prefixes = []"),
              "s.toml:1: broker.destination_prefixes is empty; give at least one such as \"/topic\"");
    EXPECT_TRUE(
        error_of("broker.queue_prefixes = ['']").starts_with("s.toml:1: broker.queue_prefixes has '': "));
    EXPECT_TRUE(error_of("\napplication.destination_prefixes = ['/app/']")
                    .starts_with("s.toml:2: application.destination_prefixes has '/app/': "));
}

TEST(ConfigChecks, QueuesAreServedByTheBroker) {
    EXPECT_EQ(error_of("broker.queue_prefixes = ['/jobs']"),
              "s.toml:1: broker.queue_prefixes has '/jobs', which the broker does not serve; add it to "
              "broker.destination_prefixes");
    EXPECT_EQ(error_of("[broker]\ndestination_prefixes = ['/topic']\nqueue_prefixes = ['/topic/jobs']"), "");
    EXPECT_EQ(error_of("[broker]\ndestination_prefixes = ['/topic']\nqueue_prefixes = []"), "");
}

TEST(ConfigChecks, AHoldHasADestinationAndIsShort) {
    EXPECT_EQ(error_of("[[broker.hold]]\ndestination = '/topic/prices/**'\nhold = '2ms'"), "");
    EXPECT_EQ(error_of("[[broker.hold]]\nhold = '2ms'"),
              "s.toml:1: broker.hold[0].destination is missing; add one such as \"/topic/prices/**\"");
    EXPECT_EQ(
        error_of("[[broker.hold]]\ndestination = '/topic/prices.**'"),
        "s.toml:2: broker.hold[0].destination is '/topic/prices.**': the pattern has a wildcard that is not "
        "a whole segment; write it like \"/topic/prices/**\"");
    EXPECT_EQ(
        error_of("[[broker.hold]]\ndestination = '/topic/a'\n[[broker.hold]]\ndestination = '/topic/b'\n"
                 "hold = '2s'"),
        "s.toml:5: broker.hold[1].hold is 2s; give 1ms to 1s");
    EXPECT_EQ(error_of("[[broker.hold]]\ndestination = '/topic/a'\nmax_bytes = 0").substr(0, 40),
              "s.toml:3: broker.hold[0].max_bytes is 0,");
}

TEST(ConfigChecks, AHistoryHasADestinationAndKeepsSomething) {
    EXPECT_EQ(error_of("[[broker.history]]\ndestination = '/topic/prices/**'\nmax_age = '1h'"), "");
    EXPECT_EQ(error_of("[[broker.history]]\ndestination = '/topic/prices/**'\nmax_age = 0"), "");
    EXPECT_EQ(error_of("[[broker.history]]\nmessages = 5"),
              "s.toml:1: broker.history[0].destination is missing; add one such as \"/topic/prices/**\"");
    EXPECT_TRUE(error_of("[[broker.history]]\ndestination = '/topic/a*'")
                    .starts_with("s.toml:2: broker.history[0].destination is '/topic/a*': "));
    for (const char* name : {"messages", "bytes", "max_destinations", "max_total_bytes"})
        EXPECT_TRUE(error_of("[[broker.history]]\ndestination = '/topic/a'\n" + std::string(name) + " = 0")
                        .starts_with("s.toml:3: broker.history[0]." + std::string(name) + " is 0,"));
    EXPECT_EQ(
        error_of("[[broker.history]]\ndestination = '/topic/a'\nbytes = '2MiB'\n"
                 "max_total_bytes = '1MiB'"),
        "s.toml:3: broker.history[0].bytes is 2MiB, more than max_total_bytes, 1MiB; give one destination "
        "less than all of them");
    EXPECT_EQ(error_of("[[broker.history]]\ndestination = '/queue/a'"),
              "s.toml:2: broker.history[0].destination is '/queue/a', a queue; only topics have a history");
}

TEST(ConfigChecks, APolicyForSlowConsumersIsOneOfThree) {
    const std::string table = "[[broker.slow_consumer]]\ndestination = '/topic/prices/**'\n";
    EXPECT_EQ(error_of(table + "policy = 'drop_oldest'"), "");
    EXPECT_EQ(error_of(table + "policy = 'conflate'\nkey = 'symbol'"), "");
    EXPECT_EQ(error_of(table), "");
    EXPECT_EQ(error_of(table + "policy = 'drop'"),
              "s.toml:3: broker.slow_consumer[0].policy is 'drop'; the choices are \"close\", "
              "\"drop_oldest\" and \"conflate\"");
    EXPECT_EQ(error_of(table + "policy = 'conflate'"),
              "s.toml:1: broker.slow_consumer[0].key is missing; \"conflate\" needs the name of a header "
              "such as \"symbol\"");
    EXPECT_EQ(error_of(table + "key = 'symbol'"),
              "s.toml:3: broker.slow_consumer[0].key is 'symbol', which only \"conflate\" has a use for; "
              "leave it out");
    EXPECT_EQ(error_of("[[broker.slow_consumer]]\npolicy = 'close'"),
              "s.toml:1: broker.slow_consumer[0].destination is missing; add one such as "
              "\"/topic/prices/**\"");
    EXPECT_TRUE(error_of("[[broker.slow_consumer]]\ndestination = '/a*'")
                    .starts_with("s.toml:2: broker.slow_consumer[0].destination is '/a*': "));
    for (const std::string limit : {"max_messages", "max_bytes"})
        EXPECT_TRUE(error_of(table + limit + " = 0")
                        .starts_with("s.toml:3: broker.slow_consumer[0]." + limit + " is 0, "));
}

TEST(ConfigChecks, AMemoryBudgetIsNotTinyAndItsMarksRise) {
    EXPECT_EQ(error_of("memory.budget = '1GiB'"), "");
    EXPECT_EQ(error_of("memory.budget = 1000"),
              "s.toml:1: memory.budget is 1000 bytes; give at least 16MiB, 0 for half of what there is, or "
              "\"unlimited\"");
    EXPECT_EQ(error_of("memory.slow_publishers = 101"),
              "s.toml:1: memory.slow_publishers is 101; give 10 to 100 percent");
    EXPECT_EQ(error_of("memory.refuse_connections = 60"),
              "s.toml:1: memory.refuse_connections is 60; give slow_publishers to 100 percent");
    EXPECT_EQ(error_of("memory.close_consumers = 101"),
              "s.toml:1: memory.close_consumers is 101; give refuse_connections to 100 percent");
}

TEST(ConfigChecks, ServersThatTalkHaveAPlainGroupAndTimeToHearOfEachOther) {
    EXPECT_EQ(error_of("[nodes]\ngroup = 'Blue_2-a'\nbeat = '1s'\nsilence = '2s'"), "");
    EXPECT_EQ(error_of("[nodes]\ngroup = 'a.b'"),
              "s.toml:2: nodes.group is 'a.b'; give up to 64 letters, digits, \"-\" and \"_\"");
    for (const char* group : {"", "a/b", "*", "a b", "%2e"})
        EXPECT_NE(error_of("[nodes]\ngroup = '" + std::string(group) + "'"), "") << group;
    EXPECT_NE(error_of("[nodes]\ngroup = '" + std::string(65, 'a') + "'"), "");
    EXPECT_EQ(error_of("[nodes]\nsilence = '1999ms'"),
              "s.toml:2: nodes.silence is 1999ms; give at least twice the beat, 1s");
    EXPECT_EQ(
        error_of("[nodes]\nmax_letter = '64KiB'"),
        "s.toml:2: nodes.max_letter is 64KiB; give at least 4KiB, and twice the room for max_list_part and "
        "max_user_name together");
}

TEST(ConfigChecks, WhatServersTellEachOtherPassesTheirBroker) {
    const std::string nodes = "[nodes]\nmax_letter = '100KiB'\n", relay = "[broker]\ntype = 'stomp-relay'\n";
    EXPECT_EQ(error_of(nodes + relay + "relay.max_body = '100KiB'"), "");
    EXPECT_EQ(
        error_of(nodes + relay + "relay.max_body = 102399"),
        "s.toml:2: nodes.max_letter is 100KiB, but the broker's max_body is 102399; give at most that, or "
        "raise it");
    EXPECT_EQ(error_of(nodes + relay + "relay.max_pending_bytes = '101KiB'"), "");
    EXPECT_EQ(
        error_of(nodes + relay + "relay.max_pending_bytes = '100KiB'"),
        "s.toml:2: nodes.max_letter is 100KiB, but the broker's max_pending_bytes is 100KiB; give at least "
        "1KiB less than that, or raise it");
    EXPECT_EQ(
        error_of(relay + "relay.max_body = '64KiB'"),
        "nodes.max_letter is 192KiB, but the broker's max_body is 64KiB; give at most that, or raise it");
    EXPECT_EQ(error_of("nodes.enabled = false\n" + relay + "relay.max_body = '64KiB'"), "");
    EXPECT_NE(error_of("[broker]\ntype = 'kafka'\nkafka.max_body = '64KiB'"), "");
}

TEST(ConfigChecks, ResourcesAreFolders) {
    EXPECT_EQ(error_of("[[resources]]\npath = '/'"),
              "s.toml:1: resources[0].folder is missing; add the folder to serve");
    EXPECT_EQ(error_of("[[resources]]\nfolder = '/'"),
              "s.toml:1: resources[0].path is missing; add one such as \"/static\"");
    EXPECT_EQ(error_of("[[resources]]\npath = '/'\nfolder = '/dev/null'"),
              "s.toml:3: resources[0].folder is '/dev/null', which is no folder; name one that exists");
    EXPECT_EQ(error_of("[[resources]]\npath = '/'\nfolder = '/dev'"), "");
}

TEST(ConfigChecks, CompressionKnowsWindowsOf9To15BitsAndLevels1To9) {
    EXPECT_EQ(error_of("[websocket.deflate]\nenabled = true\nmax_window_bits = 8"),
              "s.toml:3: websocket.deflate.max_window_bits is 8; give 9 to 15");
    EXPECT_EQ(error_of("websocket.deflate.max_window_bits = 16"),
              "s.toml:1: websocket.deflate.max_window_bits is 16; give 9 to 15");
    EXPECT_EQ(error_of("websocket.deflate.level = 10"),
              "s.toml:1: websocket.deflate.level is 10; give 1 (fastest) to 9 (smallest)");
    EXPECT_EQ(error_of("[websocket.deflate]\nmax_window_bits = 9\nlevel = 1"), "");
    EXPECT_EQ(error_of("[websocket.deflate]\nmax_window_bits = 15\nlevel = 9"), "");
}

TEST(ConfigChecks, NameTheOverrideThatIsToBlame) {
    EXPECT_EQ(error_of("", {{"STENTOR_ADDRESS", "address", ""}}),
              R"(STENTOR_ADDRESS: address is empty; give "127.0.0.1", or "0.0.0.0" for every interface)");
    EXPECT_EQ(error_of("port = 9", {{"--stomp-port", "stomp_port", "9"}}),
              "--stomp-port: stomp_port is 9, as port; give another one");
}

TEST(ConfigChecks, DelaysOfFailedLoginsFitTogether) {
    const std::string start = "[security.logins]\n";
    EXPECT_EQ(error_of(start + "free_failures = 1\nfirst_delay = '2s'\nlongest_delay = '10s'"), "");
    EXPECT_EQ(error_of(start + "first_delay = '2m'"),
              "s.toml:2: security.logins.first_delay is 2m; give up to longest_delay, 1m");
    EXPECT_EQ(error_of(start + "longest_login_delay = '2m'"),
              "s.toml:2: security.logins.longest_login_delay is 2m; give up to longest_delay, 1m");
    LoginsConfig logins;
    logins.max_checks = 0;
    EXPECT_EQ(fault_of(logins), "max_checks is 0, which would not mean unlimited; give a larger number");
}

}  // namespace
}  // namespace stentor::app
