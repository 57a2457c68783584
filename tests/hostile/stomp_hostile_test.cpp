#include "hostile_stomp.hpp"

#include <utility>

namespace stentor::test {
namespace {

constexpr std::string_view half_a_frame = "SEND\ndestination:/topic/x\ncontent-length:100\n\nhi";

std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

TEST_F(HostileStomp, F01_BytesWithoutANewline) {
    EXPECT_THAT(refused_at_first(std::string(33, 'C')).body, HasSubstr("32 bytes"));
    EXPECT_THAT(refused(std::string(33, 'S')).body, HasSubstr("32 bytes"));
    EXPECT_THAT(refused("SEND\nreceipt:r\na:" + std::string(8192, 'x')).body, HasSubstr("8192 bytes"));
    EXPECT_EQ(refused_at_first("CONNECT\na:" + std::string(8192, 'x')).command, "ERROR");
}

TEST_F(HostileStomp, F02_HeadersWithoutEnd) {
    EXPECT_THAT(refused("SEND\nreceipt:r\n" + repeated("a:1\n", 100)).body, HasSubstr("100 headers"));
    const std::string line = "a:" + std::string(4000, 'x') + "\n";
    EXPECT_EQ(refused("SEND\nreceipt:r\n" + repeated(line, 9)).header("receipt-id"), "r");
    EXPECT_THAT(refused_at_first("CONNECT\n" + repeated(line, 5)).body, HasSubstr("16384 bytes"));
}

TEST_F(HostileStomp, F03_ContentLengthThatIsNoLength) {
    for (const std::string_view length : {"-1", "-2147483649", "9999999999999", "18446744073709551616", "1e3",
                                          " 5", "5 5", "", "+2", "0x2", "2,2", "\xEF\xBC\x92"}) {
        const StompFrame answer = refused(
            "SEND\ndestination:/topic/x\nreceipt:r\ncontent-length:" + std::string(length) + "\n\nhi^");
        EXPECT_EQ(answer.header("receipt-id"), "r") << length;
    }
    // Of two different ones the first counts, as of every repeated header: here it reaches beyond the NUL.
    refused("SEND\ndestination:/topic/x\ncontent-length:3\ncontent-length:2\n\nhi^\n");
}

TEST_F(HostileStomp, F04_ABodyThatDoesNotCome) {
    StompClient& before_connect = open(Transport::tcp);
    before_connect.say("CONNECT\naccept-version:1.2\nlogin:");
    StompClient& after = connected();
    after.say("SEND\ndestination:/topic/x\nreceipt:r\ncontent-length:100\n\nhi");
    StompClient& over_websocket = connected(Transport::websocket);
    over_websocket.say(half_a_frame);
    pass(9s);
    EXPECT_FALSE(before_connect.peek());
    pass(1s);
    failure(before_connect);
    pass(19s);
    EXPECT_FALSE(after.peek());
    pass(1s);
    EXPECT_THAT(failure(after).body, HasSubstr("in time"));
    failure(over_websocket);
}

TEST_F(HostileStomp, F05_AByteBehindTheBodyThatIsNoNul) {
    EXPECT_EQ(refused("SEND\ndestination:/topic/x\nreceipt:r\ncontent-length:1\n\nhi^").header("receipt-id"),
              "r");
}

TEST_F(HostileStomp, F06_ANulInABodyWithoutLength) {
    bystander->subscribe("own", "/topic/own");
    StompClient& bad = connected();
    bad.say("SEND\ndestination:/topic/own\n\nhi^there^");
    EXPECT_THAT(bystander->next_bodies(1), ElementsAre("hi"));
    failure(bad);
    bystander->say("UNSUBSCRIBE\nid:own\n\n^");
}

TEST_F(HostileStomp, F07_ManyFramesLeftOpen) {
    for (int i = 0; i < 300; ++i) connected().say(half_a_frame);
    EXPECT_EQ(stage.holdings().connections, 301U);
    works(connected());
    pass(30s);
    for (int i = 0; i < 300; ++i) failure(*clients[i]);
    EXPECT_EQ(stage.holdings().connections, 2U);
}

/// All that comes for a stream of frames sent in these pieces; ids that are new each time are left out.
std::string transcript(StompClient& client, const std::vector<std::string_view>& pieces) {
    for (const std::string_view piece : pieces) client.carrier().send(piece);
    std::string all;
    for (;;) {
        const StompFrame frame = client.next();
        all += frame.command + "\n";
        for (const auto& [name, value] : frame.headers)
            if (name != "session" && name != "message-id") all += name + ":" + value + "\n";
        all += "\n" + frame.body + "\n";
        if (frame.command == "ERROR" || frame.header("receipt-id") == "end") return all;
    }
}

TEST_F(HostileStomp, F08_CutsAnywhere) {
    constexpr auto stream =
        "CONNECT\naccept-version:1.2\nhost:x\n\n\0\n"
        "SUBSCRIBE\nid:1\ndestination:/topic/cut\n\n\0"
        "SEND\ndestination:/topic/cut\r\nna\\cme:v\\n\\\\\xC3\xA4\n\nb\xE2\x82\xAC\0"
        "DISCONNECT\nreceipt:end\n\n\0"sv;
    const std::string whole = transcript(open(Transport::tcp), {stream});
    EXPECT_THAT(whole, HasSubstr("na:me:v\n\\\xC3\xA4\n"));
    for (const Transport transport : {Transport::tcp, Transport::websocket}) {
        EXPECT_EQ(transcript(open(transport), {stream}), whole);
        std::vector<std::string_view> bytes;
        for (std::size_t i = 0; i < stream.size(); ++i) bytes.push_back(stream.substr(i, 1));
        // A WebSocket message must be text by itself, so no character is cut there; bytes within messages
        // are.
        if (transport == Transport::tcp) { EXPECT_EQ(transcript(open(transport), bytes), whole); }
        for (std::size_t cut = 1; cut < stream.size(); ++cut) {
            const bool in_character = (static_cast<unsigned char>(stream[cut]) & 0xC0) == 0x80;
            if (in_character && transport == Transport::websocket) continue;
            EXPECT_EQ(transcript(open(transport), {stream.substr(0, cut), stream.substr(cut)}), whole) << cut;
            clients.clear();
        }
    }
}

TEST_F(HostileStomp, F09_UndefinedEscapes) {
    EXPECT_EQ(refused("SEND\ndestination:/topic/x\nreceipt:r\na:\\t\n\n^").header("receipt-id"), "r");
    refused("SEND\ndestination:/topic/x\na:lone\\\n\n^");
    refused("SEND\ndestination:/topic/x\na\\x:1\n\n^");
    refused("SEND\ndestination:/topic/x\na:\\r\n\n^", "1.1");
}

TEST_F(HostileStomp, F10_EscapesInConnectAreNone) {
    StompClient& client = open(Transport::tcp);
    client.say("CONNECT\naccept-version:1.2\nlogin:a\\cb\\n\n\n^");
    const StompFrame answer = client.next();
    EXPECT_EQ(answer.command, "CONNECTED");
    EXPECT_EQ(answer.header("user-name"), "a\\cb\\n");
}

/// No client's CONNECT is relayed: the relay has a login of its own. So a name is what comes back.
TEST_F(HostileStomp, F11_ControlCharactersInALogin) {
    for (const std::string_view login : {"a\rb", "a^b", "a\x01", "a\x7F"})
        refused_at_first("CONNECT\naccept-version:1.2\nlogin:" + std::string(login) + "\n\n^");
    refused_at_first("CONNECT\naccept-version:1.2\nlogin:a\nb\n\n^");
}

TEST_F(HostileStomp, F12_WhatIsReflectedStaysInItsHeader) {
    StompClient& old = open(Transport::tcp);  // who knows no escapes
    old.say("CONNECT\n\n^SUBSCRIBE\ndestination:/topic/own\nreceipt:s\n\n^");
    EXPECT_EQ(old.next().header("version"), "1.0");
    EXPECT_EQ(old.next().header("receipt-id"), "s");
    StompClient& client = connected();
    client.subscribe("a\\nevil\\c1", "/topic/own");
    client.say(
        "SEND\ndestination:/topic/own\nreceipt:r\\nevil\\c1\na\\n\\nevil\\c1:b\\n\\nevil\\c1\\r\n\nhi^");
    std::optional<StompFrame> message;
    for (int i = 0; i < 2; ++i) {
        StompFrame frame = client.next();
        EXPECT_EQ(frame.header("evil"), "(none)");
        if (frame.command == "RECEIPT") {
            EXPECT_EQ(frame.header("receipt-id"), "r\nevil:1");
        } else message = std::move(frame);
    }
    ASSERT_TRUE(message);
    EXPECT_EQ(message->header("subscription"), "a\nevil:1");
    EXPECT_EQ(message->header("a\n\nevil:1"), "b\n\nevil:1\r");
    const StompFrame seen = old.next();
    EXPECT_EQ(seen.command, "MESSAGE");
    EXPECT_EQ(seen.header("evil"), "(none)");
    EXPECT_EQ(seen.body, "hi");
    client.say("SEND\ndestination:no\\nevil\\c1\nreceipt:r\\nevil\\c1\n\n^");
    const StompFrame error = failure(client);
    EXPECT_EQ(error.header("receipt-id"), "r\nevil:1");
    EXPECT_EQ(error.header("evil"), "(none)");
}

TEST_F(HostileStomp, F13_LinesThatAreNoHeaders) {
    for (const std::string_view line : {"nonsense", ":value", ":", "a\x01:1", "a:\x1F", "a:1\rb", "a\x7F:1"})
        EXPECT_EQ(refused("SEND\nreceipt:r\ndestination:/topic/x\n" + std::string(line) + "\n\nhi^")
                      .header("receipt-id"),
                  "r");
    // In a WebSocket text it is the transport that refuses bytes that are not UTF-8 (W19).
    StompClient& client = connected();
    client.say("SEND\nreceipt:r\ndestination:/topic/x\na:\xFF\n\nhi^");
    EXPECT_EQ(failure(client).header("receipt-id"), "r");
}

TEST_F(HostileStomp, F14_TheFirstOfRepeatedHeadersCounts) {
    StompClient& client = connected();
    client.subscribe("1", "/topic/own");
    client.say(
        "SEND\ndestination:/topic/own\ndestination:/topic/x\na:1\na:2\ncontent-length:2\n"
        "content-length:1\n\nhi^");
    const StompFrame message = client.next();
    EXPECT_EQ(message.header("destination"), "/topic/own");
    EXPECT_EQ(message.body, "hi");
    std::vector<std::string> values;
    for (const auto& [name, value] : message.headers)
        if (name == "a") values.push_back(value);
    EXPECT_THAT(values, ElementsAre("1"));
    StompClient& twice = open(Transport::tcp);
    twice.say("CONNECT\naccept-version:1.2\nlogin:first\nlogin:bad\n\n^");
    EXPECT_EQ(twice.next().header("user-name"), "first");
    refused_at_first("CONNECT\naccept-version:1.2\nlogin:bad\nlogin:first\n\n^");
}

TEST_F(HostileStomp, F15_BlanksAreNotTrimmed) {
    refused("SEND\ndestination: /topic/x\n\nhi^");
    StompClient& client = connected();
    client.subscribe("1", "/topic/x ");
    client.send("/topic/x ", "to another destination");
    EXPECT_THAT(client.next_bodies(1), ElementsAre("to another destination"));
}

TEST_F(HostileStomp, F16_CommandsThatAreNone) {
    for (const std::string_view command : {"EVIL", "connect", "Send", "SEND ", " SEND", "CONNECTED",
                                           "MESSAGE", "RECEIPT", "ERROR", "\xEF\xBB\xBFSEND"}) {
        refused(std::string(command) + "\ndestination:/topic/x\n\nhi^");
        refused_at_first(std::string(command) + "\naccept-version:1.2\n\n^");
    }
}

TEST_F(HostileStomp, F17_RequiredHeadersMissing) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"SEND\n", "destination"},
        {"SUBSCRIBE\nid:1\n", "destination"},
        {"SUBSCRIBE\ndestination:/topic/y\n", "'id'"},
        {"UNSUBSCRIBE\n", "'id'"},
        {"ACK\n", "'id'"},
        {"NACK\n", "'id'"},
        {"BEGIN\n", "'transaction'"},
        {"COMMIT\n", "'transaction'"},
        {"ABORT\n", "'transaction'"},
    };
    for (const auto& [head, name] : cases) {
        const StompFrame answer = refused(std::string(head) + "receipt:r\n\n^");
        EXPECT_THAT(answer.body, HasSubstr(name));
        EXPECT_EQ(answer.header("receipt-id"), "r");
    }
}

