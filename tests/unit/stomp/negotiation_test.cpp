#include "stomp/negotiation.hpp"

#include <gtest/gtest.h>

#include <string>

namespace stentor::stomp {
namespace {

using namespace std::chrono_literals;

TEST(Stomp12ProtocolNegotiation, TheHighestCommonVersionIsTaken) {
    EXPECT_EQ(negotiate_version("1.0,1.1,2.0").value(), Version::v1_1);
    EXPECT_EQ(negotiate_version("1.2,1.1,1.0").value(), Version::v1_2);
    EXPECT_EQ(negotiate_version("1.0").value(), Version::v1_0);
    EXPECT_EQ(negotiate_version("9.9,1.1").value(), Version::v1_1);
}

TEST(Stomp12ProtocolNegotiation, NoHeaderMeans10) {
    EXPECT_EQ(negotiate_version(std::nullopt).value(), Version::v1_0);
}

TEST(Stomp12ProtocolNegotiation, BlanksAroundItemsAreTolerated) {
    EXPECT_EQ(negotiate_version(" 1.0 ,\t1.1 , 1.2 ").value(), Version::v1_2);
}

TEST(Stomp12ProtocolNegotiation, NoneInCommonIsAnErrorThatListsOurs) {
    const Error expected{Errc::unsupported, "Supported protocol versions are 1.0, 1.1, 1.2"};
    for (const char* header : {"", "9.9", ",", "1.3,2.0", "1.", "1.20", "v1.2", "1.2;1.1", "1 .2"})
        EXPECT_EQ(negotiate_version(header).error(), expected) << header;
}

TEST(Stomp12ProtocolNegotiation, ALongListIsRead) {
    std::string list = "1.0";
    for (int i = 0; i < 10'000; ++i) list += ",1.1";
    EXPECT_EQ(negotiate_version(list).value(), Version::v1_1);
}

TEST(Stomp12HeartBeating, NoHeaderMeansNone) {
    EXPECT_EQ(parse_heart_beat(std::nullopt).value(), (HeartBeat{0ms, 0ms}));
}

TEST(Stomp12HeartBeating, TheHeaderIsTwoNumbers) {
    EXPECT_EQ(parse_heart_beat("0,0").value(), (HeartBeat{0ms, 0ms}));
    EXPECT_EQ(parse_heart_beat("10000,20000").value(), (HeartBeat{10s, 20s}));
    EXPECT_EQ(parse_heart_beat("1,0").value(), (HeartBeat{1ms, 0ms}));
    EXPECT_EQ(parse_heart_beat("0,2147483647").value(), (HeartBeat{0ms, 2147483647ms}));
}

TEST(Stomp12HeartBeating, ABlankAroundTheCommaIsTolerated) {
    EXPECT_EQ(parse_heart_beat("10 , 20").value(), (HeartBeat{10ms, 20ms}));
    EXPECT_EQ(parse_heart_beat("10,\t20").value(), (HeartBeat{10ms, 20ms}));
}

TEST(Stomp12HeartBeating, AnythingElseIsRefused) {
    for (const char* header : {"",
                               ",",
                               "5",
                               "5,",
                               ",5",
                               "-1,5",
                               "5,-1",
                               "+1,1",
                               "a,b",
                               "1,2,3",
                               "1;2",
                               "1.5,2",
                               "1e3,1",
                               " 1,2",
                               "1,2 ",
                               " , ",
                               "1 1,2",
                               "99999999999,1",
                               "1,2147483648",
                               "18446744073709551616,0"})
        EXPECT_EQ(parse_heart_beat(header).error(),
                  (Error{Errc::malformed, "heart-beat is not two numbers of milliseconds"}))
            << header;
}

TEST(Stomp12HeartBeating, TheLongerIntervalOfBothIsAgreed) {
    const HeartBeat server{.can_send = 10s, .wants = 20s};
    EXPECT_EQ(agree(server, {.can_send = 5s, .wants = 15s}), (Agreement{.send = 15s, .expect = 20s}));
    EXPECT_EQ(agree(server, {.can_send = 30s, .wants = 5s}), (Agreement{.send = 10s, .expect = 30s}));
}

TEST(Stomp12HeartBeating, ZeroOnEitherSideMeansNone) {
    EXPECT_EQ(agree({.can_send = 10s, .wants = 10s}, {0ms, 0ms}), (Agreement{0ms, 0ms}));
    EXPECT_EQ(agree({0ms, 0ms}, {.can_send = 10s, .wants = 10s}), (Agreement{0ms, 0ms}));
    EXPECT_EQ(agree({.can_send = 10s, .wants = 0ms}, {.can_send = 0ms, .wants = 10s}), (Agreement{10s, 0ms}));
    EXPECT_EQ(agree({.can_send = 0ms, .wants = 10s}, {.can_send = 10s, .wants = 0ms}), (Agreement{0ms, 10s}));
}

TEST(StompLimits, HeartBeatsAreBetweenOneSecondAndTenMinutes) {
    EXPECT_EQ(agree({1ms, 1ms}, {1ms, 999ms}), (Agreement{1s, 1s}));
    EXPECT_EQ(agree({1s, 1s}, {1001ms, 1ms}), (Agreement{1s, 1001ms}));
    EXPECT_EQ(agree({1ms, 1ms}, {600s, 601s}), (Agreement{600s, 600s}));
    EXPECT_EQ(agree({1ms, 1ms}, {2147483647ms, 2147483647ms}), (Agreement{600s, 600s}));
}

}  // namespace
}  // namespace stentor::stomp
