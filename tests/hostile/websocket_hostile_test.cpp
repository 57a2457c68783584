// Rows W (frames) and D (permessage-deflate) of docs/hostile_peers.md, each against a whole application.
// W24, one session closed from two sides at once, needs threads: ThreadSanitizer sees it in
// scripts/test-threads (HandlerFlow and ServerFlow of flow_sockets). The memory of rows D1 and D8 is measured
// in tests/unit/websocket/deflate_memory_test.cpp.
#include "app/inside.hpp"
#include "support/stage.hpp"
#include "testing/client_frames.hpp"
#include "testing/pipe_driver.hpp"
#include "testing/stomp_client.hpp"
#include "websocket/deflater.hpp"
#include "websocket/inflater.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace stentor::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class Echo final : public WebSocketHandler {
public:
    void handle_text_message(WebSocketSession session, std::string_view payload) override {
        session.send_text(payload);
    }
    void handle_binary_message(WebSocketSession session, std::string_view payload) override {
        session.send_binary(payload);
    }
    void after_connection_closed(WebSocketSession, CloseStatus) override { ++closed; }
    int closed = 0;
};

/// What a frame's first byte is made of (RFC 6455 5.2).
constexpr unsigned fin = 0x80, rsv1 = 0x40, rsv2 = 0x20, rsv3 = 0x10;
constexpr unsigned continuation = 0, text = 1, binary = 2, close_frame = 8, ping = 9, pong = 10;

std::string frame(unsigned first_byte, std::string_view payload = {}) {
    std::string bytes = masked_frame(0, payload);
    bytes[0] = static_cast<char>(first_byte);
    return bytes;
}

std::string repeated(std::size_t times, std::string_view bytes) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += bytes;
    return all;
}

/// One bad peer's connection.
class Peer {
public:
    Peer(Stage& stage, std::string_view path, std::string_view fields)
        : stage_(stage), stream_(stage.connect(Speaks::http)) {
        const HttpAnswer answer = ask(stage, *stream_, upgrade_request(path, fields));
        EXPECT_EQ(answer.status, 101) << answer.head;
        head = answer.head;
    }

    void send(std::string_view bytes) { stream_->send(bytes); }
    /// All that was sent back and not yet taken.
    std::string& input() {
        stream_->receive();
        return stream_->input;
    }
    /// The next frame; an empty one, and a failure, when none comes.
    ServerFrame next() {
        std::optional<ServerFrame> next;
        EXPECT_TRUE(stage_.until([&] {
            std::string& bytes = input();
            if (!bytes.empty()) compressed = (bytes[0] & rsv1) != 0;
            next = take_server_frame(bytes);
            return next.has_value();
        })) << "no frame came";
        return next.value_or(ServerFrame{});
    }
    /// The code with which the server closes, and that it ends the connection then and says nothing more.
    unsigned close_code() {
        ServerFrame last = next();
        while (last.opcode != close_frame && last.opcode != 0) last = next();
        EXPECT_TRUE(ends());
        EXPECT_EQ(input(), "") << "nothing follows a close frame";
        return last.close_code();
    }
    bool ends() {
        return stage_.until([&] { return stream_->ended(); });
    }
    [[nodiscard]] bool ended() const { return stream_->ended(); }

    std::string head;
    bool compressed = false;  ///< the frame that next() gave

private:
    Stage& stage_;
    std::unique_ptr<Stream> stream_;
};

/// What bad peers do ends their own session, leaves nothing behind, and nobody else notices.
class HostileWebSocket : public testing::Test {
protected:
    HostileWebSocket() {
        stage->config.shards = 2;
        stage->config.websocket.deflate.enabled = true;
    }
    void start() {
        stage->app.add_stomp_endpoint("/ws");
        stage->app.add_handler("/echo", echo);
        stage->app.add_handler("/text", std::make_shared<TextWebSocketHandler>());
        stage->app.message_mapping("/echo", [](const std::string& said) { return said; }).send_to("/topic/x");
        stage->start();
        bystander = std::make_unique<StompClient>(*stage, Transport::websocket, "/ws");
        EXPECT_EQ(bystander->connect().command, "CONNECTED");
        bystander->subscribe("sub-0", "/topic/x");
    }
    void TearDown() override {
        if (!bystander) return;
        bystander->send("/topic/x", "still here");
        EXPECT_THAT(bystander->next_bodies(1), ElementsAre("still here"));
        peers.clear();
        EXPECT_TRUE(stage->until([&] { return connections() == 1; })) << "the bad are still there";
        bystander.reset();
    }

