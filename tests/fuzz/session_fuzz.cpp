// A whole application over pipes: the input chooses who connects how, what they send in which pieces, how
// time passes and who leaves when. What must hold: the server breaks no protocol, comes to rest, leaves
// nobody without a word, and once everybody is gone keeps nothing of them.

#include "app/inside.hpp"
#include "base/log.hpp"
#include "session_peer.hpp"
#include "stentor/stentor.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace {

using namespace stentor;
using namespace std::chrono_literals;
using test::FuzzPeer;
using test::require;

class Echo final : public TextWebSocketHandler {
    void handle_text_message(WebSocketSession session, std::string_view text) override {
        if (text == "close") return session.close({4000, "bye"});
        session.send_text(text);
    }
};

/// With small limits, so that short inputs reach them.
Config config_of(unsigned shards, bool small) {
    Config config;
    config.shards = shards;
    config.stomp.selectors = true;
    if (!small) return config;
    config.http = {.max_head = 500, .max_body = 400};
    config.websocket.max_message = 300;
    config.websocket.max_fragments = 4;
    config.sockjs.stream_limit = 2500;
    config.sockjs.buffer_limit = 600;
    config.stomp.max_body = 40;
    config.stomp.max_headers = 5;
    config.stomp.max_header_bytes = 120;
    config.stomp.max_subscriptions = 3;
    config.stomp.max_wildcard_subscriptions = 1;
    config.stomp.max_destination = 30;
    config.queue = {.max_messages = 2, .max_bytes = 300};
    return config;
}

/// An application that is never started: only its plan is used.
struct Application {
    Application(unsigned shards, bool small) {
        app.add_stomp_endpoint("/ws").with_sockjs({.any_session_id = small});
        app.add_handler("/echo", std::make_shared<Echo>()).with_sockjs();
        app.message_mapping("/echo", [](const std::string& text) { return text; });
        app.message_mapping("/room/{id}", [](Var<"id"> id) { return *id; }).send_to("/topic/{id}");
        app.message_mapping("/me", [](const std::string& text) { return text; }).send_to_user("/queue/me");
        app.message_mapping("/work", [](const std::string& text) { return text; })
            .send_to("/queue/a")
            .on_workers();
        app.subscribe_mapping("/init/{id}", [](Var<"id"> id) { return *id; });
        if (small) app.set_authenticator(std::make_shared<UserList>(UserList{{"ann", "secret"}}));
        plan().complete(config_of(shards, small));
    }
    app::Blueprint& plan() { return app::Inside::of(app).blueprint; }
    App app;
};

app::Blueprint& plan_of(std::uint8_t settings) {
    log::set_level(log::Level::error);
    static Application plans[] = {{1, false}, {1, true}, {2, false}, {2, true}};
    return plans[settings % 4].plan();
}

class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}
    [[nodiscard]] bool empty() const { return rest_.empty(); }
    std::uint8_t byte() { return rest_.empty() ? 0 : static_cast<std::uint8_t>(take(1)[0]); }
    std::string_view take(std::size_t size) {
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(taken.size());
        return taken;
    }

private:
    std::string_view rest_;
};

constexpr std::array destinations{"/topic/a",      "/topic/a/b",   "/topic/*",       "/topic/**",
                                  "/queue/a",      "/queue/b",     "/user/queue/me", "/user/queue/errors",
                                  "/app/init/7",   "/app/echo",    "/app/room/a",    "/app/me",
                                  "/app/work",     "/app/nowhere", "/nowhere",       "/queue/dead-letters",
                                  "/topic/x/../y", "/topic/{a}"};

/// A well-formed frame; the parameter chooses destinations and ids.
std::string frame_of(std::uint8_t which, std::uint8_t parameter, const FuzzPeer& peer) {
    const std::string destination =
        std::string("destination:") + destinations[parameter % destinations.size()] + "\n";
    const std::string digit = std::to_string(parameter % 5);
    const std::string id = "id:" + digit + "\n";
    const std::string transaction = "transaction:t" + digit + "\n";
    const auto frame = [](const std::string& text, std::string_view body = {}) {
        return text + "\n" + std::string(body) + '\0';
    };
    switch (which % 24) {
        case 0: return frame("CONNECT\naccept-version:1.2\nhost:x\n");
        case 1: return frame("CONNECT\naccept-version:1.1\nheart-beat:1000,1000\n");
        case 2: return frame("CONNECT\nlogin:ann\npasscode:secret\n");
        case 3: return frame("STOMP\naccept-version:1.0,1.1,1.2\nlogin:ann\npasscode:secret\n");
        case 4: return frame("SUBSCRIBE\n" + id + destination);
        case 5: return frame("SUBSCRIBE\nack:client\n" + id + destination + "receipt:s\n");
        case 6: return frame("SUBSCRIBE\nack:client-individual\nprefetch-count:1\n" + id + destination);
        case 7: return frame("SUBSCRIBE\nselector:a = 1\n" + id + destination);
        case 8: return frame("UNSUBSCRIBE\nreceipt:u\n" + id + destination);
        case 9: return frame("SEND\n" + destination, "hi");
        case 10: return frame("SEND\nreceipt:r\ncontent-length:2\n" + destination, "h\n");
        case 11: return frame("SEND\na:1\n" + transaction + destination, "hi");
        case 12: return frame("BEGIN\n" + transaction);
        case 13: return frame("COMMIT\nreceipt:c\n" + transaction);
        case 14: return frame("ABORT\n" + transaction);
        case 15: return frame("ACK\nid:" + peer.last_ack() + "\n");
        case 16: return frame("NACK\nid:" + peer.last_ack() + "\n");
        case 17: return frame("ACK\nsubscription:" + digit + "\nmessage-id:" + peer.last_message() + "\n");
        case 18: return frame("NACK\nsubscription:" + digit + "\nmessage-id:" + peer.last_message() + "\n");
        case 19: return frame("ACK\n" + transaction + "id:" + peer.last_ack() + "\n");
        case 20: return frame("DISCONNECT\nreceipt:bye\n");
        case 21: return "\n";
        case 22: return frame("SEND\n" + destination, std::string(parameter * 16, 'x'));
        default: return frame("SEND\nescaped:\\n\\c\\\\\nreceipt:a\\cb\n" + destination, "hi");
    }
}

