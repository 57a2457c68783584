#pragma once

#include "session/frame_compressor.hpp"
#include "testing/client_frames.hpp"
#include "testing/pipe.hpp"
#include "transport/http_protocol.hpp"
#include "transport/sockjs_sessions.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stentor::transport {

using namespace std::chrono_literals;

/// A session that notes what happens to it, and does what the test wants.
struct Notes {
    std::vector<std::string> events;
    session::Outlet* outlet = nullptr;
    Handshake handshake;
    std::optional<Authentication> known;
    std::string id;
    std::function<void(session::Outlet&, std::string_view text)> on_text;
    std::function<void(session::Outlet&)> on_opened;
    std::function<void(session::Outlet&)> on_drained;
    int left = 0;  ///< for how many turns it has more of its input

    void send(std::string_view text) const { outlet->send(session::wrap(outlet->framing(), text, false)); }
    /// As a session sends a user's message.
    void send_message(std::string_view text) {
        outlet->send_message(
            compressor.compress(session::wrap(outlet->framing(), text, false), outlet->deflate_bits()));
    }
    session::FrameCompressor compressor;
};

class NotingInlet final : public session::Inlet {
public:
    NotingInlet(Notes& notes, session::Outlet& outlet) : notes_(notes) { notes_.outlet = &outlet; }
    void opened() override {
        notes_.events.push_back("opened");
        if (notes_.on_opened) notes_.on_opened(*notes_.outlet);
    }
    void text(std::string_view payload) override {
        notes_.events.push_back("text " + std::string(payload));
        if (notes_.on_text) notes_.on_text(*notes_.outlet, payload);
    }
    void binary(std::string_view payload) override {
        notes_.events.push_back("binary " + std::string(payload));
    }
    [[nodiscard]] bool has_more() const override { return notes_.left > 0; }
    void go_on() override {
        --notes_.left;
        notes_.events.push_back("went on");
    }
    void drained() override {
        notes_.events.push_back("drained");
        if (notes_.on_drained) notes_.on_drained(*notes_.outlet);
    }
    void closed(const CloseStatus& status) override {
        notes_.events.push_back("closed " + std::to_string(status.code));
        notes_.outlet = nullptr;
    }

private:
    Notes& notes_;
};

class CountedRandom final : public base::Random {
public:
    void fill(std::span<std::byte> bytes) override {
        for (std::byte& b : bytes) b = static_cast<std::byte>(++count_);
    }

private:
    unsigned count_ = 0;
};

/// One shard's site with a counted clock, over pipes.
class TransportBench final : public Host {
public:
    TransportBench() {
        timers.run_due(now);
        endpoint("/ws");
        endpoint("/sockjs").sockjs.emplace();
    }
    ~TransportBench() { links.clear(); }

    Endpoint& endpoint(std::string path) {
        Endpoint made;
        made.path = std::move(path);
        made.origins = std::make_shared<security::OriginPolicy>();
        made.subprotocols = {"v2", "v1"};
        made.open = [this](session::Outlet& outlet, std::string id, Handshake handshake,
                           const Authentication* known) {
            notes.id = std::move(id);
            notes.handshake = std::move(handshake);
            notes.known = known != nullptr ? std::optional(*known) : std::nullopt;
            return std::make_unique<NotingInlet>(notes, outlet);
        };
        return site.endpoints.emplace_back(std::move(made));
    }
    SockjsSettings& sockjs_settings() { return *site.endpoints[1].sockjs; }

