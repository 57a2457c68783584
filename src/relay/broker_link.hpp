#pragma once

#include "base/timer_queue.hpp"
#include "net/wire.hpp"
#include "relay/backoff.hpp"
#include "relay/dialect.hpp"
#include "stentor/result.hpp"
#include "stomp/decoder.hpp"
#include "stomp/heart_beats.hpp"
#include "stomp/negotiation.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace stentor::relay {

/// How a link gets a connection to one of its addresses. `connect` answers once, maybe before it returns;
/// `start` begins to read.
struct Dialer {
    using Connected = std::function<void(Result<std::unique_ptr<net::Wire>>)>;
    std::function<void(std::size_t address, Connected)> connect;
    std::function<void(net::Wire&, net::WireUser&)> start;
};

struct LinkSettings {
    std::vector<std::string> addresses{"127.0.0.1:61613"};  ///< for the log and events; at least one
    std::string login;
    std::string passcode;
    std::string virtual_host;
    stomp::HeartBeat heart_beat{std::chrono::seconds(10), std::chrono::seconds(10)};
    base::Duration connect_timeout = std::chrono::seconds(5);  ///< from the dialling to CONNECTED
    stomp::Limits limits{};
};

/// Who speaks over a BrokerLink.
class LinkUser {
public:
    /// The broker answered CONNECTED.
    virtual void link_up() = 0;
    /// A MESSAGE, RECEIPT or ERROR; its views die with the call.
    virtual void on_frame(const stomp::Frame& frame) = 0;
    /// What was sent and not answered is lost. Only after link_up.
    virtual void link_down() = 0;

protected:
    ~LinkUser() = default;
};

/// The one connection of a shard to its STOMP broker: CONNECT, heart-beats both ways, and the next try after
/// a loss. Of several addresses any is the first; what fails before CONNECTED is followed by the next of them
/// at once, and a wait comes after each round of all. Dials from the first turn on. Shard-local, but for the
/// constructor.
class BrokerLink final : private net::WireUser {
public:
    BrokerLink(const LinkSettings& settings, Dialer dialer, base::TimerQueue& timers, base::Random& random,
               LinkUser& user);
    BrokerLink(const BrokerLink&) = delete;
    BrokerLink& operator=(const BrokerLink&) = delete;

    [[nodiscard]] bool is_up() const { return phase_ == Phase::up; }
    /// The address that it speaks to, or spoke to last.
    [[nodiscard]] const std::string& address() const { return settings_.addresses[address_]; }
    /// Of the broker that it speaks to.
    [[nodiscard]] Dialect dialect() const { return dialect_; }
    /// Why it was last lost.
    [[nodiscard]] const std::string& lost_because() const { return lost_because_; }
    /// Sends an encoded frame; call while it is up.
    void write(std::string frame);
    /// What the broker said in its ERROR; its user knows whether it is worth a line.
    void log_error(const stomp::Frame& frame) const;
    /// Gives the connection up, for this reason, and tries again later.
    void lose(std::string_view reason);
    /// Takes leave of the broker and does not come back.
    void shut_down();

private:
    enum class Phase : std::uint8_t { waiting, dialling, connecting, up, closing, stopped };

    void on_bytes(std::span<char> bytes) override;
    void on_closed() override;

    void dial(base::TimePoint now);
    void dialled(Result<std::unique_ptr<net::Wire>> result);
    void handle(const stomp::Frame& frame);
    void connected(const stomp::Frame& frame);
    void end(std::string_view reason);
    void failed();
    void wait(base::Duration time);
    void on_time(base::TimePoint now);
    void rearm();
    [[nodiscard]] std::string shown(std::string_view text) const;

    const LinkSettings& settings_;
    Dialer dialer_;
    base::TimerQueue& timers_;
    LinkUser& user_;
    Backoff backoff_;
    std::size_t address_;
    std::size_t tried_ = 0;  ///< of the addresses in this round
    Dialect dialect_ = Dialect::specification;
    std::unique_ptr<stomp::Decoder> decoder_;  ///< of this connection
    stomp::HeartBeats liveness_;
    base::TimePoint deadline_{};  ///< to dial, or for CONNECTED
    base::TimePoint up_since_{};
    std::unique_ptr<net::Wire> wire_;
    std::unique_ptr<net::Wire> dead_wire_;  ///< told its end just now, maybe still at work
    Phase phase_ = Phase::waiting;
    bool was_up_ = false;  ///< this connection
    std::string lost_because_;
    base::Timer timer_;
};

}  // namespace stentor::relay