class Scene {
public:
    explicit Scene(const app::Blueprint& plan) : shards_(plan.config.shards), driver_(plan) {}

    void play(Input& input) {
        for (int steps = 0; steps < 100 && !input.empty(); ++steps) step(input);
        settle();
        for (int i = 0; i < 12; ++i) pass(10s);
        for (const auto& peer : peers_) require(!peer || peer->served());
        leave_all();
    }

private:
    /// The lower half of a byte tells what happens, two bits to whom, and the highest whether the server
    /// moves at once.
    void step(Input& input) {
        const std::uint8_t op = input.byte();
        std::unique_ptr<FuzzPeer>& peer = peers_[op >> 4 & 3];
        if ((op & 15) <= 1 || !peer) open(peer, input.byte());
        else act(*peer, op & 15, input);
        if (op & 0x80) return;
        if (op & 0x40) driver_.turn();
        else settle();
    }
    void open(std::unique_ptr<FuzzPeer>& peer, std::uint8_t choice) {
        if (peer) peer->leave();
        const auto kind = static_cast<FuzzPeer::Kind>(choice % FuzzPeer::kinds);
        gone_.push_back(std::move(peer));
        peer = std::make_unique<FuzzPeer>(driver_, kind, choice / FuzzPeer::kinds % 3);
    }
    void act(FuzzPeer& peer, unsigned op, Input& input) {
        switch (op) {
            case 2:
            case 3: return peer.leave();
            case 4: return peer.send_raw(input.take(input.byte()));
            case 5: return peer.say(input.take(input.byte()));
            case 6:
                return peer.send_raw(test::masked_frame(input.byte() & 15, input.take(input.byte() & 31)));
            case 7: return peer.ask_for_more();
            case 8:
                return pass(
                    std::array{1ms, 100ms, 1000ms, 5000ms, 10000ms, 26000ms, 61000ms}[input.byte() % 7]);
            case 9: return say_in_two(peer, input);
            default: {
                const std::uint8_t which = input.byte();
                return peer.say(frame_of(which, input.byte(), peer));
            }
        }
    }
    void say_in_two(FuzzPeer& peer, Input& input) {
        const std::uint8_t which = input.byte();
        const std::string frame = frame_of(which, input.byte(), peer);
        const std::size_t cut = input.byte() % frame.size();
        peer.say(std::string_view(frame).substr(0, cut));
        settle();
        peer.say(std::string_view(frame).substr(cut));
    }

    void read() {
        for (const auto& peer : peers_)
            if (peer) peer->read();
    }
    /// A server that is never done with what it got hangs.
    void settle() {
        int turns = 0;
        while (driver_.turn()) require(++turns < 10'000);
        read();
    }
    void pass(base::Duration by) {
        driver_.advance(by);
        settle();
    }
    void leave_all() {
        for (const auto& peer : peers_)
            if (peer) peer->leave();
        settle();
        pass(10s);  // SockJS sessions outlive their connections for a while
        unsigned looked = 0;
        for (unsigned shard = 0; shard < shards_; ++shard)
            driver_.post_to(shard, [&looked](app::Shard& there) {
                require(there.connections() == 0);
                require(there.hub().users().sessions() == 0);
                require(there.broker().subscriptions() == 0);
                require(there.frames().size() == 0);
                ++looked;
            });
        settle();
        require(looked == shards_);
    }

    unsigned shards_;
    test::PipeDriver driver_;
    std::array<std::unique_ptr<FuzzPeer>, 4> peers_;
    std::vector<std::unique_ptr<FuzzPeer>> gone_;
};

}  // namespace

/// The first byte chooses the application.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    Scene(plan_of(input.byte())).play(input);
    return 0;
}