    /// A connection. Its protocol lives until the pipe has told it that it closed, and the turn ended.
    struct Link final : Seat {
        explicit Link(TransportBench& b, std::string address)
            : bench(b), pipe(std::make_shared<test::Pipe>(std::move(address))), wire(pipe) {}
        void on_bytes(std::span<char> bytes) override { protocol->on_bytes(bytes); }
        void on_drained() override { protocol->on_drained(); }
        void on_closed() override {
            protocol->on_closed();
            dead = true;
        }
        void replace(std::unique_ptr<Protocol> next) override {
            bench.retired.push_back(std::exchange(protocol, std::move(next)));
        }
        void hand_over(unsigned shard, HandedOver connection) override {
            bench.handed_over.push_back(std::to_string(shard) + " " + connection.request.method + " " +
                                        connection.request.target + "|" + connection.rest);
        }
        TransportBench& bench;
        std::shared_ptr<test::Pipe> pipe;
        test::PipeWire wire;
        std::unique_ptr<Protocol> protocol;
        bool dead = false;
    };
    Link& connect(std::string address = "127.0.0.1:50000") {
        Link& link = *links.emplace_back(std::make_unique<Link>(*this, std::move(address)));
        link.protocol = std::make_unique<HttpProtocol>(site, link.wire, link);
        link.wire.start(link);
        return link;
    }

    /// One turn, and what came out of that connection.
    std::string send(Link& link, std::string_view bytes) {
        link.pipe->send(bytes);
        turn();
        return link.pipe->take_output();
    }
    void turn() {
        timers.run_due(now);
        for (std::size_t i = 0; i < links.size(); ++i) links[i]->pipe->deliver_input();
        end_turn();
    }
    void end_turn() {
        bool busy = true;
        while (std::exchange(busy, false)) {
            sockjs.end_turn();
            for (std::size_t i = 0; i < links.size(); ++i) {
                busy = busy || links[i]->pipe->owes_closed();
                links[i]->pipe->tell_closed();
            }
            retired.clear();
            for (auto& link : links)
                if (link->dead) link->protocol.reset();
        }
    }
    void advance(base::Duration by) {
        now += by;
        turn();
    }

    [[nodiscard]] unsigned self() const override { return 0; }
    [[nodiscard]] unsigned count() const override { return shards; }
    [[nodiscard]] std::optional<Authentication> authentication_of(const net::Wire&) const override {
        return by_wire;
    }
    void renew(std::string session, Authentication who, const security::Providers&,
               std::function<void(bool)> done) override {
        renewals.push_back(session + " " + who.principal.name);
        renewed = std::move(done);
    }

    unsigned shards = 1;
    std::optional<Authentication> by_wire;  ///< who is at the other end of every wire
    std::vector<std::string> renewals;
    std::function<void(bool)> renewed;
    base::TimePoint now = base::TimePoint{} + 1h;
    base::TimerQueue timers;
    CountedRandom random;
    Notes notes;  // before the sessions that write into it
    SockjsSessions sockjs;
    std::vector<std::string> handed_over;
    std::shared_ptr<Resources> resources = std::make_shared<Resources>();
    std::shared_ptr<SockjsQuota> quota = std::make_shared<SockjsQuota>(SockjsQuota::Limits{});
    Site site{.timers = timers,
              .random = random,
              .host = *this,
              .sockjs = sockjs,
              .endpoints = {},
              .resources = resources,
              .http = {},
              .timeouts = {},
              .sockjs_quota = quota};
    std::vector<std::unique_ptr<Link>> links;
    std::vector<std::unique_ptr<Protocol>> retired;
};

inline std::string get(std::string_view target, std::string_view fields = {}) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n";
}

inline std::string post(std::string_view target, std::string_view body = {}, std::string_view fields = {}) {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n" + std::string(fields) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

inline std::string upgrade(std::string_view target, std::string_view fields = {}) {
    return get(target,
               "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                   std::string(fields));
}

inline std::string status_line(std::string_view response) {
    return std::string(response.substr(0, response.find("\r\n")));
}

inline std::string body_of(std::string_view response) {
    const std::size_t head = response.find("\r\n\r\n");
    return head == std::string_view::npos ? "" : std::string(response.substr(head + 4));
}

inline std::optional<std::string> field(std::string_view response, std::string_view name) {
    const std::string line = "\r\n" + std::string(name) + ": ";
    const std::size_t at = response.find(line);
    if (at == std::string_view::npos || at > response.find("\r\n\r\n")) return std::nullopt;
    const std::size_t begin = at + line.size();
    return std::string(response.substr(begin, response.find("\r\n", begin) - begin));
}

}  // namespace stentor::transport
