// Tests: tests/unit/transport/sockjs_session_test.cpp
#include "transport/sockjs_session.hpp"

#include "base/log.hpp"
#include "sockjs/cookie.hpp"
#include "sockjs/frame.hpp"
#include "transport/sockjs_sessions.hpp"

#include <utility>

namespace stentor::transport {
namespace {

/// The owner of a response that has no session: a second receiver, which is turned away.
class Nobody final : public ReceiverUser {
public:
    explicit Nobody(const SockjsSettings& settings) : settings_(settings) {}
    void receiver_done() override { ended_ = true; }
    void receiver_lost() override { ended_ = true; }
    [[nodiscard]] std::size_t stream_limit() const override { return std::string::npos; }
    void add_cookies(http::Fields& fields, const http::Request& request) const override {
        if (settings_.cookie_needed) fields.add("Set-Cookie", sockjs::session_cookie(request));
    }
    [[nodiscard]] bool ended() const { return ended_; }

private:
    const SockjsSettings& settings_;
    bool ended_ = false;
};

/// SockJS 0.3.3: one receiver at a time; the newcomer is told, the first goes on.
void turn_away(Receiver& receiver, const sockjs::ReceivingTransport& transport, const http::Request& request,
               const SockjsSettings& settings) {
    Nobody nobody(settings);
    receiver.begin(nobody, transport, request);
    receiver.frame(sockjs::close_frame(2010, "Another connection still open"));
    if (!nobody.ended()) receiver.end();
}

}  // namespace

SockjsSession::SockjsSession(SockjsSessions& sessions, Site& site, const Endpoint& endpoint, std::string key,
                             SockjsOpening opening)
    : sessions_(sessions),
      timers_(site.timers),
      endpoint_(endpoint),
      settings_(*endpoint.sockjs),
      key_(std::move(key)),
      opening_(std::move(opening)),
      since_(site.timers.now()),
      drained_timer_(site.timers, [this](base::TimePoint) { tell_drained(); }),
      timer_(site.timers, [this](base::TimePoint now) { on_time(now); }) {}

SockjsSession::~SockjsSession() {
    tell_closed();
    sessions_.uncount_waiting(waiting_bytes_);
}

void SockjsSession::open(std::string id, Handshake handshake, const Authentication* known) {
    inlet_ = endpoint_.open(*this, std::move(id), std::move(handshake), known);
    inlet_->opened();
}

void SockjsSession::attach(Receiver& receiver, const http::Request& request) {
    if (receiver_ != nullptr) return turn_away(receiver, opening_.transport, request, settings_);
    receiver.begin(*this, opening_.transport, request);
    receiver_ = &receiver;
    written_in_ = sessions_.turn();
    timer_.set(timers_.now() + settings_.heartbeat);
    if (inlet_ == nullptr) write(sockjs::open_frame);
    else flush();
}

void SockjsSession::add_cookies(http::Fields& fields, const http::Request& request) const {
    if (settings_.cookie_needed) fields.add("Set-Cookie", sockjs::session_cookie(request));
    const bool opens = inlet_ == nullptr;
    if (opens && !opening_.owner.issued().empty())
        fields.add("Set-Cookie",
                   issue_binding_cookie(opening_.owner.issued(), endpoint_.path, opening_.owner.is_secure()));
}

base::Duration SockjsSession::message(std::string_view text) {
    if (close_status_) return {};
    inlet_->text(text);
    const base::Duration rest = inlet_->rest();
    // Others need not be let in between: a request's body is short.
    while (!close_status_ && inlet_->has_more()) inlet_->go_on();
    return rest;
}

void SockjsSession::give_up() {
    log::warning(
        "slow_consumer_closed",
        {{"peer", opening_.owner.address()}, {"unsent", waiting_bytes_}, {"reason", "the memory budget"}});
    sessions_.count_slow();
    clear_waiting();
    ending(DisconnectReason::slow_consumer);
    close({1013, "Too many messages wait"});
}

void SockjsSession::send(base::BytesRef quoted) {
    if (close_status_) return;
    waiting_bytes_ += quoted->size();
    sessions_.count_waiting(quoted->size());
    waiting_.push_back(std::move(quoted));
    if (too_much_waits()) flush();  // what a receiver takes at once does not count
    if (too_much_waits()) {
        log::warning(
            "slow_consumer_closed",
            {{"peer", opening_.owner.address()}, {"unsent", waiting_bytes_}, {"messages", waiting_.size()}});
        sessions_.count_slow();
        clear_waiting();
        ending(DisconnectReason::slow_consumer);
        return close({1013, "Too many messages wait"});
    }
    mark();
}

/// Messages are counted only between two receivers: one that is there is as fast as its connection, and that
/// is measured in bytes.
bool SockjsSession::too_much_waits() const {
    return waiting_bytes_ > settings_.buffer_limit ||
           (receiver_ == nullptr && waiting_.size() > settings_.max_buffered);
}

std::size_t SockjsSession::unsent() const {
    return waiting_bytes_ + (receiver_ == nullptr ? 0 : receiver_->unsent());
}

std::size_t SockjsSession::write_now() {
    if (!is_congested()) write_waiting();
    return waiting_bytes_ + (receiver_ == nullptr ? 0 : receiver_->write_now());
}

bool SockjsSession::is_crowded() const {
    return waiting_bytes_ > settings_.buffer_limit / 2 ||
           (receiver_ == nullptr && waiting_.size() > settings_.max_buffered / 2);
}

/// Whether the receiver's connection has not taken what it was given in an earlier turn: it tells when it
/// has.
bool SockjsSession::is_congested() const {
    return receiver_ != nullptr && written_in_ != sessions_.turn() && receiver_->unsent() != 0;
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
    if (close_status_) tell_closed();
    if (!is_congested()) {
        write_waiting();
        if (close_status_) return write_close();
    }
    if (!waiting_.empty()) has_waited_ = true;
    tell_drained();
}

/// May end the response, and so the receiver.
void SockjsSession::write(std::string_view frame) {
    written_in_ = sessions_.turn();
    receiver_->frame(frame);
}

void SockjsSession::write_waiting() {
    if (receiver_ == nullptr || waiting_.empty()) return;
    timer_.set(timers_.now() + settings_.heartbeat);
    written_in_ = sessions_.turn();
    receiver_->messages(waiting_);
    clear_waiting();
}

/// Room for a few stays, so that a session that keeps up takes no memory for each message.
void SockjsSession::clear_waiting() {
    waiting_.clear();
    if (waiting_.capacity() > 16) waiting_.shrink_to_fit();
    sessions_.uncount_waiting(std::exchange(waiting_bytes_, 0));
}

void SockjsSession::write_close() {
    timer_.set(timers_.now() + settings_.disconnect_delay);
    if (receiver_ == nullptr) return;
    write(close_frame());
    if (Receiver* const streaming = std::exchange(receiver_, nullptr)) streaming->end();
}

/// What the connection was given in this turn may leave at its end without a word, so that is looked at in
/// the next; what it does not take then is told by receiver_drained().
void SockjsSession::tell_drained() {
    if (!has_waited_ || !waiting_.empty() || told_closed_ || inlet_ == nullptr) return;
    if (unsent() != 0) {
        if (!is_congested()) drained_timer_.set(timers_.now());
        return;
    }
    has_waited_ = false;
    inlet_->drained();
}

void SockjsSession::tell_closed() {
    if (inlet_ == nullptr || std::exchange(told_closed_, true)) return;
    inlet_->closed(close_status_.value_or(CloseStatus{1001, "The server stops"}));
}

void SockjsSession::receiver_done() {
    receiver_ = nullptr;
    timer_.set(timers_.now() + settings_.disconnect_delay);
}

void SockjsSession::receiver_drained() {
    has_waited_ = true;
    flush();
}

void SockjsSession::receiver_lost() {
    receiver_ = nullptr;
    timer_.set(timers_.now() + settings_.disconnect_delay);
    close({1002, "Connection interrupted"});
}

void SockjsSession::on_time(base::TimePoint now) {
    if (receiver_ != nullptr) {
        timer_.set(now + settings_.heartbeat);
        if (!is_congested()) write(sockjs::heartbeat_frame);  // else it says nothing that is not said already
        return;
    }
    if (!close_status_) close_status_ = CloseStatus{1006, "No receiving request came"};
    sessions_.remove(*this);  // destroys this
}

}  // namespace stentor::transport
