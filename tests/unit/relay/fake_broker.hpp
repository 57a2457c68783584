#pragma once

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "relay/broker_link.hpp"
#include "stomp/decoder.hpp"
#include "stomp/encoder.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::relay {

/// Every draw is the same: of full jitter the given part of 256.
class CountedRandom final : public base::Random {
public:
    void fill(std::span<std::byte> bytes) override {
        for (std::byte& b : bytes) b = part;
    }
    std::byte part{0x80};
};

/// A frame as the broker got it.
struct Got {
    stomp::Command command;
    std::map<std::string, std::string> headers;
    std::string body;

    [[nodiscard]] std::string operator[](const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? "(none)" : found->second;
    }
};

/// A STOMP broker played by hand, at the other end of wires in memory, with a counted clock.
class FakeBroker {
public:
    class Wire final : public net::Wire {
    public:
        void send(base::BytesRef bytes) override {
            if (!closed) sent += bytes->view();
        }
        [[nodiscard]] std::size_t unsent() const override { return 0; }
        void finish() override { finished = true; }
        void abort() override { closed = true; }
        void pause() override {}
        void resume() override {}
        void set_user(net::WireUser& next) override { user = &next; }
        [[nodiscard]] const std::string& remote_address() const override { return address; }

        net::WireUser* user = nullptr;
        std::string address = "broker";
        std::string sent;
        bool closed = false;
        bool finished = false;
    };

    Dialer dialer() {
        return {[this](std::size_t address, Dialer::Connected done) {
                    ++dials;
                    dialled.push_back(address);
                    if (silent) waiting = std::move(done);
                    else if (!reachable) done(Error{Errc::unavailable, "refused"});
                    else done(make_wire());
                },
                [this](net::Wire& started, net::WireUser& user) {
                    wire = static_cast<Wire*>(&started);
                    wire->user = &user;
                    reads = std::make_unique<stomp::Decoder>();
                }};
    }
    std::unique_ptr<net::Wire> make_wire() { return std::make_unique<Wire>(); }

    /// Time passes: timers run, and a wire that closed says so, as at the end of a turn.
    void pass(base::Duration time) {
        now += time;
        timers.run_due(now);
        end_turn();
    }
    void end_turn() {
        if (wire != nullptr && wire->closed) std::exchange(wire, nullptr)->user->on_closed();
    }
    void close() {
        wire->closed = true;
        end_turn();
    }

    void say_raw(std::string bytes) {
        wire->user->on_bytes(bytes);
        end_turn();
    }
    void say(stomp::Command command, std::vector<stomp::HeaderView> headers, std::string_view body = {}) {
        std::string frame;
        stomp::encode(frame, stomp::Version::v1_2, command, headers, body);
        say_raw(std::move(frame));
    }
    void say_connected(std::string_view heart_beat = "0,0") {
        say(stomp::Command::connected, {{"version", "1.2"}, {"heart-beat", heart_beat}, {"server", server}});
    }
    void say_receipt(std::string_view id) { say(stomp::Command::receipt, {{"receipt-id", id}}); }
    void say_message(std::string_view subscription, std::string_view body) {
        say(stomp::Command::message,
            {{"subscription", subscription}, {"message-id", "T_1@@x@@1"}, {"destination", "/topic/whatever"}},
            body);
    }
    /// Of a queue: each body is its message's ack too.
    void say_to_consume(std::string_view subscription, std::string_view body, bool redelivered = false) {
        say(stomp::Command::message,
            {{"subscription", subscription},
             {"message-id", body},
             {"ack", body},
             {"destination", "/queue/whatever"},
             {"redelivered", redelivered ? "true" : "false"}},
            body);
    }

    /// The frames that came since the last look, without heart-beats.
    std::vector<Got> got() {
        std::vector<Got> frames;
        if (wire == nullptr) return frames;
        reads->feed(std::exchange(wire->sent, {}));
        for (;;) {
            const auto next = reads->next();
            EXPECT_TRUE(next.has_value());
            if (!next.has_value() || !next->has_value()) return frames;
            const stomp::Frame& frame = **next;
            if (frame.command == stomp::Command::connect) reads->set_version(stomp::Version::v1_2);
            Got one{frame.command, {}, std::string(frame.body)};
            for (const auto& [name, value] : frame.headers) one.headers.emplace(name, value);
            frames.push_back(std::move(one));
        }
    }

    base::TimerQueue timers;
    base::TimePoint now{};
    CountedRandom random;
    Wire* wire = nullptr;
    std::unique_ptr<stomp::Decoder> reads;
    Dialer::Connected waiting;
    int dials = 0;
    std::vector<std::size_t> dialled;  ///< which of the addresses, in order
    std::string server;                ///< as it calls itself
    bool reachable = true;
    bool silent = false;  ///< the dialling gets no answer
};

}  // namespace stentor::relay
