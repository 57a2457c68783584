// Tests: tests/unit/session/handler_session_test.cpp
#include "session/handler_session.hpp"

#include "base/log.hpp"

#include <exception>
#include <utility>

namespace stentor::session {

std::uint64_t HandlerSessions::add(HandlerSession& session) {
    sessions_.emplace(++last_key_, &session);
    return last_key_;
}

HandlerSession* HandlerSessions::find(std::uint64_t key) const {
    const auto found = sessions_.find(key);
    return found == sessions_.end() ? nullptr : found->second;
}

HandlerSession::HandlerSession(std::shared_ptr<WebSocketHandler> handler, HandlerSessions& sessions,
                               std::shared_ptr<const Port> port, Outlet& outlet, std::string id,
                               Handshake handshake)
    : handler_(std::move(handler)),
      sessions_(sessions),
      outlet_(outlet),
      link_(std::make_shared<const SessionLink>(SessionLink{std::move(id), std::move(handshake),
                                                            std::make_shared<Attributes>(), std::move(port),
                                                            sessions.add(*this)})) {}

HandlerSession::~HandlerSession() { sessions_.remove(link_->key); }

/// A user's exception must not reach the event loop. False when there was one.
template <class F>
bool HandlerSession::guarded(F call) {
    try {
        call(WebSocketSession(link_));
        return true;
    } catch (const std::exception& e) {
        log::error("handler_failed", {{"session", link_->id}, {"reason", e.what()}});
    } catch (...) {
        log::error("handler_failed", {{"session", link_->id}, {"reason", "not a std::exception"}});
    }
    return false;
}

void HandlerSession::end_unless(bool well) {
    if (!well) outlet_.close({1011, "The handler failed"});
}

void HandlerSession::opened() {
    if (is_one_too_many_) return close({1008, "The user has too many sessions"});
    end_unless(guarded([&](WebSocketSession s) { handler_->after_connection_established(std::move(s)); }));
}

void HandlerSession::text(std::string_view payload) {
    end_unless(guarded([&](WebSocketSession s) { handler_->handle_text_message(std::move(s), payload); }));
}

void HandlerSession::binary(std::string_view payload) {
    end_unless(guarded([&](WebSocketSession s) { handler_->handle_binary_message(std::move(s), payload); }));
}

void HandlerSession::closed(const CloseStatus& status) {
    sessions_.remove(link_->key);
    expiry_.reset();
    place_.reset();
    if (is_one_too_many_) return;
    guarded([&](WebSocketSession s) { handler_->after_connection_closed(std::move(s), status); });
}

void HandlerSession::expire_after(base::TimerQueue& timers, base::Duration validity) {
    expiry_ = std::make_unique<base::Timer>(timers, [this](base::TimePoint) {
        close({1008, "The credentials have expired"});
    });
    expiry_->set(timers.now() + validity);
}

void HandlerSession::occupy(UserQuota::Place place) {
    is_one_too_many_ = place == nullptr;
    place_ = std::move(place);
}

bool HandlerSession::end(CloseStatus status) {
    if (std::exchange(is_ended_, true)) return false;
    close(std::move(status));
    return true;
}

void HandlerSession::send(std::string_view payload, bool binary) {
    const Framing framing = outlet_.framing();
    if (binary && framing != Framing::websocket) return outlet_.close({1003, "SockJS carries text only"});
    outlet_.send_message(
        sessions_.compressor().compress(wrap(framing, payload, binary), outlet_.deflate_bits()));
}

}  // namespace stentor::session
