#include "app/config_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace stentor::app {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

TEST(ConfigNumber, IsDecimalDigitsAlone) {
    EXPECT_EQ(parse_number("0").value(), 0U);
    EXPECT_EQ(parse_number("8080").value(), 8080U);
    EXPECT_EQ(parse_number("18446744073709551615").value(), std::numeric_limits<std::uint64_t>::max());
    for (const char* wrong :
         {"", " 1", "1 ", "+1", "-1", "0x10", "1.5", "1e3", "1_000", "18446744073709551616"})
        EXPECT_TRUE(parse_number(wrong).has_error()) << wrong;
}

TEST(ConfigSize, IsANumberOfBytesOrOfUnits) {
    EXPECT_EQ(parse_size("65536").value(), 65536U);
    EXPECT_EQ(parse_size("64KiB").value(), 65536U);
    EXPECT_EQ(parse_size("1MiB").value(), 1048576U);
    EXPECT_EQ(parse_size("2GiB").value(), 2147483648U);
    for (const char* wrong :
         {"", "KiB", "64 KiB", "64kib", "64KB", "64K", "1.5MiB", "-1KiB", "KiB64", "64KiBs"})
        EXPECT_TRUE(parse_size(wrong).has_error()) << wrong;
}

TEST(ConfigSize, RefusesWhatOverflows) {
    EXPECT_EQ(parse_size("17179869183GiB").value(), 17179869183ULL << 30);
    EXPECT_TRUE(parse_size("17179869184GiB").has_error());
}

TEST(ConfigDuration, IsANumberOfMillisecondsOrOfUnits) {
    EXPECT_EQ(parse_duration("250").value(), 250ms);
    EXPECT_EQ(parse_duration("250ms").value(), 250ms);
    EXPECT_EQ(parse_duration("10s").value(), 10s);
    EXPECT_EQ(parse_duration("5m").value(), 5min);
    EXPECT_EQ(parse_duration("1h").value(), 1h);
    for (const char* wrong : {"", "s", "10 s", "10S", "1.5s", "-1s", "10sec", "1h30m", "1d"})
        EXPECT_TRUE(parse_duration(wrong).has_error()) << wrong;
}

TEST(ConfigDuration, RefusesWhatOverflows) {
    EXPECT_EQ(parse_duration("9223372036854775807").value(), milliseconds::max());
    EXPECT_TRUE(parse_duration("9223372036854775808").has_error());
    EXPECT_TRUE(parse_duration("18446744073709551615h").has_error());
}

TEST(ConfigText, IsTheShortestThatParsesToTheValue) {
    EXPECT_EQ(size_text(65536), "64KiB");
    EXPECT_EQ(size_text(65537), "65537");
    EXPECT_EQ(size_text(0), "0");
    EXPECT_EQ(duration_text(10s), "10s");
    EXPECT_EQ(duration_text(90s), "90s");
    EXPECT_EQ(duration_text(120min), "2h");
    EXPECT_EQ(duration_text(1500ms), "1500ms");
    for (const auto duration :
         {milliseconds(0), milliseconds(1), milliseconds(60'000), milliseconds(3'600'001)})
        EXPECT_EQ(parse_duration(duration_text(duration)).value(), duration);
}

TEST(ConfigQuotes, KeepAMessageOnOneShortLine) {
    EXPECT_EQ(in_quotes("port"), "'port'");
    EXPECT_EQ(in_quotes("a\nb\x7f"), "'a b '");
    EXPECT_EQ(in_quotes("\xff"), "'\xef\xbf\xbd'");
    EXPECT_EQ(in_quotes(std::string(1000, 'a')), "'" + std::string(64, 'a') + "...'");
}

TEST(ConfigHint, IsTheNearestKnownName) {
    const std::vector<std::string_view> known{"address", "port", "stomp_port", "shards"};
    EXPECT_EQ(nearest("prot", known), "port");
    EXPECT_EQ(nearest("Port", known), "port");
    EXPECT_EQ(nearest("stomp-port", known), "stomp_port");
    EXPECT_EQ(nearest("stompPort", known), "stomp_port");
    EXPECT_EQ(nearest("adress", known), "address");
}

TEST(ConfigHint, IsEmptyWhenNothingIsNear) {
    EXPECT_EQ(nearest("colour", {"address", "port"}), "");
    EXPECT_EQ(nearest("x", {"y"}), "");
    EXPECT_EQ(nearest("", {"port"}), "");
    EXPECT_EQ(nearest("port", {}), "");
    EXPECT_EQ(nearest(std::string(65, 'a'), {"aaa"}), "");
}

}  // namespace
}  // namespace stentor::app
