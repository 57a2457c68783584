#include "app/config_toml.hpp"

#include "unit/app/config_error.hpp"

#include <gtest/gtest.h>

namespace stentor::app {
namespace {

using namespace std::chrono_literals;

ServerConfig read(const std::string& toml, Sources& sources) {
    ServerConfig config;
    read_toml(toml, "s.toml", settings_of(config), sources);
    return config;
}

ServerConfig read(const std::string& toml) {
    Sources sources;
    return read(toml, sources);
}

TEST(ConfigToml, AnEmptyFileLeavesTheDefaults) {
    const ServerConfig config = read("# nothing\n");
    EXPECT_EQ(config.port, 8080);
    ASSERT_EQ(config.endpoint.size(), 1U);
    EXPECT_EQ(config.endpoint[0].path, "/stomp");
    EXPECT_TRUE(config.endpoint[0].sockjs);
}

TEST(ConfigToml, TakesEachKindOfValue) {
    const ServerConfig config = read(R"(
address = "::1"
stomp_port = 61613
shutdown_timeout = 250
[http]
max_head = 4096
max_body = "1MiB"
head_timeout = "3s"
[application]
destination_prefixes = ["/app", "/do"]
)");
    EXPECT_EQ(config.address, "::1");
    EXPECT_EQ(config.stomp_port, 61613);
    EXPECT_EQ(config.shutdown_timeout, 250ms);
    EXPECT_EQ(config.http.max_head, 4096U);
    EXPECT_EQ(config.http.max_body, 1048576U);
    EXPECT_EQ(config.http.head_timeout, 3s);
    EXPECT_EQ(config.application.destination_prefixes, (std::vector<std::string>{"/app", "/do"}));
}

TEST(ConfigToml, TakesEveryWayToWriteATable) {
    for (const char* toml : {"[stomp]\nmax_body = 9", "stomp.max_body = 9", "stomp = {max_body = 9}",
                             "[ \"stomp\" ]\n'max_body' = 0x9"})
        EXPECT_EQ(read(toml).stomp.max_body, 9U) << toml;
}

TEST(ConfigToml, EndpointsTakeThePlaceOfTheDefaultOne) {
    const ServerConfig config = read(R"(
[[endpoint]]
path = "/a"
sockjs = true
[[endpoint]]
path = "/b"
allowed_origins = ["*"]
)");
    ASSERT_EQ(config.endpoint.size(), 2U);
    EXPECT_EQ(config.endpoint[0].path, "/a");
    EXPECT_TRUE(config.endpoint[0].sockjs);
    EXPECT_EQ(config.endpoint[1].path, "/b");
    EXPECT_FALSE(config.endpoint[1].sockjs);
    EXPECT_EQ(config.endpoint[1].allowed_origins, std::vector<std::string>{"*"});
}

TEST(ConfigToml, NotesWhereEachSettingWasGiven) {
    Sources sources;
    (void)read("port = 1\n\n[stomp]\nmax_body = 2\n[[endpoint]]\npath = '/a'\n", sources);
    EXPECT_EQ(sources, (Sources{{"port", "s.toml:1"},
                                {"stomp.max_body", "s.toml:4"},
                                {"endpoint[0]", "s.toml:5"},
                                {"endpoint[0].path", "s.toml:6"}}));
}

TEST(ConfigToml, RefusesWhatIsNotToml) {
    EXPECT_TRUE(error_of("port = 1\nport = \n").starts_with("s.toml:2: this is not TOML ("))
        << error_of("port = \n");
    EXPECT_TRUE(error_of("port = 1\nport = 2\n").starts_with("s.toml:2: this is not TOML ("));
    EXPECT_TRUE(error_of("address = \"\xff\"\n").starts_with("s.toml:1: this is not TOML ("));
    EXPECT_TRUE(error_of("a = " + std::string(10'000, '[')).starts_with("s.toml:1: this is not TOML ("));
}

TEST(ConfigToml, SaysWhatIsNotTomlInOneLine) {
    const std::string said = error_of("port=t\n");
    EXPECT_TRUE(said.starts_with("s.toml:1: this is not TOML (")) << said;
    EXPECT_EQ(said.find('\n'), std::string::npos) << said;
}

TEST(ConfigToml, RefusesWhatItsParserOnlyAsserts) {
    const std::string end =
        ": this is not TOML (a character cannot stand here); correct it, see https://toml.io";
    EXPECT_EQ(error_of("[[[a]]]"), "s.toml:1" + end);
    EXPECT_EQ(error_of("port = 1\n\n[[[a]]]\nport = 2"), "s.toml:3" + end);
    EXPECT_EQ(error_of("a = \"\"\"\n[[[\n\"\"\"\n[[=\n\n"), "s.toml:4" + end);
}

TEST(ConfigToml, TakesOtherCharactersThanAsciiInStrings) {
    EXPECT_EQ(read("address = \"\"\"\\\n  \xc3\xa9\"\"\"").address, "\xc3\xa9");
    EXPECT_EQ(read("address = '\xc3\xa9' # \xc3\xa9").address, "\xc3\xa9");
    EXPECT_TRUE(error_of("port = 1\np\xd0\xbert = 2").starts_with("s.toml:2: this is not TOML ("));
}

TEST(ConfigToml, RefusesUnknownSettingsWithAHint) {
    EXPECT_EQ(error_of("prot = 1"), "s.toml:1: unknown setting 'prot'; did you mean 'port'?");
    EXPECT_EQ(error_of("[stomp]\nmax-body = 1"),
              "s.toml:2: unknown setting 'stomp.max-body'; did you mean 'stomp.max_body'?");
    EXPECT_EQ(error_of("[stmop]\nmax_body = 1"), "s.toml:1: unknown setting 'stmop'; did you mean 'stomp'?");
    EXPECT_EQ(error_of("[[endpoint]]\npath = '/a'\norigins = []"),
              "s.toml:3: unknown setting 'origins'; known here: path, type, allowed_origins, "
              "allowed_origin_patterns, authentication, sockjs");
}

TEST(ConfigToml, HintsAtTheTableASettingBelongsTo) {
    EXPECT_EQ(error_of("heart_beat_send = '1s'"),
              "s.toml:1: unknown setting 'heart_beat_send'; did you mean 'stomp.heart_beat_send'?");
    EXPECT_EQ(error_of("[http]\nport = 1"), "s.toml:2: unknown setting 'http.port'; did you mean 'port'?");
}

TEST(ConfigToml, AQuotedKeyWithADotIsNoPath) {
    EXPECT_TRUE(error_of("'stomp.max_body' = 1").starts_with("s.toml:1: unknown setting 'stomp.max_body';"));
}

TEST(ConfigToml, TheFirstMistakeIsToldFirst) {
    EXPECT_TRUE(error_of("zzz = 1\naaa = 2").starts_with("s.toml:1: unknown setting 'zzz'"));
}

TEST(ConfigToml, RefusesValuesOfAnotherKind) {
    EXPECT_EQ(error_of("address = 1"), "s.toml:1: address is a whole number; give a string in quotes");
    EXPECT_EQ(error_of("port = '80'"), "s.toml:1: port is a string; give a whole number without quotes");
    EXPECT_EQ(error_of("port = 80.0"),
              "s.toml:1: port is a number with a point; give a whole number without quotes");
    EXPECT_EQ(error_of("stomp.max_body = true"),
              "s.toml:1: stomp.max_body is true or false; give a whole number, or a size such as \"64KiB\"");
    EXPECT_EQ(
        error_of("shutdown_timeout = 1.5"),
        "s.toml:1: shutdown_timeout is a number with a point; give a duration such as \"10s\", or whole "
        "milliseconds");
    EXPECT_EQ(error_of("[[endpoint]]\npath = '/a'\nsockjs = 1"),
              "s.toml:3: endpoint[0].sockjs is a whole number; give true or false");
    EXPECT_EQ(error_of("broker.queue_prefixes = '/queue'"),
              "s.toml:1: broker.queue_prefixes is a string; give a list of strings such as [\"/topic\", "
              "\"/queue\"]");
    EXPECT_EQ(
        error_of("broker.queue_prefixes = ['/queue', 1]"),
        "s.toml:1: broker.queue_prefixes has an entry that is a whole number; give a list of strings such as "
        "[\"/topic\", \"/queue\"]");
    EXPECT_EQ(error_of("address = 2024-01-01"), "s.toml:1: address is a date; give a string in quotes");
    EXPECT_EQ(error_of("address = 10:00:00"), "s.toml:1: address is a time; give a string in quotes");
    EXPECT_EQ(error_of("address = 2024-01-01T10:00:00Z"),
              "s.toml:1: address is a date and time; give a string in quotes");
    EXPECT_EQ(error_of("[port]"), "s.toml:1: port is a table; give a whole number without quotes");
}

TEST(ConfigToml, RefusesValuesOutOfRange) {
    EXPECT_EQ(error_of("port = 65536"), "s.toml:1: port is '65536'; give a whole number from 0 to 65535");
    EXPECT_EQ(error_of("port = -1"), "s.toml:1: port is -1; give no negative number");
    EXPECT_EQ(error_of("shutdown_timeout = -5"),
              "s.toml:1: shutdown_timeout is -5; give no negative duration");
    EXPECT_EQ(
        error_of("stomp.max_body = 9223372036854775807"),
        "s.toml:1: stomp.max_body is '9223372036854775807'; give a whole number from 1 to 1024GiB, or a size "
        "such as \"64KiB\"");
    EXPECT_EQ(error_of("shutdown_timeout = 9223372036854775807"),
              "s.toml:1: shutdown_timeout is '9223372036854775807ms'; give a duration up to 24h");
    EXPECT_EQ(
        error_of("http.head_timeout = 'soon'"),
        R"(s.toml:1: http.head_timeout is 'soon'; give a duration such as "250ms", "10s", "5m" or "1h")");
}

TEST(ConfigToml, RefusesTheOtherKindOfTable) {
    EXPECT_EQ(error_of("[endpoint]\npath = '/a'"),
              "s.toml:1: endpoint is a table; give a list of tables, each [[endpoint]]");
    EXPECT_EQ(
        error_of("endpoint = [{path = '/a'}, 3]"),
        "s.toml:1: endpoint has an entry that is a whole number; give a list of tables, each [[endpoint]]");
    EXPECT_EQ(error_of("\n[[http]]\nmax_head = 1"),
              "s.toml:2: http is one table; write [http] in single brackets");
    EXPECT_EQ(error_of("http = 3"), "s.toml:1: http is a whole number; give a table, [http]");
}

}  // namespace
}  // namespace stentor::app
