#pragma once

#include "base/timer_queue.hpp"
#include "session/outlet.hpp"
#include "transport/receiver.hpp"
#include "transport/site.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace stentor::transport {

class SockjsSessions;

/// A session over the SockJS HTTP transports: it outlives its requests. Messages wait, as JSON strings, for
/// the next receiver; those of one turn leave in one frame. Shard-local.
class SockjsSession final : public session::Outlet, public ReceiverUser {
public:
    SockjsSession(SockjsSessions& sessions, Site& site, const Endpoint& endpoint, std::string key,
                  std::string owner);
    ~SockjsSession();

    /// Opens the application's side; after the first receiver has its open frame.
    void open(std::string id, Handshake handshake);
    /// A receiving request.
    void attach(Receiver& receiver, const sockjs::ReceivingTransport& transport,
                const http::Request& request);
    /// A message from a sending request.
    void message(std::string_view text);
    void shut_down() { close({3000, "Go away!"}); }
    /// Writes what waits, if somebody receives. Called at the end of a turn after send() or close().
    void flush();

    /// Who may use it: the address that opened it.
    [[nodiscard]] const std::string& owner() const { return owner_; }
    [[nodiscard]] const std::string& key() const { return key_; }
    [[nodiscard]] bool is_closed() const { return close_status_.has_value(); }

    [[nodiscard]] session::Framing framing() const override { return session::Framing::sockjs_quoted; }
    void send(base::BytesRef quoted) override;
    [[nodiscard]] std::size_t unsent() const override { return waiting_bytes_; }
    void close(CloseStatus status) override;

    void receiver_done() override;
    void receiver_lost() override;
    [[nodiscard]] std::size_t stream_limit() const override { return settings_.stream_limit; }
    [[nodiscard]] bool cookie_needed() const override { return settings_.cookie_needed; }

private:
    void mark();
    void on_time(base::TimePoint now);
    void tell_closed();
    [[nodiscard]] std::string close_frame() const;

    SockjsSessions& sessions_;
    base::TimerQueue& timers_;
    const Endpoint& endpoint_;
    const SockjsSettings& settings_;
    std::string key_;
    std::string owner_;
    std::unique_ptr<session::Inlet> inlet_;
    Receiver* receiver_ = nullptr;
    std::deque<base::BytesRef> waiting_;
    std::size_t waiting_bytes_ = 0;
    std::optional<CloseStatus> close_status_;
    bool told_closed_ = false;
    bool marked_ = false;
    base::Timer timer_;  ///< with a receiver the next heart-beat, without one the end
};

}  // namespace stentor::transport
