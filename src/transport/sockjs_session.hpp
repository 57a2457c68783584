#pragma once

#include "base/timer_queue.hpp"
#include "session/outlet.hpp"
#include "transport/receiver.hpp"
#include "transport/site.hpp"
#include "transport/sockjs_owner.hpp"
#include "transport/sockjs_quota.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stentor::transport {

class SockjsSessions;

/// What the request that opens a session decides about it.
struct SockjsOpening {
    SockjsOwner owner;
    SockjsPlace place;
    const sockjs::ReceivingTransport& transport;
};

/// A session over the SockJS HTTP transports: it outlives its requests. Messages wait, as JSON strings, for
/// the next receiver; those of one turn leave in one frame. Shard-local.
class SockjsSession final : public session::Outlet, public ReceiverUser {
public:
    SockjsSession(SockjsSessions& sessions, Site& site, const Endpoint& endpoint, std::string key,
                  SockjsOpening opening);
    ~SockjsSession();

    /// Opens the application's side; after the first receiver has its open frame.
    void open(std::string id, Handshake handshake, const Authentication* known);
    /// A receiving request, of the session's own transport.
    void attach(Receiver& receiver, const http::Request& request);
    /// A message from a sending request. How long its sender is to rest.
    base::Duration message(std::string_view text);
    /// Lets go of what waits, and ends.
    void give_up();
    [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }
    void shut_down() {
        ending(DisconnectReason::server_stops);
        close({3000, "Go away!"});
    }
    /// Writes what waits, if somebody receives. Called at the end of a turn after send() or close().
    void flush();

    [[nodiscard]] SockjsOwner& owner() { return opening_.owner; }
    /// By which it was opened, and by which alone it can be received.
    [[nodiscard]] const sockjs::ReceivingTransport& transport() const { return opening_.transport; }
    [[nodiscard]] const std::string& key() const { return key_; }
    [[nodiscard]] bool is_closed() const { return close_status_.has_value(); }

    [[nodiscard]] session::Framing framing() const override { return session::Framing::sockjs_quoted; }
    void send(base::BytesRef quoted) override;
    [[nodiscard]] std::size_t unsent() const override;
    [[nodiscard]] session::Origin origin() const override {
        return {opening_.transport.name, opening_.owner.address(), since_};
    }
    std::size_t write_now() override;
    [[nodiscard]] bool is_crowded() const override;
    void close(CloseStatus status) override;

    void receiver_done() override;
    void receiver_too_slow() override { ending(DisconnectReason::slow_consumer); }
    void receiver_lost() override;
    void receiver_drained() override;
    [[nodiscard]] std::size_t stream_limit() const override { return settings_.stream_limit; }
    void add_cookies(http::Fields& fields, const http::Request& request) const override;

private:
    void ending(DisconnectReason reason) {
        if (inlet_ != nullptr && !close_status_) inlet_->ending(reason);
    }
    void mark();
    [[nodiscard]] bool too_much_waits() const;
    [[nodiscard]] bool is_congested() const;
    void write(std::string_view frame);
    void clear_waiting();
    void write_waiting();
    void write_close();
    void tell_drained();
    void on_time(base::TimePoint now);
    void tell_closed();
    [[nodiscard]] std::string close_frame() const;

    SockjsSessions& sessions_;
    base::TimerQueue& timers_;
    const Endpoint& endpoint_;
    const SockjsSettings& settings_;
    std::string key_;
    SockjsOpening opening_;
    base::TimePoint since_;
    std::unique_ptr<session::Inlet> inlet_;
    Receiver* receiver_ = nullptr;
    std::vector<base::BytesRef> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::optional<CloseStatus> close_status_;
    bool told_closed_ = false;
    bool marked_ = false;
    std::uint64_t written_in_ = 0;  ///< the turn in which the receiver was last written to
    bool has_waited_ = false;       ///< something was not taken in the turn in which it was sent
    base::Timer drained_timer_;
    base::Timer timer_;  ///< with a receiver the next heart-beat, without one the end
};

}  // namespace stentor::transport
