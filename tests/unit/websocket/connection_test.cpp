#include "websocket/connection.hpp"

#include "unit/websocket/client_frames.hpp"

#include <gtest/gtest.h>

namespace stentor::websocket {
namespace {

using namespace std::literals;
using namespace test;

std::string close_frame(std::uint16_t code, std::string_view reason = "") {
    std::string out;
    append_close_frame(out, code, reason);
    return out;
}

void expect_failure(std::string_view bytes, std::uint16_t code, Limits limits = {}) {
    const Heard heard = hear(bytes, limits);
    ASSERT_FALSE(heard.events.empty());
    const std::string& last = heard.events.back();
    const std::string start = "closed:" + std::to_string(code) + " by us:";
    EXPECT_TRUE(last.starts_with(start)) << last;
    EXPECT_TRUE(heard.sent.ends_with(close_frame(code, last.substr(std::min(start.size(), last.size())))));
}

TEST(WebSocketRfc6455_5_6, DataFramesAreMessages) {
    const Heard heard = hear(client_frame(1, "Hello") + client_frame(2, "\xFF\x00"sv) + client_frame(1, ""));
    EXPECT_EQ(heard.events, (Events{"text:Hello", "binary:\xFF\x00"s, "text:"}));
    EXPECT_EQ(heard.sent, "");
}

TEST(WebSocketRfc6455_5_2, LongFramesAreMessages) {
    for (std::size_t size : {125u, 126u, 127u, 128u, 65535u, 65536u}) {
        const std::string payload(size, '*');
        EXPECT_EQ(hear(client_frame(2, payload)).events, (Events{"binary:" + payload})) << size;
    }
}

TEST(WebSocketConnection, AWholeFrameIsAViewIntoTheReceivedBytes) {
    Connection connection;
    std::string bytes = client_frame(1, std::string(1000, 'x'));
    connection.receive(bytes);
    const std::optional<Event> event = connection.next_event();
    ASSERT_TRUE(event);
    const std::string_view payload = std::get<Text>(*event).payload;
    EXPECT_EQ(payload, std::string(1000, 'x'));
    EXPECT_EQ(static_cast<const void*>(payload.data()),
              static_cast<const void*>(bytes.data() + bytes.size() - 1000));
}

TEST(WebSocketRfc6455_5_4, FragmentsAreJoined) {
    const Heard heard = hear(fragment(1, "one ") + fragment(0, "") + fragment(0, "two ") +
                             client_frame(0, "three") + client_frame(2, "x"));
    EXPECT_EQ(heard.events, (Events{"text:one two three", "binary:x"}));
    EXPECT_EQ(hear(fragment(2, "") + client_frame(0, "")).events, (Events{"binary:"}));
}

TEST(WebSocketRfc6455_5_5_2, APingBetweenFragmentsIsAnsweredAtOnce_Autobahn5_6) {
    const Heard heard =
        hear(fragment(1, "one ") + client_frame(9, "ping payload that is long") + client_frame(0, "two"));
    EXPECT_EQ(heard.events, (Events{"ping:ping payload that is long", "text:one two"}));
    EXPECT_EQ(heard.sent, "\x8A\x19"s + "ping payload that is long");
}

TEST(WebSocketRfc6455_5_5_3, OnlyTheLatestPingIsAnsweredWhenSeveralArePending) {
    Connection connection;
    std::string bytes;
    for (int i = 0; i < 1000; ++i)
        bytes += client_frame(9, std::string(125, static_cast<char>('a' + i % 26)));
    bytes += client_frame(9, "last");
    connection.receive(bytes);
    int pings = 0;
    while (connection.next_event()) ++pings;
    EXPECT_EQ(pings, 1001);
    EXPECT_EQ(connection.bytes_to_send(), "\x8A\x04last");
    EXPECT_EQ(connection.bytes_to_send(), "");
}

TEST(WebSocketRfc6455_5_5_3, UnsolicitedPongsAreEventsWithoutAnswer) {
    const Heard heard = hear(client_frame(10, "") + client_frame(10, "surprise"));
    EXPECT_EQ(heard.events, (Events{"pong:", "pong:surprise"}));
    EXPECT_EQ(heard.sent, "");
}

TEST(WebSocketRfc6455_5_1, AnUnmaskedFrameIsAProtocolError) {
    const Heard heard = hear("\x81\x02hi"sv);
    EXPECT_EQ(heard.events, (Events{"closed:1002 by us:frame is not masked"}));
    EXPECT_EQ(heard.sent, close_frame(1002, "frame is not masked"));
}

TEST(WebSocketRfc6455_5_2, ReservedBitsAndOpcodesAreProtocolErrors) {
    for (unsigned reserved = 1; reserved < 8; ++reserved) {
        for (unsigned opcode : {0u, 1u, 2u, 8u, 9u, 10u}) {
            expect_failure(client_frame(1, "x") + client_frame(opcode, "y", {.reserved = reserved}), 1002);
        }
    }
    for (unsigned opcode : {3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 14u, 15u})
        expect_failure(client_frame(opcode, ""), 1002);
}

TEST(WebSocketRfc6455_5_2, LyingLengthsAreProtocolErrors) {
    expect_failure("\x82\xFF\x80\x00\x00\x00\x00\x00\x00\x01____"sv, 1002);
    expect_failure("\x82\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF____"sv, 1002);
    expect_failure("\x82\xFE\x00\x05____Hello"sv, 1002);
    expect_failure("\x82\xFF\x00\x00\x00\x00\x00\x00\x00\x05____Hello"sv, 1002);
}

TEST(WebSocketRfc6455_5_4, FragmentsOutOfOrderAreProtocolErrors_Autobahn5) {
    expect_failure(client_frame(0, "x"), 1002);
    expect_failure(fragment(0, "x"), 1002);
    expect_failure(fragment(1, "x") + client_frame(1, "y"), 1002);
    expect_failure(fragment(1, "x") + fragment(2, "y"), 1002);
    expect_failure(fragment(1, "x") + client_frame(0, "y") + client_frame(0, "z"), 1002);
}

TEST(WebSocketRfc6455_5_5, FragmentedOrLongControlFramesAreProtocolErrors) {
    for (unsigned opcode : {8u, 9u, 10u}) {
        expect_failure(fragment(opcode, "x"), 1002);
        expect_failure(client_frame(opcode, std::string(126, 'x')), 1002);
    }
    EXPECT_EQ(hear(client_frame(9, std::string(125, 'x'))).events, (Events{"ping:" + std::string(125, 'x')}));
}

TEST(WebSocketW6, AnAnnouncedLengthOverTheLimitIsRefusedFromTheHeader) {
    const Heard heard = hear("\x82\xFF\x00\x00\x01\x00\x00\x00\x00\x00____"sv);
    EXPECT_EQ(heard.events, (Events{"closed:1009 by us:message longer than max_message (65536 bytes)"}));
}

TEST(WebSocketW7, TheSumOfFragmentsIsLimited) {
    const Limits limits{.max_message = 10};
    EXPECT_EQ(hear(client_frame(2, "0123456789"), limits).events, (Events{"binary:0123456789"}));
    expect_failure(client_frame(2, "0123456789a"), 1009, limits);
    EXPECT_EQ(hear(fragment(1, "01234") + client_frame(0, "56789"), limits).events,
              (Events{"text:0123456789"}));
    expect_failure(fragment(1, "01234") + fragment(0, "567890"), 1009, limits);
    expect_failure(fragment(1, "01234") + "\x80\xFF\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF____"s, 1009, limits);
}

TEST(WebSocketW8, FragmentsAreCountedEmptyOnesToo) {
    const Limits limits{.max_fragments = 3};
    EXPECT_EQ(
        hear(fragment(1, "") + fragment(0, "") + client_frame(0, "x") + client_frame(1, "y"), limits).events,
        (Events{"text:x", "text:y"}));
    const Heard heard =
        hear(fragment(1, "") + fragment(0, "") + fragment(0, "") + client_frame(0, "x"), limits);
    EXPECT_EQ(heard.events, (Events{"closed:1009 by us:more fragments than max_fragments (3)"}));
}

TEST(WebSocketRfc6455_8_1, TextIsUtf8_Autobahn6) {
    const std::string text = "Hello-\xC2\xB5@\xC3\x9F\xC3\xB6\xC3\xA4-UTF-8 \xF0\x9F\x98\x80";
    EXPECT_EQ(hear(client_frame(1, text)).events, (Events{"text:" + text}));
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        EXPECT_EQ(hear(fragment(1, text.substr(0, cut)) + client_frame(0, text.substr(cut))).events,
                  (Events{"text:" + text}));
    }
    for (const char* bad : {"\x80", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "a\xFF"}) {
        expect_failure(client_frame(1, bad), 1007);
        expect_failure(fragment(1, bad) + client_frame(0, ""), 1007);
        EXPECT_EQ(hear(client_frame(2, bad)).events, (Events{"binary:"s + bad}));
    }
}

TEST(WebSocketRfc6455_8_1, IllFormedTextFailsBeforeTheFrameIsWhole_Autobahn6_4) {
    const std::string frame = client_frame(1, "\xCE\xBA\xE1\xBD\xB9\xF4\x90\x80\x80 much more");
    expect_failure(frame.substr(0, 6 + 7), 1007);
    EXPECT_EQ(hear(frame.substr(0, 6 + 6)).events, Events{});
    expect_failure(fragment(1, "\xCE\xBA\xF4") + fragment(0, "\x90"), 1007);
}

TEST(WebSocketRfc6455_8_1, AFailureInOneMessageKeepsNothingForTheNext) {
    EXPECT_EQ(hear(fragment(1, "\xE2\x82") + client_frame(0, "\xAC") + fragment(2, "\xE2\x82") +
                   client_frame(0, "") + client_frame(1, "ok"))
                  .events,
              (Events{"text:\xE2\x82\xAC", "binary:\xE2\x82", "text:ok"}));
}

TEST(WebSocketRfc6455_5_5_1, APeersCloseIsEchoed_Autobahn7) {
    const Heard with_code = hear(client_frame(8, close_payload(1001, "going")));
    EXPECT_EQ(with_code.events, (Events{"closed:1001 by peer:going"}));
    EXPECT_EQ(with_code.sent, close_frame(1001));
    const Heard empty = hear(client_frame(8, ""));
    EXPECT_EQ(empty.events, (Events{"closed:1005 by peer:"}));
    EXPECT_EQ(empty.sent, close_frame(1000));
    const Heard longest = hear(client_frame(8, close_payload(1000, std::string(123, 'x'))));
    EXPECT_EQ(longest.events, (Events{"closed:1000 by peer:" + std::string(123, 'x')}));
}

TEST(WebSocketRfc6455_7_4, CloseCodesAreChecked_Autobahn7_7_7_9) {
    for (unsigned code : {1000u, 1001u, 1002u, 1003u, 1007u, 1008u, 1009u, 1010u, 1011u, 1012u, 1013u, 1014u,
                          3000u, 3999u, 4000u, 4999u}) {
        EXPECT_EQ(hear(client_frame(8, close_payload(code))).sent,
                  close_frame(static_cast<std::uint16_t>(code)));
    }
    for (unsigned code : {0u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 1100u, 2000u, 2999u, 5000u, 65535u}) {
        expect_failure(client_frame(8, close_payload(code)), 1002);
    }
}

TEST(WebSocketRfc6455_5_5_1, ASpoiltCloseFrameIsRefused) {
    expect_failure(client_frame(8, "\x03"), 1002);
    expect_failure(client_frame(8, close_payload(1000, "\xCE\xBA\xED\xA0\x80")), 1007);
}

TEST(WebSocketW16, NothingFollowsAClose) {
    const std::string more =
        client_frame(8, close_payload(1000)) + client_frame(1, "late") + client_frame(9, "") + "garbage";
    const Heard heard = hear(client_frame(1, "x") + client_frame(8, close_payload(1000)) + more);
    EXPECT_EQ(heard.events, (Events{"text:x", "closed:1000 by peer:"}));
    EXPECT_EQ(heard.sent, close_frame(1000));
    const Heard broken = hear("\x81\x02hi"s + more);
    EXPECT_EQ(broken.events.size(), 1u);
    EXPECT_EQ(broken.sent, close_frame(1002, "frame is not masked"));
}

TEST(WebSocketRfc6455_7_1_2, AfterOurCloseDataIsDroppedUntilThePeersClose) {
    const std::string bytes = client_frame(1, "late \xFF") + fragment(2, std::string(200, 'x')) +
                              client_frame(9, "p") + client_frame(0, "end") +
                              client_frame(8, close_payload(1000, "ok"));
    stentor::test::for_each_cut(bytes, [&](const stentor::test::Pieces& pieces) {
        Connection connection({.max_message = 100});
        EXPECT_FALSE(connection.closing());
        connection.close(3000, "Go away!");
        connection.close(1000, "again");
        EXPECT_TRUE(connection.closing());
        std::string sent;
        EXPECT_EQ(receive_pieces(connection, pieces, sent), (Events{"ping:p", "closed:1000 by peer:ok"}));
        EXPECT_EQ(sent + connection.bytes_to_send(), close_frame(3000, "Go away!"));
    });
}

TEST(WebSocketRfc6455_7_1_2, CloseInTheMiddleOfAMessageDropsIt) {
    Connection connection;
    std::string sent;
    EXPECT_EQ(receive_pieces(connection, {fragment(1, "one")}, sent), Events{});
    connection.close(1001, "");
    EXPECT_EQ(receive_pieces(connection, {client_frame(0, "two"), client_frame(8, "")}, sent),
              (Events{"closed:1005 by peer:"}));
    EXPECT_EQ(sent, close_frame(1001));
}

TEST(WebSocketRfc6455_7_1_2, CloseKeepsThePayloadThatIsBeingRead) {
    Connection connection;
    std::string first = fragment(1, std::string(100, 'a'));
    std::string second = client_frame(0, "b");
    connection.receive(first);
    EXPECT_FALSE(connection.next_event());
    connection.receive(second);
    const std::optional<Event> event = connection.next_event();
    ASSERT_TRUE(event);
    connection.close(1000, "");
    EXPECT_EQ(std::get<Text>(*event).payload, std::string(100, 'a') + 'b');
    EXPECT_FALSE(connection.next_event());
}

TEST(WebSocketRfc6455_7_1_7, ABrokenFrameAfterOurCloseEndsWithoutASecondCloseFrame) {
    Connection connection;
    connection.close(1000, "");
    std::string sent;
    EXPECT_EQ(receive_pieces(connection, {"\x81\x02hi"}, sent),
              (Events{"closed:1002 by us:frame is not masked"}));
    EXPECT_EQ(sent, close_frame(1000));
}

TEST(WebSocketConnection, APendingPongGoesBeforeTheCloseFrame) {
    Connection connection;
    std::string bytes = client_frame(9, "p") + client_frame(8, "");
    connection.receive(bytes);
    while (connection.next_event()) {}
    EXPECT_EQ(connection.bytes_to_send(), "\x8A\x01p" + close_frame(1000));
}

TEST(WebSocketW9, AFrameInSingleBytesIsTheSameMessage) {
    const std::string payload(65536, 'x');
    Connection connection;
    stentor::test::Pieces pieces;
    for (char c : client_frame(1, payload)) pieces.emplace_back(1, c);
    std::string sent;
    EXPECT_EQ(receive_pieces(connection, pieces, sent), (Events{"text:" + payload}));
}

TEST(WebSocketW22, WhatIsKeptIsReadLaterFromBytesOfItsOwn) {
    const std::string all = client_frame(1, "one") + fragment(1, "t") + client_frame(9, "p") +
                            client_frame(0, "wo") + client_frame(2, std::string(200, 'x')) +
                            client_frame(1, "four").substr(0, 7);
    const Events expected{"text:one", "ping:p", "text:two", "binary:" + std::string(200, 'x')};
    for (std::size_t read_at_once = 1; read_at_once <= expected.size(); ++read_at_once) {
        Connection connection;
        Events events;
        {
            std::string bytes = all;
            connection.receive(bytes);
            for (std::size_t i = 0; i < read_at_once; ++i)
                events.push_back(describe(*connection.next_event()));
            connection.keep_unread();
            bytes.assign(bytes.size(), '\0');  // their owner has them back
        }
        EXPECT_TRUE(connection.has_unread());
        while (const auto event = connection.next_event()) {
            events.push_back(describe(*event));
            connection.keep_unread();
        }
        EXPECT_EQ(events, expected) << read_at_once;
        EXPECT_FALSE(connection.has_unread());
        std::string rest = client_frame(1, "four").substr(7);
        connection.receive(rest);
        EXPECT_EQ(describe(connection.next_event().value()), "text:four");
    }
}

TEST(WebSocketW22, NothingIsKeptOfWhatWasRead) {
    Connection connection;
    std::string bytes = client_frame(1, "all");
    connection.receive(bytes);
    EXPECT_TRUE(connection.has_unread());
    EXPECT_TRUE(connection.next_event());
    EXPECT_FALSE(connection.has_unread());
    connection.keep_unread();
    EXPECT_FALSE(connection.next_event());
}

TEST(WebSocketW13, OwesNoMoreThanOnePong) {
    Connection connection;
    EXPECT_FALSE(connection.owes_pong());
    std::string bytes;
    for (int i = 0; i < 100; ++i) bytes += client_frame(9, std::to_string(i));
    connection.receive(bytes);
    while (connection.next_event()) {}
    EXPECT_TRUE(connection.owes_pong());
    EXPECT_EQ(connection.bytes_to_send(),
              "\x8A\x02"
              "99");
    EXPECT_FALSE(connection.owes_pong());
}

}  // namespace
}  // namespace stentor::websocket
