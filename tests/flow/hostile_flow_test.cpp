#include "flow_test.hpp"
#include "testing/client_frames.hpp"

namespace stentor::test {
namespace {

using namespace std::string_view_literals;

/// What the bad peer does must end its own session, and nobody else notices.
class HostileFlow : public FlowTest {
protected:
    void SetUp() override {
        app().add_stomp_endpoint("/ws").with_sockjs();
        app().message_mapping("/echo", [](const std::string& text) { return text; });
        stage->start();
        client().subscribe("sub-0", "/topic/x");
    }
    void TearDown() override {
        clients[0]->send("/topic/x", "still here");
        EXPECT_THAT(clients[0]->next_bodies(1), ElementsAre("still here"));
    }
    /// What a STOMP session answers to this.
    StompFrame stomp_answer(Transport transport, std::string_view text, bool connect = true) {
        clients.push_back(std::make_unique<StompClient>(*stage, transport, "/ws"));
        StompClient& bad = *clients.back();
        if (connect) { EXPECT_EQ(bad.connect().command, "CONNECTED"); }
        bad.say(text);
        StompFrame answer = bad.next();
        EXPECT_TRUE(bad.ends());
        EXPECT_FALSE(bad.peek()) << "nothing follows an ERROR";
        return answer;
    }
    /// The code with which a WebSocket is closed after these bytes.
    unsigned close_code(std::string_view bytes) {
        const auto stream = stage->connect(Speaks::http);
        EXPECT_EQ(ask(*stage, *stream, upgrade_request("/ws")).status, 101);
        stream->send(bytes);
        std::optional<ServerFrame> frame;
        EXPECT_TRUE(until([&] {
            stream->receive();
            frame = take_server_frame(stream->input);
            return frame.has_value();
        }));
        EXPECT_TRUE(until([&] {
            stream->receive();
            return stream->ended();
        }));
        return frame && frame->opcode == 8 ? frame->close_code() : 0;
    }
};
INSTANTIATE_TEST_SUITE_P(On, HostileFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(HostileFlow, A1_FramesBeforeCONNECT) {
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        EXPECT_EQ(stomp_answer(transport, "SEND\ndestination:/topic/x\n\nhi^", false).header("message"),
                  "The first frame must be CONNECT");
    }
}

TEST_P(HostileFlow, A3_ASecondCONNECT) {
    EXPECT_EQ(stomp_answer(Transport::websocket,
                           "CONNECT\naccept-version:1.2\n\n^SEND\ndestination:/topic/x\n\nhi^")
                  .header("message"),
              "The session is connected already");
}

TEST_P(HostileFlow, F16_AnUnknownCommand) {
    EXPECT_EQ(stomp_answer(Transport::tcp, "EVIL\n\n^").command, "ERROR");
}

TEST_P(HostileFlow, F13_AHeaderWithoutColon) {
    EXPECT_EQ(stomp_answer(Transport::websocket, "SEND\nnonsense\n\n^").command, "ERROR");
}

TEST_P(HostileFlow, F1_AnEndlessHeader) {
    EXPECT_EQ(stomp_answer(Transport::tcp, "SEND\na:" + std::string(100'000, 'x')).command, "ERROR");
}

TEST_P(HostileFlow, F2_EndlessHeaders) {
    std::string text = "SEND\n";
    for (int i = 0; i < 20'000; ++i) text += "a:1\n";
    EXPECT_EQ(stomp_answer(Transport::tcp, text).command, "ERROR");
}

TEST_P(HostileFlow, A17_ASubscribeFlood) {
    std::string flood;
    for (int i = 0; i < 1000; ++i)
        flood += "SUBSCRIBE\nid:" + std::to_string(i) + "\ndestination:/topic/x\n\n^";
    EXPECT_EQ(stomp_answer(Transport::tcp, flood).header("message"), "A session may have 128 subscriptions");
}

TEST_P(HostileFlow, F3_AnEndlessBody) {
    EXPECT_EQ(
        stomp_answer(Transport::tcp, "SEND\ndestination:/topic/x\ncontent-length:9999999999999\n\nx").command,
        "ERROR");
}

TEST_P(HostileFlow, W1_AnUnmaskedFrame) { EXPECT_EQ(close_code("\x81\x02hi"), 1002U); }

TEST_P(HostileFlow, W2_ReservedBits) { EXPECT_EQ(close_code("\xc1\x80mask"), 1002U); }

TEST_P(HostileFlow, W4_ALengthWithTheTopBitSet) {
    EXPECT_EQ(close_code("\x82\xff\x80\0\0\0\0\0\0\x01mask"sv), 1002U);
}

TEST_P(HostileFlow, W6_AnOversizedMessage) {
    EXPECT_EQ(close_code("\x82\xff\0\0\x01\0\0\0\0\0mask"sv), 1009U);
    EXPECT_EQ(close_code(masked_text(std::string(65 * 1024, 'x'))), 1009U);
}

TEST_P(HostileFlow, W19_TextThatIsNotUtf8) { EXPECT_EQ(close_code(masked_text("\xc0\xaf")), 1007U); }

TEST_P(HostileFlow, H_RequestsThatAreNotHttp) {
    for (const std::string_view bytes :
         {"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"sv, "GET / HTTP/9.9\r\n\r\n"sv, "GET  /\r\n\r\n"sv,
          "GET / HTTP/1.1\nHost: x\n\n"sv, "GET /ws HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"sv}) {
        const auto stream = stage->connect(Speaks::http);
        const int status = ask(*stage, *stream, bytes).status;
        EXPECT_TRUE(status == 400 || status == 505) << status << ": " << bytes;
        EXPECT_TRUE(until([&] {
            stream->receive();
            return stream->ended();
        }));
    }
}

TEST_P(HostileFlow, S12_AnUnknownSessionIs404) {
    EXPECT_EQ(ask_once(http_request("POST", "/ws/000/12345678/xhr_send", {}, R"(["x"])")).status, 404);
}

TEST_P(HostileFlow, PeersThatLeaveInTheMiddle) {
    const std::string upgrade = upgrade_request("/ws");
    const std::string connect = masked_text(std::string("CONNECT\naccept-version:1.2\n\n\0", 29));
    const std::string subscribe = masked_text(std::string("SUBSCRIBE\nid:1\ndestination:/topic/x\n\n\0", 38));
    const std::string all = upgrade + connect + subscribe + connect;
    for (std::size_t cut = 0; cut < all.size(); cut += 7) {
        const auto stream = stage->connect(Speaks::http);
        stream->send(all.substr(0, cut));
        stream->close();
    }
    for (std::size_t cut = 1; cut < 60; cut += 3) {
        const auto stream = stage->connect(Speaks::http);
        stream->send(http_request("POST", "/ws/000/leaving-1/xhr_streaming").substr(0, cut));
        stream->close();
    }
}

TEST_P(HostileFlow, AReceiverOfASessionOnAnotherShardThatLeavesAtOnce) {
    for (int i = 0; i < 30; ++i) {
        const auto stream = stage->connect(Speaks::http);
        stream->send(http_request("GET", "/ws/info") +
                     http_request("POST", "/ws/000/leaving-" + std::to_string(i) + "/xhr_streaming") +
                     http_request("POST", "/ws/000/leaving-" + std::to_string(100 + i) + "/xhr"));
        stream->close();
    }
}

}  // namespace
}  // namespace stentor::test
