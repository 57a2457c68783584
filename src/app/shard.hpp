#pragma once

#include "app/blueprint.hpp"
#include "app/driver.hpp"
#include "app/memory_guard.hpp"
#include "app/node_desk.hpp"
#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "session/frame_cache.hpp"
#include "session/session_link.hpp"
#include "session/stomp_shard.hpp"
#include "transport/sockjs_sessions.hpp"

#include <memory>
#include <vector>

namespace stentor::transport {
class HttpProtocol;
}

namespace stentor::app {

/// One shard: its connections, sessions, hub and broker. Knows no clock, thread or socket: a Driver moves it.
/// Shard-local, but for the constructor.
class Shard final : public transport::Host,
                    public broker::Peers,
                    public hub::Neighbours,
                    public hub::ReplyPost,
                    public Execution {
public:
    Shard(const Blueprint& blueprint, Driver& driver, base::Random& random, unsigned self, unsigned count);
    ~Shard() override;

    /// A new connection, that speaks HTTP first or STOMP at once.
    void accept_http(std::unique_ptr<net::Wire> wire);
    void accept_stomp(std::unique_ptr<net::Wire> wire);

    /// Runs what somebody posted to this shard.
    void run(const std::function<void(Shard&)>& task);
    /// Runs `task` later on that shard (also on this one).
    void post_to(unsigned shard, std::function<void(Shard&)> task) {
        driver_.post_to(shard, std::move(task));
    }
    /// `stood_still`: how long the shard could not do what it had to, which its peers do not pay for.
    /// Credentials end meanwhile as they do.
    void begin_turn(base::TimePoint now, base::Duration stood_still = {});
    void end_turn();
    [[nodiscard]] base::TimePoint next_deadline(base::Duration stood_still = {}) const;

    /// Tells every client that the server stops. Done when connections() is 0, or given up.
    void shut_down();
    /// What is left of them ends now.
    void give_up();
    [[nodiscard]] std::size_t connections() const { return links_.size(); }

    [[nodiscard]] hub::Hub& hub() { return hub_; }
    [[nodiscard]] broker::SimpleBroker& broker() { return broker_; }
    /// Who is about to CONNECT, and of whom that holds, is told that his session was ended.
    void end_when_connecting(session::Closings::Which which);
    /// Unless newer ones came before. How many sessions and subscriptions ended.
    std::size_t set_access(const AccessInForce& access);
    /// The way to the other servers; null where there can be none.
    [[nodiscard]] NodeDesk* nodes() { return nodes_.get(); }
    [[nodiscard]] session::HandlerSessions& handler_sessions() { return handler_sessions_; }
    [[nodiscard]] base::TimerQueue& timers() { return timers_; }
    [[nodiscard]] const session::FrameCache& frames() const { return frames_; }
    /// What slow consumers have come to, on this shard.
    [[nodiscard]] broker::SlowConsumers slow_consumers() const;
    /// What clients were refused for who they are.
    void count_refusals(inspection::Totals& totals);
    /// Bytes of what waits, and for each connection and session what it takes itself.
    [[nodiscard]] std::size_t memory_used() const;
    /// Connections that were not taken, for the whole process: the first shard's to tell.
    [[nodiscard]] RefusedConnections refused_connections() const {
        return self_ == 0 ? driver_.refused_connections() : RefusedConnections{};
    }
    /// Of all shards together; 0: there is none.
    [[nodiscard]] std::size_t memory_budget() const { return blueprint_.config.memory.budget.value_or(0); }

    // transport::Host, broker::Peers, hub::ReplyPost
    [[nodiscard]] unsigned self() const override { return self_; }
    [[nodiscard]] unsigned count() const override { return count_; }
    [[nodiscard]] std::optional<Authentication> authentication_of(const net::Wire& wire) const override {
        return driver_.authentication_of(wire);
    }
    void renew(std::string session, Authentication who, const security::Providers& by,
               std::function<void(bool)> done) override;
    void send(unsigned shard, broker::Mail mail) override;
    // hub::Neighbours
    void send_to_user(const std::string& user, const std::string& destination, const MessagePtr& message,
                      broker::Broker::Done done) override;
    // hub::ReplyPost
    void send_reply(unsigned shard, const MessagePtr& message, std::uint64_t request) override;
    // Execution
    void post(std::function<void()> task) override;
    void run_on_workers(const std::string& session_id, std::function<void()> task) override;
    std::any asio_executor() override;
    [[nodiscard]] const SessionScope* session_scope() const override { return &blueprint_.scope; }

private:
    struct Link;
    transport::Endpoint endpoint(const EndpointPlan& plan);
    std::unique_ptr<session::Inlet> stomp_session(session::Outlet& outlet, std::string id,
                                                  const security::Providers& providers,
                                                  std::string_view endpoint, const Authentication* known);
    Link& add(std::unique_ptr<net::Wire> wire);
    transport::HttpProtocol& add_http(std::unique_ptr<net::Wire> wire);
    void hand_over(Link& link, unsigned shard, transport::HandedOver connection);
    void bury(Link& link);
    void join_nodes();
    void send_heart_beats();
    void post_mail();
    void finish_turn();
    [[nodiscard]] bool is_refused(const net::Wire& wire);
    bool close_slowest();

    const Blueprint& blueprint_;
    Driver& driver_;
    base::Random& random_;
    unsigned self_;
    unsigned count_;
    std::vector<std::vector<broker::Mail>> outbox_;  ///< this turn's, by shard
    bool stopping_ = false;
    base::TimerQueue timers_;
    base::TimerQueue expiries_;  ///< of credentials, and the clock for what shards share
    base::Duration stood_still_{};
    session::FrameCache frames_;
    broker::SimpleBroker broker_;
    std::unique_ptr<broker::ExternalBroker> external_;  ///< in its place, if one is configured
    std::unique_ptr<NodeDesk> nodes_;                   ///< where it is shared with other servers
    hub::ReplyQueues replies_;
    hub::Hub hub_;
    security::AuthenticationManager authentication_;
    std::uint64_t access_number_;  ///< of the rules in force
    session::StompShard stomp_;
    session::HandlerSessions handler_sessions_;
    transport::SockjsSessions sockjs_;
    transport::Site site_;
    std::unique_ptr<MemoryGuard> memory_;  ///< where there is a budget
    base::Timer memory_timer_;             ///< a turn in which others' memory is looked at
    std::uint64_t budget_closed_ = 0;      ///< clients, for the budget's sake
    std::vector<std::unique_ptr<Link>> links_;
    std::vector<std::unique_ptr<Link>> dead_links_;
    std::vector<std::unique_ptr<transport::Protocol>> retired_;
};

}  // namespace stentor::app
