#pragma once

#include "broker/simple_broker.hpp"
#include "fake_outlet.hpp"
#include "security/login_provider.hpp"
#include "session/stomp_session.hpp"
#include "support/counted_random.hpp"
#include "support/cuts.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace stentor::session {

using namespace std::chrono_literals;

/// One shard without threads, sockets or a clock: sessions on a real hub and broker.
class StompBench : public broker::Peers, public hub::Neighbours, public hub::ReplyPost, public Execution {
public:
    StompBench() {
        message("/echo", [](const std::string& text) { return text; });
        message("/fail", [](const std::string&) -> std::string { throw std::runtime_error("secret"); });
        message("/later", [](const std::string& text) { return text; }).on_workers();
        mappings.emplace_back(Mapping::Kind::subscribe, "/init",
                              stentor::bind([] { return std::string("first"); }));
        expiries.run_due(now);
        timers.run_due(now);
    }

    template <class F>
    Mapping& message(std::string pattern, F function) {
        return mappings.emplace_back(Mapping::Kind::message, std::move(pattern), stentor::bind(function));
    }

    struct Client {
        Client(StompBench& bench, const std::string& id, Framing framing, std::optional<Authentication> known)
            : outlet(framing),
              session(bench.shard(), outlet, std::make_shared<SessionState>(SessionState{id}),
                      bench.providers.empty() ? nullptr
                                              : make_login(bench.providers, "/ws", known ? &*known : nullptr,
                                                           bench.expiries.now())) {
            if (known) session.state()->principal = std::make_shared<const Principal>(known->principal);
            session.opened();
        }
        /// Bytes from the peer, with ^ for NUL, and as many turns as the session needs for them.
        void hear(std::string_view text) {
            hear_in_one_turn(text);
            while (session.has_more()) session.go_on();
        }
        void hear_in_one_turn(std::string_view text) {
            std::string bytes(text);
            std::ranges::replace(bytes, '^', '\0');
            session.text(bytes);
        }
        /// What was said since the last call, with ^ for NUL.
        std::string said() {
            std::string text = outlet.bytes();
            outlet.frames.clear();
            std::ranges::replace(text, '\0', '^');
            return text;
        }
        /// The same, and how it ended.
        std::string outcome() {
            std::string text = said();
            if (outlet.closed) text += "|closed " + std::to_string(outlet.closed->code);
            return text;
        }
        FakeOutlet outlet;
        StompSession session;
    };

    Client& client(Framing framing = Framing::tcp, std::optional<Authentication> known = {}) {
        const std::string id = "s" + std::to_string(clients.size() + 1);
        return *clients.emplace_back(std::make_unique<Client>(*this, id, framing, std::move(known)));
    }
    /// Who clients are is asked of that one alone.
    void ask(std::shared_ptr<const AuthenticationProvider> provider) { providers = {std::move(provider)}; }
    void ask(std::shared_ptr<const Authenticator> authenticator) {
        ask(std::make_shared<security::LoginProvider>(std::move(authenticator)));
    }
    Client& connected(std::string_view version = "1.2", Framing framing = Framing::tcp) {
        Client& made = client(framing);
        made.hear("CONNECT\naccept-version:" + std::string(version) + "\n\n^");
        made.said();
        return made;
    }
    void advance(base::Duration by) {
        now += by;
        expiries.run_due(now);
        timers.run_due(now);
    }
    /// The next turn, at the same time.
    void turn() { advance({}); }
    void run_workers() {
        for (auto& task : std::exchange(workers, {})) task();
        for (auto& task : std::exchange(posted, {})) task();
    }
    /// Delivers what another shard would.
    void publish(std::string destination, std::string body, Headers headers = {}) {
        hub().publish({std::move(destination), std::move(headers), std::move(body), {}},
                      [](const Result<void>&) {});
    }
    hub::Hub& hub() {
        if (!hub_) {
            router_.emplace(controller::Router::build(mappings, handlers).value());
            hub_.emplace(hub_settings, *router_, other_broker ? *other_broker : broker, *this, *this, replies,
                         "m-");
        }
        return *hub_;
    }

    StompShard& shard() {
        if (!shard_) {
            shard_.emplace(settings, hub(), frames, timers, expiries);
            shard_->authentication = &authentication;
            shard_->csrf = &csrf;
        }
        return *shard_;
    }

    [[nodiscard]] unsigned self() const override { return 0; }
    [[nodiscard]] unsigned count() const override { return shards; }
    void send(unsigned shard, broker::Mail mail) override { mails.emplace_back(shard, std::move(mail)); }
    void send_to_user(const std::string&, const std::string&, const MessagePtr&,
                      broker::Broker::Done done) override {
        done({});
    }
    void send_reply(unsigned, const MessagePtr&, std::uint64_t) override {}
    void post(std::function<void()> task) override { posted.push_back(std::move(task)); }
    void run_on_workers(const std::string&, std::function<void()> task) override {
        workers.push_back(std::move(task));
    }
    std::any asio_executor() override { return {}; }

    std::deque<Mapping> mappings;
    std::deque<ExceptionMapping> handlers;
    broker::Settings broker_settings;
    hub::Settings hub_settings;
    StompSettings settings;
    unsigned shards = 1;
    std::vector<std::pair<unsigned, broker::Mail>> mails;  ///< to the other shards
    base::TimePoint now = base::TimePoint{} + 1h;
    base::TimerQueue timers;
    base::TimerQueue expiries;
    FrameCache frames;
    broker::SimpleBroker broker{broker_settings, *this, timers};
    broker::Broker* other_broker = nullptr;  ///< instead, when it is set before the first client
    test::CountedRandom random;
    hub::ReplyQueues replies{random, *this};
    security::Providers providers;
    security::AuthenticationManager authentication{*this};
    security::CsrfTokens csrf{std::as_bytes(std::span("a key of more than 32 bytes, for tests"))};
    std::vector<std::function<void()>> posted;
    std::vector<std::function<void()>> workers;

private:
    std::optional<controller::Router> router_;
    std::optional<hub::Hub> hub_;
    std::optional<StompShard> shard_;

public:
    std::vector<std::unique_ptr<Client>> clients;  // last: they use all of the above
};

/// What a fresh session answers to the whole conversation, the same for every cut of it.
inline std::string converse(std::string_view script) {
    return test::same_for_every_cut(script, [](test::Pieces pieces) {
        StompBench bench;
        StompBench::Client& client = bench.client();
        for (const std::string_view piece : pieces) client.hear(piece);
        return client.outcome();
    });
}

/// The same behind CONNECT of that version, whose answer is left out.
inline std::string converse_in(std::string_view version, std::string_view script) {
    return test::same_for_every_cut(script, [version](test::Pieces pieces) {
        StompBench bench;
        StompBench::Client& client = bench.connected(version);
        for (const std::string_view piece : pieces) client.hear(piece);
        return client.outcome();
    });
}

/// An ERROR as this server writes it, with what follows.
inline std::string error_frame(std::string_view code, std::string_view message, std::string_view receipt = {},
                               std::string_view after = "|closed 1002") {
    std::string text = "ERROR\nmessage:" + std::string(message) + "\ncode:" + std::string(code) + "\n";
    if (!receipt.empty()) text += "receipt-id:" + std::string(receipt) + "\n";
    return text + "content-type:text/plain;charset=utf-8\ncontent-length:" + std::to_string(message.size()) +
           "\n\n" + std::string(message) + "^" + std::string(after);
}

}  // namespace stentor::session
