#include "relay/broker_link.hpp"

#include "base/log.hpp"
#include "stomp/encoder.hpp"

#include <array>
#include <cassert>
#include <cstdint>
#include <utility>

namespace stentor::relay {
namespace {

using stomp::Command;

/// A connection that lived this long was a good one: the wait after it is short again.
constexpr base::Duration steady = std::chrono::seconds(10);

std::string to_header(const stomp::HeartBeat& beat) {
    return std::to_string(beat.can_send.count()) + "," + std::to_string(beat.wants.count());
}

/// Servers begin with different ones, so that several brokers share them.
std::size_t any_of(std::size_t count, base::Random& random) {
    assert(count > 0);
    std::array<std::byte, 2> bits;
    random.fill(bits);
    return (std::to_integer<std::size_t>(bits[0]) << 8 | std::to_integer<std::size_t>(bits[1])) % count;
}

/// Only what the configuration says; nothing of a client's is in it.
std::string connect_frame(const LinkSettings& settings) {
    const std::string beat = to_header(settings.heart_beat);
    const std::array<stomp::HeaderView, 5> headers{{{"accept-version", "1.2"},
                                                    {"host", settings.virtual_host},
                                                    {"heart-beat", beat},
                                                    {"login", settings.login},
                                                    {"passcode", settings.passcode}}};
    const bool anonymous = settings.login.empty();
    std::string frame;
    stomp::encode(frame, stomp::Version::v1_2, Command::connect,
                  std::span(headers).first(anonymous ? 3 : headers.size()));
    return frame;
}

}  // namespace

BrokerLink::BrokerLink(const LinkSettings& settings, Dialer dialer, base::TimerQueue& timers,
                       base::Random& random, LinkUser& user)
    : settings_(settings),
      dialer_(std::move(dialer)),
      timers_(timers),
      user_(user),
      backoff_(random),
      address_(any_of(settings.addresses.size(), random)),
      timer_(timers, [this](base::TimePoint now) { on_time(now); }) {
    rearm();
}

void BrokerLink::dial(base::TimePoint now) {
    phase_ = Phase::dialling;
    deadline_ = now + settings_.connect_timeout;
    dead_wire_.reset();
    dialer_.connect(address_,
                    [this](Result<std::unique_ptr<net::Wire>> result) { dialled(std::move(result)); });
}

void BrokerLink::dialled(Result<std::unique_ptr<net::Wire>> result) {
    if (phase_ != Phase::dialling) return;
    if (result.has_error()) {
        log::warning("broker_unreachable", {{"broker", address()}, {"reason", result.error().message}});
        return failed();
    }
    wire_ = std::move(*result);
    phase_ = Phase::connecting;
    decoder_ = std::make_unique<stomp::Decoder>(settings_.limits, stomp::Peer::server);
    dialer_.start(*wire_, *this);
    wire_->send(base::share(connect_frame(settings_)));
    rearm();
}

void BrokerLink::write(std::string frame) {
    wire_->send(base::share(std::move(frame)));
    liveness_.sent(timers_.now());
}

void BrokerLink::on_bytes(std::span<char> bytes) {
    if (phase_ != Phase::connecting && phase_ != Phase::up) return;
    liveness_.received(timers_.now());
    decoder_->feed({bytes.data(), bytes.size()});
    while (phase_ == Phase::connecting || phase_ == Phase::up) {
        const auto next = decoder_->next();
        if (next.has_error()) return lose(next.error().message);
        if (!next->has_value()) break;
        handle(**next);
    }
    rearm();
}

void BrokerLink::handle(const stomp::Frame& frame) {
    if (frame.command == Command::connected && phase_ == Phase::connecting) return connected(frame);
    if (phase_ == Phase::connecting) {
        if (frame.command == Command::error) log_error(frame);
        return lose("the broker refused CONNECT");
    }
    if (frame.command == Command::connected) return lose("a second CONNECTED");
    user_.on_frame(frame);
}

void BrokerLink::log_error(const stomp::Frame& frame) const {
    log::warning("broker_error",
                 {{"broker", address()}, {"message", shown(frame.header("message").value_or(""))}});
}

void BrokerLink::connected(const stomp::Frame& frame) {
    if (frame.header("version") != "1.2") return lose("the broker does not speak STOMP 1.2");
    const auto beat = stomp::parse_heart_beat(frame.header("heart-beat"));
    if (beat.has_error()) return lose(beat.error().message);
    phase_ = Phase::up;
    was_up_ = true;
    dialect_ = dialect_of(frame.header("server").value_or(""));
    up_since_ = timers_.now();
    deadline_ = base::never;
    decoder_->set_version(stomp::Version::v1_2);
    // Many wait for one: it gets an interval more than a client.
    liveness_.start(agree(settings_.heart_beat, *beat), timers_.now(), 3);
    log::info("broker_up", {{"broker", address()}});
    user_.link_up();
}

void BrokerLink::lose(std::string_view reason) {
    if (phase_ != Phase::connecting && phase_ != Phase::up) return;
    wire_->abort();  // on_closed comes later and goes on from there
    end(reason);
}

void BrokerLink::end(std::string_view reason) {
    const bool was_up = std::exchange(phase_, Phase::closing) == Phase::up;
    lost_because_ = shown(reason);
    log::warning("broker_lost", {{"broker", address()}, {"reason", lost_because_}});
    if (was_up && timers_.now() - up_since_ >= steady) backoff_.reset();
    liveness_.stop();
    deadline_ = base::never;
    rearm();
    if (was_up) user_.link_down();
}

void BrokerLink::on_closed() {
    if (phase_ == Phase::connecting || phase_ == Phase::up) end("the connection was closed");
    dead_wire_ = std::move(wire_);
    if (phase_ == Phase::closing) failed();
}

/// A round ends when each address was tried without success, or when a connection that was up is lost: the
/// broker that took it is not the first of the next round, and what made it end it may do so again.
void BrokerLink::failed() {
    const bool was_up = std::exchange(was_up_, false);
    address_ = (address_ + 1) % settings_.addresses.size();
    if (!was_up && ++tried_ < settings_.addresses.size()) return wait(base::Duration(0));
    tried_ = 0;
    wait(backoff_.next());
}

void BrokerLink::wait(base::Duration time) {
    phase_ = Phase::waiting;
    deadline_ = timers_.now() + time;
    rearm();
}

void BrokerLink::shut_down() {
    if (phase_ == Phase::up) {
        std::string frame;
        stomp::encode(frame, stomp::Version::v1_2, Command::disconnect, {});
        write(std::move(frame));
    }
    const bool was_up = std::exchange(phase_, Phase::stopped) == Phase::up;
    timer_.cancel();
    lost_because_ = "the server stops";
    if (wire_) wire_->finish();
    if (was_up) user_.link_down();
}

void BrokerLink::on_time(base::TimePoint now) {
    if (phase_ == Phase::waiting) return dial(now);
    if (now >= deadline_) return lose("no CONNECTED came in time");
    if (liveness_.dead(now)) return lose("no heart-beat came in time");
    if (liveness_.due(now)) write("\n");
    rearm();
}

void BrokerLink::rearm() {
    if (phase_ == Phase::stopped) return;
    timer_.set(phase_ == Phase::dialling ? base::never : std::min(deadline_, liveness_.next_deadline()));
}

/// The broker's words for the log; they might repeat what was sent to it.
std::string BrokerLink::shown(std::string_view text) const {
    if (!settings_.passcode.empty() && text.find(settings_.passcode) != text.npos) return "(not shown)";
    return std::string(text);
}

}  // namespace stentor::relay