TEST_F(HostileStomp, F18_DestinationsThatAreNone) {
    for (const std::string& destination : {std::string(), "/"s, "//"s, "/topic//x"s, "/topic/"s, "topic"s,
                                           "/topic/../x"s, "/" + std::string(255, 'x'), repeated("/s", 17)}) {
        refused("SEND\ndestination:" + destination + "\n\nhi^");
        refused("SUBSCRIBE\nid:1\ndestination:" + destination + "\n\n^");
    }
    StompClient& client = connected();
    client.send("/topic/" + std::string(65'536, 'x'), "hi");
    failure(client);
    StompClient& fits = connected();
    fits.subscribe("1", "/topic/" + std::string(248, 'x'));
    works(fits);
}

TEST_F(HostileStomp, F19_HeartBeatsWithoutEnd) {
    for (const Transport transport : {Transport::tcp, Transport::websocket}) {
        StompClient& client = connected(transport);
        for (const std::string_view beat : {"\n", "\r\n", "^"})
            for (int i = 0; i < 20; ++i) client.say(repeated(beat, 30'000));
        works(client);
    }
}

TEST_F(HostileStomp, F20_HeartBeatsThatAreNone) {
    for (const std::string_view beat : {"-1,5", "99999999999,1", "a,b", "5", "", ",", "1,2,3", "1;2"})
        refused_at_first("CONNECT\naccept-version:1.2\nheart-beat:" + std::string(beat) + "\n\n^");
    // Once a millisecond becomes once a second, and who promises it but is silent is gone after two.
    StompClient& often = connected(Transport::tcp, "1.2", "heart-beat:1,1\n");
    pass(1s);
    EXPECT_FALSE(often.peek());
    pass(2s);
    EXPECT_THAT(failure(often).body, HasSubstr("heart-beat"));
    // Zero is respected: no beats are asked for.
    StompClient& silent = connected(Transport::tcp, "1.2", "heart-beat:0,0\n");
    pass(120s);
    works(silent);
}

TEST_F(HostileStomp, F21_VersionsThatAreNone) {
    for (const std::string_view versions : {"9.9", "", "1", "1.20", "1.3,2.0", ",,"})
        EXPECT_EQ(
            refused_at_first("CONNECT\naccept-version:" + std::string(versions) + "\n\n^").header("version"),
            "1.0,1.1,1.2");
    refused_at_first("CONNECT\naccept-version:" + repeated("1.2,", 10'000) + "\n\n^");
    StompClient& many = open(Transport::tcp);
    many.say("CONNECT\naccept-version:" + repeated("1.1,", 2000) + "1.0\n\n^");
    EXPECT_EQ(many.next().header("version"), "1.1");
    StompClient& without = open(Transport::tcp);
    without.say("CONNECT\nlogin:x\n\n^");
    EXPECT_EQ(without.next().header("version"), "1.0");
}

TEST_F(HostileStomp, F22_BodiesWhereNoneMayBe) {
    refused_at_first("CONNECT\naccept-version:1.2\n\nhi^");
    refused_at_first("CONNECT\naccept-version:1.2\ncontent-length:2\n\nhi^");
    for (const std::string_view head :
         {"SUBSCRIBE\nid:1\ndestination:/topic/y\n", "UNSUBSCRIBE\nid:1\n", "ACK\nid:1\n", "NACK\nid:1\n",
          "BEGIN\ntransaction:1\n", "COMMIT\ntransaction:1\n", "ABORT\ntransaction:1\n", "DISCONNECT\n"}) {
        EXPECT_EQ(refused(std::string(head) + "receipt:r\n\nhi^").header("receipt-id"), "r");
        refused(std::string(head) + "content-length:2\n\nhi^");
    }
}

constexpr std::string_view send_in_t = "SEND\ndestination:/topic/x\ntransaction:t\n\nnever^";

TEST_F(HostileStomp, F23_TransactionsThatAreNone) {
    refused("SEND\ndestination:/topic/x\ntransaction:t\nreceipt:r\n\nhi^");
    refused("COMMIT\ntransaction:t\nreceipt:r\n\n^");
    refused("ABORT\ntransaction:t\n\n^");
    for (const std::string_view last : {"BEGIN", "COMMIT", "ABORT"}) {
        StompClient& bad = connected();
        bad.say("BEGIN\ntransaction:t\nreceipt:b\n\n^" + std::string(send_in_t));
        EXPECT_EQ(bad.next().header("receipt-id"), "b");
        if (last != "BEGIN") bad.say("ABORT\ntransaction:t\nreceipt:a\n\n^");
        if (last != "BEGIN") { EXPECT_EQ(bad.next().header("receipt-id"), "a"); }
        bad.say(std::string(last) + "\ntransaction:t\nreceipt:r\n\n^");
        EXPECT_EQ(failure(bad).header("receipt-id"), "r");
    }
}

TEST_F(HostileStomp, F23_TransactionsWithoutEnd) {
    StompClient& many = connected();
    for (int i = 0; i < 16; ++i)
        many.say("BEGIN\ntransaction:" + std::to_string(i) + "\nreceipt:" + std::to_string(i) + "\n\n^");
    for (int i = 0; i < 16; ++i) EXPECT_EQ(many.next().header("receipt-id"), std::to_string(i));
    many.say("BEGIN\ntransaction:16\nreceipt:16\n\n^");
    EXPECT_EQ(failure(many).header("receipt-id"), "16");

    StompClient& frames = connected();
    frames.say("BEGIN\ntransaction:t\n\n^" + repeated(send_in_t, 1001));
    failure(frames);

    StompClient& bytes = connected();
    const std::string body(60'000, 'x');
    bytes.say("BEGIN\ntransaction:t\n\n^" +
              repeated("SEND\ndestination:/topic/x\ntransaction:t\n\n" + body + "^", 18));
    failure(bytes);

    StompClient& slow = connected();
    slow.say("BEGIN\ntransaction:t\n\n^" + std::string(send_in_t));
    pass(59s);
    EXPECT_FALSE(slow.peek());
    pass(1s);
    failure(slow);
}

TEST_F(HostileStomp, F23_AnEndIsAnAbort) {
    StompClient& leaves = connected();
    leaves.say("BEGIN\ntransaction:t\nreceipt:b\n\n^" + std::string(send_in_t));
    EXPECT_EQ(leaves.next().header("receipt-id"), "b");
    leaves.disconnect();
    StompClient& vanishes = connected();
    vanishes.say("BEGIN\ntransaction:t\nreceipt:b\n\n^" + std::string(send_in_t));
    EXPECT_EQ(vanishes.next().header("receipt-id"), "b");
    clients.clear();
}

TEST_F(HostileStomp, F24_ReceiptsThatAreTooLong) {
    for (const std::string_view head :
         {"SEND\ndestination:/topic/x\n", "SUBSCRIBE\nid:1\ndestination:/topic/y\n", "BEGIN\ntransaction:1\n",
          "DISCONNECT\n"})
        refused(std::string(head) + "receipt:" + std::string(129, 'r') + "\n\n^");
    refused("SEND\ndestination:/topic/x\nreceipt:" + std::string(60'000, 'r') + "\n\n^");
    StompClient& client = connected(Transport::tcp, "1.2", "receipt:unanswered\n");
    client.say("SEND\ndestination:/topic/nobody\nreceipt:" + std::string(128, 'r') + "\n\n^");
    EXPECT_EQ(client.next().header("receipt-id"), std::string(128, 'r'));
}

TEST_F(HostileStomp, F25_FramesBehindADisconnect) {
    for (const Transport transport : {Transport::tcp, Transport::websocket}) {
        StompClient& client = connected(transport);
        client.say("DISCONNECT\nreceipt:bye\n\n^SEND\ndestination:/topic/x\nreceipt:late\n\nlate^EVIL^");
        EXPECT_EQ(client.next().header("receipt-id"), "bye");
        client.say("SEND\ndestination:/topic/x\n\nlater^");
        EXPECT_TRUE(client.ends()) << "without any time going by";
        EXPECT_FALSE(client.peek());
    }
}

TEST_F(HostileStomp, F26_EachVersionHasItsRules) {
    refused("SEND\r\ndestination:/topic/x\r\n\r\nhi^", "1.1");  // CR LF ends lines in 1.2 only
    refused("SUBSCRIBE\ndestination:/topic/y\n\n^", "1.1");
    refused("ACK\nid:1\n\n^", "1.1");
    refused("ACK\nmessage-id:1\nsubscription:1\n\n^", "1.2");
    refused("NACK\nmessage-id:1\n\n^", "1.0");
    StompClient& old = connected(Transport::tcp, "1.0");
    old.say("SUBSCRIBE\ndestination:/topic/own\nreceipt:s\n\n^");
    EXPECT_EQ(old.next().header("receipt-id"), "s");
    // No escapes, and blanks around names and values do not count.
    old.say("SEND\ndestination : /topic/own \na:\\n\\t\n\nhi^");
    const StompFrame message = old.next();
    EXPECT_EQ(message.body, "hi");
    EXPECT_EQ(message.header("a"), "\\n\\t");
}

}  // namespace
}  // namespace stentor::test
