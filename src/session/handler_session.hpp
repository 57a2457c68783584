#pragma once

#include "base/timer_queue.hpp"
#include "session/outlet.hpp"
#include "session/session_link.hpp"
#include "session/user_quota.hpp"

#include <memory>

namespace stentor::session {

/// A session at a WebSocketHandler: turns what arrives into the handler's calls. Shard-local.
class HandlerSession final : public Inlet {
public:
    HandlerSession(std::shared_ptr<WebSocketHandler> handler, HandlerSessions& sessions,
                   std::shared_ptr<const Port> port, Outlet& outlet, std::string id, Handshake handshake);
    ~HandlerSession() override;

    void opened() override;
    void text(std::string_view payload) override;
    void binary(std::string_view payload) override;
    void closed(const CloseStatus& status) override;

    /// Ends then: who it is was known for no longer.
    void expire_after(base::TimerQueue& timers, base::Duration validity);
    /// Its user's place for it. Null: there is none, and the session ends before its handler learns of it.
    void occupy(UserQuota::Place place);
    void send(std::string_view payload, bool binary);
    void close(CloseStatus status) { outlet_.close(std::move(status)); }
    /// False when it was ended so before.
    bool end(CloseStatus status);
    [[nodiscard]] Outlet& outlet() { return outlet_; }
    [[nodiscard]] const Outlet& outlet() const { return outlet_; }
    [[nodiscard]] const SessionLink& link() const { return *link_; }

private:
    template <class F>
    bool guarded(F call);
    void end_unless(bool well);

    std::shared_ptr<WebSocketHandler> handler_;
    HandlerSessions& sessions_;
    Outlet& outlet_;
    std::shared_ptr<const SessionLink> link_;
    std::unique_ptr<base::Timer> expiry_;
    UserQuota::Place place_;
    bool is_one_too_many_ = false;
    bool is_ended_ = false;
};

}  // namespace stentor::session