    Peer& open(std::string_view path = "/echo", std::string_view fields = {}) {
        if (!bystander) start();
        return *peers.emplace_back(std::make_unique<Peer>(*stage, path, fields));
    }
    Peer& open_deflate(std::string_view offer = "permessage-deflate", std::string_view path = "/echo") {
        return open(path, "Sec-WebSocket-Extensions: " + std::string(offer) + "\r\n");
    }
    /// The code that answers these bytes, whether they come at once or byte by byte.
    unsigned close_code(std::string_view bytes, std::string_view path = "/echo",
                        std::string_view fields = {}) {
        Peer& at_once = open(path, fields);
        at_once.send(bytes);
        const unsigned code = at_once.close_code();
        if (bytes.size() > 2'000) return code;
        Peer& in_bytes = open(path, fields);
        for (const char byte : bytes) {
            in_bytes.send({&byte, 1});
            driver().turn();
        }
        EXPECT_EQ(in_bytes.close_code(), code) << "byte by byte";
        return code;
    }
    unsigned deflate_close_code(std::string_view bytes) {
        return close_code(bytes, "/echo", "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    }

    PipeDriver& driver() { return static_cast<PipeDriver&>(*app::Inside::of(stage->app).server); }
    void settle() {
        while (driver().turn()) {}
    }
    /// Time for everybody; the bystander lives on meanwhile.
    void pass(base::Duration time) {
        for (base::Duration passed{}; passed < time; passed += 500ms) {
            driver().advance(500ms);
            settle();
            if (bystander) bystander->peek();
            settle();
        }
    }
    std::size_t connections() {
        std::size_t sum = 0;
        for (unsigned shard = 0; shard < stage->config.shards; ++shard)
            driver().post_to(shard, [&](app::Shard& there) { sum += there.connections(); });
        settle();
        return sum;
    }

    std::shared_ptr<Echo> echo = std::make_shared<Echo>();
    std::unique_ptr<Stage> stage = make_stage();
    std::unique_ptr<StompClient> bystander;
    std::vector<std::unique_ptr<Peer>> peers;
};

std::string compressed(std::string_view message, int bits = 12) {
    return websocket::Deflater({.window_bits = bits}).compress(message);
}

/// "broken" when it is.
std::string inflated(std::string_view payload, int bits = 15) {
    websocket::Inflater inflater({.window_bits = bits});
    std::array<char, websocket::Inflater::step> room;
    std::string message;
    for (;;) {
        const auto made = inflater.inflate(payload, room);
        if (!made) return "broken";
        if (made->empty()) break;
        message += *made;
    }
    return message.append(inflater.finish(room).value_or("broken"));
}

TEST_F(HostileWebSocket, W01_UnmaskedFrame) { EXPECT_EQ(close_code("\x81\x02hi"), 1002U); }

TEST_F(HostileWebSocket, W02_ReservedBits) {
    for (const unsigned bit : {rsv1, rsv2, rsv3}) {
        EXPECT_EQ(close_code(frame(fin | bit | text, "x")), 1002U) << bit;
        EXPECT_EQ(close_code(frame(fin | bit | ping, "x")), 1002U) << bit;
    }
    for (const unsigned bit : {rsv2, rsv3})
        EXPECT_EQ(deflate_close_code(frame(fin | bit | text, "x")), 1002U);
    EXPECT_EQ(deflate_close_code(frame(fin | rsv1 | ping)), 1002U)
        << "compression agreed, on a control frame";
    EXPECT_EQ(deflate_close_code(frame(rsv1 | text) + frame(fin | rsv1 | continuation)), 1002U);
}

TEST_F(HostileWebSocket, W03_ReservedOpcodes) {
    for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U})
        EXPECT_EQ(close_code(frame(fin | opcode, "x")), 1002U) << opcode;
}

TEST_F(HostileWebSocket, W04_LengthWithTheTopBitSet) {
    EXPECT_EQ(close_code("\x82\xff\x80\0\0\0\0\0\0\x01mask"sv), 1002U);
    EXPECT_EQ(close_code("\x82\xff\xff\xff\xff\xff\xff\xff\xff\xffmask"sv), 1002U);
}

TEST_F(HostileWebSocket, W05_LengthInMoreBytesThanNeeded) {
    EXPECT_EQ(close_code("\x82\xfe\x00\x05mask12345"sv), 1002U);
    EXPECT_EQ(close_code("\x82\xff\0\0\0\0\0\0\x00\x05mask12345"sv), 1002U);
    EXPECT_EQ(close_code("\x82\xff\0\0\0\0\0\0\xff\xffmask"sv), 1002U);
}

TEST_F(HostileWebSocket, W06_AHeaderThatAnnounces2To40Bytes) {
    EXPECT_EQ(close_code("\x82\xff\0\0\x01\0\0\0\0\0mask"sv), 1009U) << "from the header alone";
}

TEST_F(HostileWebSocket, W07_MoreThanTheLimit) {
    const std::size_t limit = stage->config.websocket.max_message;
    EXPECT_EQ(close_code(frame(fin | text, std::string(limit + 1, 'x'))), 1009U);
    const std::string piece(limit / 1000 + 1, 'x');
    EXPECT_EQ(close_code(frame(text) + repeated(1000, frame(continuation, piece))), 1009U);
    Peer& just_fits = open();
    just_fits.send(frame(fin | text, std::string(limit, 'x')));
    EXPECT_EQ(just_fits.next().payload.size(), limit);
}

TEST_F(HostileWebSocket, W08_FragmentsWithoutEnd) {
    EXPECT_EQ(close_code(frame(text) + repeated(131'071, frame(continuation))), 1009U);
    EXPECT_EQ(close_code(frame(binary) + repeated(2'000, frame(continuation, "x"))), 1009U);
}

TEST_F(HostileWebSocket, W09_AByteASegment) {
    const std::string message(64 * 1024, 'x');
    Peer& peer = open();
    for (const char byte : frame(fin | text, message)) {
        peer.send({&byte, 1});
        driver().turn();
    }
    EXPECT_EQ(peer.next().payload, message);
}

TEST_F(HostileWebSocket, W10_FragmentsOutOfOrder) {
    EXPECT_EQ(close_code(frame(fin | continuation, "x")), 1002U);
    EXPECT_EQ(close_code(frame(text, "x") + frame(fin | text, "y")), 1002U);
    EXPECT_EQ(close_code(frame(text, "x") + frame(binary, "y")), 1002U);
}

TEST_F(HostileWebSocket, W11_FragmentedOrLongControlFrames) {
    for (const unsigned opcode : {close_frame, ping, pong}) {
        EXPECT_EQ(close_code(frame(opcode, "x")), 1002U) << opcode;
        EXPECT_EQ(close_code(frame(fin | opcode, std::string(126, 'x'))), 1002U) << opcode;
    }
}

TEST_F(HostileWebSocket, W12_APingBetweenFragments) {
    Peer& peer = open();
    peer.send(frame(text, "in ") + frame(fin | ping, "now"));
    const ServerFrame answer = peer.next();
    EXPECT_EQ(answer.opcode, pong);
    EXPECT_EQ(answer.payload, "now");
    peer.send(frame(fin | continuation, "pieces"));
    EXPECT_EQ(peer.next().payload, "in pieces");
}

TEST_F(HostileWebSocket, W13_APingFlood) {
    Peer& peer = open();
    const std::string thousand = repeated(1'000, frame(fin | ping, std::string(125, 'x')));
    for (int i = 0; i < 100; ++i) {
        peer.send(thousand);
        driver().turn();
    }
    settle();
    std::size_t pongs = 0;
    ServerFrame last = peer.next();
    for (; last.opcode == pong; last = peer.next()) ++pongs;
    EXPECT_LE(pongs, 61U) << "a burst, and the one too many";
    EXPECT_EQ(last.close_code(), 1008U);
    pass(5s);
    EXPECT_TRUE(peer.ended()) << "though it goes on instead of closing";
    EXPECT_EQ(peer.input(), "");
}

TEST_F(HostileWebSocket, W14_PongsThatAnswerNothing) {
    Peer& peer = open();
    peer.send(frame(fin | pong) + frame(fin | pong, "unasked") + frame(fin | text, "x"));
    EXPECT_EQ(peer.next().payload, "x");
    for (int second = 0; second < 38 && !peer.ended(); ++second) {
        peer.send(frame(fin | pong, "wrong"));
        pass(1s);
    }
    EXPECT_TRUE(peer.ended()) << "a wrong pong is no sign of life";
    EXPECT_EQ(echo->closed, 1);
}

TEST_F(HostileWebSocket, W15_WrongCloseFrames) {
    EXPECT_EQ(close_code(frame(fin | close_frame, "\x03")), 1002U) << "half a code";
    for (const unsigned code :
         {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 1100U, 2000U, 2999U, 5000U, 65535U})
        EXPECT_EQ(close_code(masked_close(code)), 1002U) << code;
    EXPECT_EQ(close_code(masked_close(1000, "\xff")), 1007U);
    for (const unsigned code : {1000U, 1003U, 1011U, 3000U, 4999U})
        EXPECT_EQ(close_code(masked_close(code)), code);
}

TEST_F(HostileWebSocket, W16_ClosingTwiceAndTalkingOn) {
    EXPECT_EQ(close_code(masked_close(1000) + masked_close(1001) + frame(fin | text, "x")), 1000U);
    Peer& crossing = open("/text");
    crossing.send(frame(fin | binary, "x"));
    EXPECT_EQ(crossing.next().close_code(), 1003U);
    crossing.send(frame(fin | text, "late") + frame(fin | ping) + masked_close(4000) + masked_close(4001));
    EXPECT_TRUE(crossing.ends());
    EXPECT_EQ(crossing.input(), "") << "its close crossed ours: there is one close frame each way";
    Peer& vanishing = open();
    vanishing.send(masked_close(1000));
    peers.pop_back();
}

TEST_F(HostileWebSocket, W17_OurCloseIsNeverAnswered) {
    Peer& peer = open("/text");
    peer.send(frame(fin | binary, "x"));
    EXPECT_EQ(peer.next().close_code(), 1003U);
    pass(4s);
    EXPECT_FALSE(peer.ended());
    EXPECT_EQ(driver().turn(), false) << "nobody is busy meanwhile";
    pass(1s);
    EXPECT_TRUE(peer.ended());
}

TEST_F(HostileWebSocket, W18_OurCloseFrameHoldsNothingButItsCode) {
    Peer& peer = open();
    peer.send(masked_close(4000, std::string(123, 'r')));
    EXPECT_TRUE(peer.ends());
    EXPECT_EQ(peer.input(), "\x88\x02\x0f\xa0"sv);
    Peer& announcing = open();
    announcing.send(masked_close(4000, std::string(123, 'r')).substr(0, 20));
    settle();
    EXPECT_EQ(announcing.input(), "") << "the rest of the reason has not come";
}

TEST_F(HostileWebSocket, W19_TextThatIsNotUtf8) {
    for (const std::string_view bytes :
         {"\x80"sv, "a\xbf"sv, "\xc0\xaf"sv, "\xc1\xbf"sv, "\xe0\x80\xaf"sv, "\xed\xa0\x80"sv,
          "\xed\xbf\xbf"sv, "\xf0\x80\x80\xaf"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xff"sv,
          "\xe2\x82"sv, "\xf0\x9f\x98"sv}) {
        EXPECT_EQ(close_code(frame(fin | text, bytes)), 1007U) << testing::PrintToString(bytes);
        std::string fragments = frame(text);
        for (const char byte : bytes) fragments += frame(continuation, {&byte, 1});
        EXPECT_EQ(close_code(fragments + frame(fin | continuation)), 1007U) << testing::PrintToString(bytes);
    }
    EXPECT_EQ(close_code(frame(text, "good so far") + frame(continuation, "\xff")), 1007U)
        << "before the end";
    EXPECT_EQ(deflate_close_code(frame(fin | rsv1 | text, compressed("\xc0\xaf"))), 1007U);
}

/// The bystander, who is subscribed, would be disconnected by such a message.
TEST_F(HostileWebSocket, W20_HeadersOfAStompFrameThatAreNotUtf8InABinaryFrame) {
    Peer& peer = open("/ws");
    peer.send(frame(fin | binary, "CONNECT\naccept-version:1.2\n\n\0"sv) +
              frame(fin | binary, "SEND\ndestination:/topic/x\nname:\xff\n\nhi\0"sv));
    EXPECT_THAT(peer.next().payload, StartsWith("CONNECTED\n"));
    EXPECT_THAT(peer.next().payload, StartsWith("ERROR\n"));
    EXPECT_EQ(peer.next().close_code(), 1002U);
    peer.send(masked_close(1002));
    EXPECT_TRUE(peer.ends());
    EXPECT_FALSE(bystander->peek());
}

TEST_F(HostileWebSocket, W21_ABinaryFrameWhereTextIsSpoken) {
    Peer& peer = open("/text");
    peer.send(frame(fin | binary, "x") + masked_close(1003));
    EXPECT_EQ(peer.close_code(), 1003U);
}

TEST_F(HostileWebSocket, W22_TenThousandMessagesInOneSegment) {
    Peer& peer = open();
    settle();
    peer.send(repeated(10'000, frame(fin | text, "x")));
    bystander->send("/app/echo", "and I?");
    std::size_t turns = 0;
    for (std::optional<StompFrame> answer; !answer && turns < 100; ++turns) {
        driver().turn();
        answer = bystander->peek();
    }
    EXPECT_LT(turns, 10U);
    EXPECT_LE(peer.input().size() / 3, turns * 64) << "64 messages a turn";
    EXPECT_THAT(bystander->next_bodies(1), ElementsAre("and I?"));
    settle();
    EXPECT_EQ(peer.input(), repeated(10'000, "\x81\x01x"));
}

/// Our answer is ERROR, then the close frame: a STOMP client is told in its own words first.
TEST_F(HostileWebSocket, W23_AnswersPingsAndNeverConnects) {
    Peer& peer = open("/ws");
    for (int second = 0; second < 9; ++second) {
        peer.send(frame(fin | pong) + frame(fin | ping));
        pass(1s);
    }
    EXPECT_FALSE(peer.ended());
    pass(1s);
    ServerFrame said = peer.next();
    while (said.opcode == pong) said = peer.next();
    EXPECT_THAT(said.payload, HasSubstr("No CONNECT came in time"));
    EXPECT_EQ(peer.next().close_code(), 1002U);
    pass(5s);
    EXPECT_TRUE(peer.ended());
}

TEST_F(HostileWebSocket, W25_AFrameInThePacketOfTheHandshake) {
    start();
    const auto stream = stage->connect(Speaks::http);
    stream->send(upgrade_request("/echo") + frame(fin | text, "early"));
    EXPECT_TRUE(stage->until([&] {
        stream->receive();
        return stream->input.ends_with(
            "\r\n\r\n\x81\x05"
            "early");
    }));
}

TEST_F(HostileWebSocket, D1_ABombBeforeAnybodyIsAuthenticated) {
    websocket::Deflater smallest({.window_bits = 15, .level = 9});
    const std::string bomb = smallest.compress(std::string(std::size_t{64} << 20, '\0'));
    ASSERT_LT(bomb.size(), 66'000U);
    Peer& peer = open_deflate("permessage-deflate", "/ws");
    peer.send(frame(fin | rsv1 | text, bomb));
    EXPECT_EQ(peer.close_code(), 1009U);
}

TEST_F(HostileWebSocket, D2_ABombInManyFragments) {
    const std::string bomb = compressed(std::string(std::size_t{1} << 20, '\0'));
    std::string bytes = frame(rsv1 | text);
    for (const char byte : bomb.substr(0, 1000)) bytes += frame(continuation, {&byte, 1});
    EXPECT_EQ(deflate_close_code(bytes), 1009U);
}

TEST_F(HostileWebSocket, D3_CompressedMessagesOfNoBytes) {
    Peer& peer = open_deflate();
    for (const std::string_view payload : {""sv, "\0"sv, "\x00\x00\x00\xff\xff"sv}) {
        peer.send(frame(fin | rsv1 | text, payload));
        const ServerFrame answer = peer.next();
        EXPECT_EQ(answer.opcode, text);
        EXPECT_EQ(answer.payload, "");
    }
    peer.send(frame(rsv1 | text) + frame(fin | continuation, compressed("x")));
    EXPECT_EQ(peer.next().payload, "x");
}

TEST_F(HostileWebSocket, D4_BrokenStreams) {
    for (const std::string_view payload : {"\xff\xff\xff\xff"sv, "\x00\x05\x00\x12\x34Hello"sv,
                                           "\xf2\x00\x11\x00\x00"sv /* a distance of what never was */})
        EXPECT_EQ(deflate_close_code(frame(fin | rsv1 | text, payload)), 1007U)
            << testing::PrintToString(payload);
}

TEST_F(HostileWebSocket, D5_FramesBehindABrokenMessage) {
    const std::string good = frame(fin | rsv1 | text, compressed("good"));
    EXPECT_EQ(
        deflate_close_code(frame(rsv1 | text, "\xff\xff\xff\xff") + frame(fin | continuation, "x") + good),
        1007U);
    const std::string bomb = compressed(std::string(std::size_t{1} << 20, '\0'));
    EXPECT_EQ(deflate_close_code(frame(fin | rsv1 | text, bomb) + good), 1009U);
}

TEST_F(HostileWebSocket, D6_NothingOfOneSessionIsInAnothers) {
    for (const bool takeover : {false, true}) {
        stage = make_stage();
        stage->config.shards = 1;
        stage->config.websocket.deflate.enabled = true;
        stage->config.websocket.deflate.server_no_context_takeover = !takeover;
        stage->config.websocket.deflate.client_no_context_takeover = !takeover;
        bystander.reset();
        peers.clear();
        Peer& victim = open_deflate();
        Peer& other = open_deflate();
        const std::string secret = "secret " + std::string(2'000, 's');
        const std::string harmless = "harmless " + std::string(2'000, 's');
        for (int i = 0; i < 3; ++i) {
            victim.send(frame(fin | rsv1 | text, compressed(secret)));
            EXPECT_EQ(victim.next().opcode, text);
        }
        other.send(frame(fin | rsv1 | text, compressed(harmless)));
        EXPECT_EQ(inflated(other.next().payload), harmless) << "with a window of its own, or none";
        EXPECT_TRUE(other.compressed);
        peers.clear();
        bystander.reset();
    }
}

TEST_F(HostileWebSocket, D7_AWindowOf8Bits) {
    Peer& theirs = open_deflate("permessage-deflate; client_max_window_bits=8");
    EXPECT_THAT(theirs.head, HasSubstr("client_max_window_bits=8"));
    theirs.send(frame(fin | rsv1 | text, compressed("Hello", 9)));
    EXPECT_EQ(theirs.next().payload, "Hello");
    // zlib cannot compress with 8 bits: such an offer is declined, and no other was made.
    Peer& ours = open_deflate("permessage-deflate; server_max_window_bits=8");
    EXPECT_EQ(ours.head.find("permessage-deflate"), std::string::npos);
    ours.send(frame(fin | text, std::string(2'000, 'x')));
    EXPECT_EQ(ours.next().payload.size(), 2'000U);
    EXPECT_FALSE(ours.compressed);
}

TEST_F(HostileWebSocket, D8_WideWindowsAreNotKept) {
    Peer& peer = open_deflate("permessage-deflate; client_max_window_bits; server_max_window_bits=15");
    for (const char* const parameter : {"server_no_context_takeover", "client_no_context_takeover",
                                        "server_max_window_bits=12", "client_max_window_bits=12"})
        EXPECT_THAT(peer.head, HasSubstr(parameter));
    peer.send(frame(fin | rsv1 | text, compressed(std::string(2'000, 'x'))));
    EXPECT_EQ(inflated(peer.next().payload, 12), std::string(2'000, 'x'));
}

/// Messages are compressed where that was asked for; what the protocol says, never (docs/configuration.md).
TEST_F(HostileWebSocket, D9_WhatMayHoldSecretsIsNotCompressed) {
    EXPECT_FALSE(Config{}.websocket.deflate.enabled);
    stage->config.websocket.deflate.min_size = 1;
    Peer& peer = open_deflate("permessage-deflate", "/ws");
    peer.send(frame(fin | text, "CONNECT\naccept-version:1.2\n\n\0"sv) +
              frame(fin | text, "SUBSCRIBE\nid:1\ndestination:/topic/own\nreceipt:r\n\n\0"sv));
    EXPECT_THAT(peer.next().payload, StartsWith("CONNECTED\n"));
    EXPECT_FALSE(peer.compressed);
    EXPECT_THAT(peer.next().payload, StartsWith("RECEIPT\n"));
    EXPECT_FALSE(peer.compressed);
    peer.send(frame(fin | text, "SEND\ndestination:/topic/own\n\n"s + std::string(500, 'x') + '\0'));
    EXPECT_THAT(inflated(peer.next().payload), StartsWith("MESSAGE\n"));
    EXPECT_TRUE(peer.compressed);
    peer.send(frame(fin | text, "SEND\n\nno destination\0"sv));
    EXPECT_THAT(peer.next().payload, StartsWith("ERROR\n"));
    EXPECT_FALSE(peer.compressed);
}

}  // namespace
}  // namespace stentor::test
