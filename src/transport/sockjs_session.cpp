// Tests: tests/unit/transport/sockjs_session_test.cpp
#include "transport/sockjs_session.hpp"

#include "base/log.hpp"
#include "sockjs/frame.hpp"
#include "transport/sockjs_sessions.hpp"

#include <utility>
#include <vector>

namespace stentor::transport {
namespace {

/// The owner of a response that has no session: a second receiver, which is turned away.
class Nobody final : public ReceiverUser {
public:
    explicit Nobody(bool cookie_needed) : cookie_needed_(cookie_needed) {}
    void receiver_done() override { ended_ = true; }
    void receiver_lost() override { ended_ = true; }
    [[nodiscard]] std::size_t stream_limit() const override { return std::string::npos; }
    [[nodiscard]] bool cookie_needed() const override { return cookie_needed_; }
    [[nodiscard]] bool ended() const { return ended_; }

private:
    bool cookie_needed_;
    bool ended_ = false;
};

/// SockJS 0.3.3: one receiver at a time; the newcomer is told, the first goes on.
void turn_away(Receiver& receiver, const sockjs::ReceivingTransport& transport, const http::Request& request,
               bool cookie_needed) {
    Nobody nobody(cookie_needed);
    receiver.begin(nobody, transport, request);
    receiver.frame(sockjs::close_frame(2010, "Another connection still open"));
    if (!nobody.ended()) receiver.end();
}

}  // namespace

SockjsSession::SockjsSession(SockjsSessions& sessions, Site& site, const Endpoint& endpoint, std::string key,
                             std::string owner)
    : sessions_(sessions),
      timers_(site.timers),
      endpoint_(endpoint),
      settings_(*endpoint.sockjs),
      key_(std::move(key)),
      owner_(std::move(owner)),
      timer_(site.timers, [this](base::TimePoint now) { on_time(now); }) {}

SockjsSession::~SockjsSession() { tell_closed(); }

void SockjsSession::open(std::string id, Handshake handshake) {
    inlet_ = endpoint_.open(*this, std::move(id), std::move(handshake));
    inlet_->opened();
}

void SockjsSession::attach(Receiver& receiver, const sockjs::ReceivingTransport& transport,
                           const http::Request& request) {
    if (receiver_ != nullptr) return turn_away(receiver, transport, request, settings_.cookie_needed);
    receiver.begin(*this, transport, request);
    receiver_ = &receiver;
    timer_.set(timers_.now() + settings_.heartbeat);
    if (inlet_ == nullptr) receiver.frame(sockjs::open_frame);
    else flush();
}

void SockjsSession::message(std::string_view text) {
    if (close_status_) return;
    inlet_->text(text);
    while (!close_status_ && inlet_->has_more()) inlet_->go_on();  // a body is bounded
}

void SockjsSession::send(base::BytesRef quoted) {
    if (close_status_) return;
    waiting_bytes_ += quoted->size();
    waiting_.push_back(std::move(quoted));
    if (waiting_bytes_ > settings_.buffer_limit) flush();  // what a receiver takes at once does not count
    if (waiting_bytes_ > settings_.buffer_limit) {
        log::warning("slow_consumer_closed", {{"peer", owner_}, {"unsent", waiting_bytes_}});
        waiting_.clear();
        waiting_bytes_ = 0;
        return close({1013, "Too many messages wait"});
    }
    mark();
}

void SockjsSession::close(CloseStatus status) {
    if (close_status_) return;
    close_status_ = std::move(status);
    mark();
}

void SockjsSession::mark() {
    if (!std::exchange(marked_, true)) sessions_.mark(*this);
}

std::string SockjsSession::close_frame() const {
    return sockjs::close_frame(close_status_->code, close_status_->reason);
}

void SockjsSession::flush() {
    marked_ = false;
    if (receiver_ != nullptr && !waiting_.empty()) {
        std::vector<std::string_view> quoted;
        for (const base::BytesRef& message : waiting_) quoted.push_back(message->view());
        std::string frame;
        sockjs::append_message_frame(frame, quoted);
        waiting_.clear();
        waiting_bytes_ = 0;
        timer_.set(timers_.now() + settings_.heartbeat);
        receiver_->frame(frame);
    }
    if (!close_status_) return;
    tell_closed();
    if (receiver_ == nullptr) return timer_.set(timers_.now() + settings_.disconnect_delay);
    receiver_->frame(close_frame());
    if (Receiver* const streaming = std::exchange(receiver_, nullptr)) streaming->end();
    timer_.set(timers_.now() + settings_.disconnect_delay);
}

void SockjsSession::tell_closed() {
    if (inlet_ == nullptr || std::exchange(told_closed_, true)) return;
    inlet_->closed(close_status_.value_or(CloseStatus{1001, "The server stops"}));
}

void SockjsSession::receiver_done() {
    receiver_ = nullptr;
    timer_.set(timers_.now() + settings_.disconnect_delay);
}

void SockjsSession::receiver_lost() {
    receiver_ = nullptr;
    timer_.set(timers_.now() + settings_.disconnect_delay);
    close({1002, "Connection interrupted"});
}

void SockjsSession::on_time(base::TimePoint now) {
    if (receiver_ != nullptr) {
        timer_.set(now + settings_.heartbeat);
        return receiver_->frame(sockjs::heartbeat_frame);
    }
    if (!close_status_) close_status_ = CloseStatus{1006, "No receiving request came"};
    sessions_.remove(*this);  // destroys this
}

}  // namespace stentor::transport
