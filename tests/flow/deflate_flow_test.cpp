#include "flow_test.hpp"
#include "testing/client_frames.hpp"
#include "websocket/inflater.hpp"

#include <array>

namespace stentor::test {
namespace {

/// Sends a long text to everybody who is there.
class Room final : public WebSocketHandler {
public:
    void after_connection_established(WebSocketSession session) override { sessions.insert(session); }
    void handle_text_message(WebSocketSession session, std::string_view payload) override {
        if (payload == "all") sessions.broadcast(std::string(2'000, 'b'));
        else session.send_text(payload);
    }
    SessionSet sessions;
};

/// A raw WebSocket client, with permessage-deflate or without.
class Client {
public:
    Client(Stage& stage, std::string_view path, std::string_view offer = {})
        : stage_(stage), stream_(stage.connect(Speaks::http)) {
        const std::string field = "Sec-WebSocket-Extensions: " + std::string(offer) + "\r\n";
        EXPECT_EQ(ask(stage, *stream_, upgrade_request(path, offer.empty() ? "" : field)).status, 101);
    }
    void send(std::string_view text) { stream_->send(masked_text(text)); }
    std::string next() {
        std::optional<ServerFrame> frame;
        EXPECT_TRUE(stage_.until([&] {
            stream_->receive();
            compressed = !stream_->input.empty() && (stream_->input[0] & 0x40) != 0;
            frame = take_server_frame(stream_->input);
            return frame.has_value();
        }));
        if (!frame) return "";
        wire = frame->payload.size();
        return compressed ? inflated(frame->payload) : frame->payload;
    }
    void hear(std::string_view begin) { EXPECT_THAT(next(), StartsWith(std::string(begin))); }

    bool compressed = false;
    std::size_t wire = 0;  ///< bytes of the last frame's payload

private:
    std::string inflated(std::string_view payload) {
        std::array<char, websocket::Inflater::step> room;
        std::string message;
        for (auto made = inflater_.inflate(payload, room); made && !made->empty();
             made = inflater_.inflate(payload, room))
            message += *made;
        return message.append(inflater_.finish(room).value_or("broken"));
    }
    Stage& stage_;
    std::unique_ptr<Stream> stream_;
    websocket::Inflater inflater_{{.window_bits = 15, .context_takeover = true}};
};

constexpr std::string_view offer = "permessage-deflate; client_max_window_bits";
constexpr std::string_view narrow_offer = "permessage-deflate; server_max_window_bits=9";

class DeflateFlow : public FlowTest {
protected:
    void SetUp() override {
        stage->config.websocket.deflate.enabled = true;
        app().add_stomp_endpoint("/ws");
        app().add_handler("/room", std::make_shared<Room>());
    }
    Client& stomp_client(std::string_view offered) {
        Client& made = *own.emplace_back(std::make_unique<Client>(*stage, "/ws", offered));
        made.send("CONNECT\naccept-version:1.2\n\n" + std::string(1, '\0'));
        made.hear("CONNECTED\n");
        made.send("SUBSCRIBE\nid:0\ndestination:/topic/x\nreceipt:r\n\n" + std::string(1, '\0'));
        made.hear("RECEIPT\n");
        return made;
    }
    std::vector<std::unique_ptr<Client>> own;
};
INSTANTIATE_TEST_SUITE_P(On, DeflateFlow, testing::Values(1U, 2U, 8U), shards_of);

TEST_P(DeflateFlow, SubscribersOfOneWindowShareOneCompression) {
    stage->start();
    for (int i = 0; i < 8; ++i) {
        stomp_client(offer);
        stomp_client(narrow_offer);
        stomp_client("");
    }
    const std::uint64_t before = stage->encoded();
    own[0]->send("SEND\ndestination:/topic/x\n\n" + std::string(2'000, 'x') + std::string(1, '\0'));
    for (std::size_t i = 0; i < own.size(); ++i) {
        EXPECT_THAT(own[i]->next(), HasSubstr(std::string(2'000, 'x')));
        EXPECT_EQ(own[i]->compressed, i % 3 != 2);
        EXPECT_TRUE(i % 3 == 2 || own[i]->wire < 300) << own[i]->wire;
    }
    EXPECT_LE(stage->encoded() - before, 3U * GetParam());
}

TEST_P(DeflateFlow, ABroadcastReachesEachMemberAsItAgreed) {
    stage->start();
    for (int i = 0; i < 4; ++i)
        for (const std::string_view offered : {offer, narrow_offer, std::string_view()})
            own.push_back(std::make_unique<Client>(*stage, "/room", offered));
    own[0]->send("all");
    for (std::size_t i = 0; i < own.size(); ++i) {
        EXPECT_EQ(own[i]->next(), std::string(2'000, 'b'));
        EXPECT_EQ(own[i]->compressed, i % 3 != 2);
    }
}

TEST_P(DeflateFlow, WithContextTakeoverRepeatedMessagesCostLittle) {
    stage->config.websocket.deflate.server_no_context_takeover = false;
    stage->config.websocket.deflate.max_window_bits = 15;
    stage->start();
    Client client(*stage, "/room", "permessage-deflate");
    std::string text;
    for (int i = 0; i < 1'000; ++i) text += std::to_string(i * 7919 % 10'007);
    client.send(text);
    EXPECT_EQ(client.next(), text);
    EXPECT_TRUE(client.compressed);
    const std::size_t first = client.wire;
    client.send(text);
    EXPECT_EQ(client.next(), text);
    EXPECT_LT(client.wire, first / 4);
}

}  // namespace
}  // namespace stentor::test
