// Tests: tests/flow/stomp_flow_test.cpp
#include "app/shard.hpp"

#include "app/ask_shards.hpp"
#include "base/log.hpp"
#include "session/handler_session.hpp"
#include "transport/http_protocol.hpp"
#include "transport/stomp_tcp_protocol.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace stentor::app {
namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

/// Limits bound what a peer can make the shard need, but memory may run out all the same: then what was under
/// way is dropped, and the shard goes on. Users' own exceptions do not come this far.
template <class F>
bool survives(F work) {
    try {
        work();
        return true;
    } catch (const std::exception& e) {
        log::error("work_dropped", {{"reason", e.what()}});
        return false;
    }
}

}  // namespace

/// A wire with what reads from it now.
struct Shard::Link final : transport::Seat {
    Link(Shard& s, std::unique_ptr<net::Wire> w) : shard(s), place(s.links_.size()), wire(std::move(w)) {}

    void on_bytes(std::span<char> bytes) override {
        if (!survives([&] { protocol->on_bytes(bytes); })) wire->abort();
    }
    void on_secured() override {
        if (!survives([&] { protocol->on_secured(); })) wire->abort();
    }
    void on_drained() override { protocol->on_drained(); }
    void on_closed() override {
        protocol->on_closed();
        shard.bury(*this);
    }
    void replace(std::unique_ptr<transport::Protocol> next) override {
        shard.retired_.push_back(std::exchange(protocol, std::move(next)));
    }
    void hand_over(unsigned to, transport::HandedOver connection) override {
        shard.hand_over(*this, to, std::move(connection));
    }

    Shard& shard;
    std::size_t place;  ///< in the shard's list, or `nowhere`
    std::unique_ptr<net::Wire> wire;
    std::unique_ptr<transport::Protocol> protocol;  // uses the wire: dies first
};

Shard::Shard(const Blueprint& blueprint, Driver& driver, base::Random& random, unsigned self, unsigned count)
    : blueprint_(blueprint),
      driver_(driver),
      random_(random),
      self_(self),
      count_(count),
      outbox_(count),
      frames_(blueprint.deflate_settings()),
      broker_(blueprint.broker, *this, timers_),
      external_(blueprint.external ? blueprint.external->make(driver, self, timers_, random) : nullptr),
      replies_(random, *this),
      hub_(blueprint.hub, *blueprint.router, external_ ? static_cast<broker::Broker&>(*external_) : broker_,
           *this, *this, replies_, base::random_id(random).substr(0, 8) + "-"),
      authentication_(*this, expiries_, blueprint.login_guard),
      access_number_(blueprint.access.number),
      stomp_(blueprint.stomp, hub_, frames_, timers_, expiries_),
      handler_sessions_(blueprint.deflate_settings()),
      site_{.timers = timers_,
            .random = random_,
            .host = *this,
            .sockjs = sockjs_,
            .endpoints = {},
            .resources = blueprint.resources,
            .http = blueprint.http_limits(),
            .timeouts = blueprint.timeouts(),
            .rules = blueprint.connection_rules(),
            .turn = {blueprint.config.websocket.turn_messages, blueprint.config.websocket.turn_bytes},
            .control_frames = {blueprint.config.websocket.control_frames_per_second,
                               blueprint.config.websocket.control_frame_burst},
            .sockjs_quota = blueprint.sockjs_quota,
            .clock = &expiries_,
            .authentication = &authentication_,
            .csrf = blueprint.csrf.get(),
            .csrf_header = blueprint.config.security.csrf_header,
            .require_origin = blueprint.config.security.require_origin},
      memory_timer_(timers_, [](base::TimePoint) {}) {
    if (blueprint.memory_ledger) {
        memory_ = std::make_unique<MemoryGuard>(blueprint.memory_marks(), blueprint.memory_ledger, self,
                                                [this] { return memory_used(); });
        stomp_.memory = site_.memory = memory_.get();
    }
    stomp_.authentication = &authentication_;
    stomp_.csrf = blueprint.csrf.get();
    stomp_.user_quota = blueprint.user_quota.get();
    hub_.gatekeeper().set_policy(blueprint.access.policy);
    for (const EndpointPlan& plan : blueprint.endpoints) site_.endpoints.push_back(endpoint(plan));
    if (!external_) return;
    external_->on_availability([this](bool available, const std::string& reason) {
        std::string address = external_->address();
        if (address.empty()) address = blueprint_.external->address();
        stomp_.events.add(BrokerAvailability{available, std::move(address), self_, reason});
    });
    join_nodes();
}

void Shard::join_nodes() {
    if (!blueprint_.node) return;
    broker::NodeChannel* const channel = external_->node_channel(blueprint_.node->group);
    if (channel == nullptr) return;
    nodes_ = std::make_unique<NodeDesk>(*this, *blueprint_.node, *channel);
    hub_.watch_users([this](const std::string& user, bool here) { nodes_->note(user, here); });
}

std::size_t Shard::set_access(const AccessInForce& access) {
    if (access.number < access_number_) return 0;
    access_number_ = access.number;
    return hub_.set_policy(access.policy);
}

/// There may be such as did not end in time.
Shard::~Shard() { give_up(); }

void Shard::give_up() {
    dead_links_.clear();
    links_.clear();
    sockjs_.clear();
    stomp_.events.tell();
}

transport::Endpoint Shard::endpoint(const EndpointPlan& plan) {
    transport::Endpoint made;
    made.path = plan.path;
    made.origins = plan.origins;
    if (plan.sockjs) made.sockjs = blueprint_.sockjs_settings(plan);
    made.websocket = {blueprint_.config.websocket.max_message, blueprint_.config.websocket.max_fragments};
    made.deflate = blueprint_.deflate_settings();
    if (!plan.providers.empty()) made.providers = &plan.providers;
    made.required = plan.required;
    if (plan.handler) {
        made.must_know = made.providers != nullptr && !blueprint_.config.security.anonymous;
        made.subprotocols = plan.handler->sub_protocols();
        made.open = [this, handler = plan.handler](session::Outlet& outlet, std::string id,
                                                   Handshake handshake, const Authentication* known) {
            auto session = std::make_unique<session::HandlerSession>(
                handler, handler_sessions_, driver_.port(self_), outlet, std::move(id), std::move(handshake));
            if (known != nullptr && known->valid_for) session->expire_after(expiries_, *known->valid_for);
            if (known != nullptr) session->occupy(blueprint_.user_quota->take(known->principal.name));
            return session;
        };
    } else {
        made.subprotocols = {"v12.stomp", "v11.stomp", "v10.stomp"};
        made.reads_handshake = false;
        made.open = [this, &plan](session::Outlet& outlet, std::string id, const Handshake&,
                                  const Authentication* known) {
            return stomp_session(outlet, std::move(id), plan.providers, plan.path, known);
        };
    }
    return made;
}

std::unique_ptr<session::Inlet> Shard::stomp_session(session::Outlet& outlet, std::string id,
                                                     const security::Providers& providers,
                                                     std::string_view endpoint, const Authentication* known) {
    if (nodes_) id.insert(0, nodes_->session_prefix());
    auto state = std::make_shared<SessionState>(SessionState{std::move(id)});
    if (known != nullptr) state->principal = std::make_shared<const Principal>(known->principal);
    const bool is_asked = !providers.empty() || (known != nullptr && (known->is_ambient || known->valid_for));
    auto login = is_asked ? session::make_login(providers, endpoint, known, expiries_.now()) : nullptr;
    return std::make_unique<session::StompSession>(stomp_, outlet, std::move(state), std::move(login));
}

void Shard::renew(std::string session, Authentication who, const security::Providers& by,
                  std::function<void(bool)> done) {
    ask_shards(
        *this,
        [session = std::move(session), who = std::move(who), &by](Shard& there) {
            hub::Client* const client = there.hub().users().find_logged_in(session);
            return client != nullptr && client->renew(who, by).has_value();
        },
        [this, done = std::move(done)](const std::vector<bool>& all) {
            const bool any = std::ranges::find(all, true) != all.end();
            post([done, any] { done(any); });
        });
}

Shard::Link& Shard::add(std::unique_ptr<net::Wire> wire) {
    return *links_.emplace_back(std::make_unique<Link>(*this, std::move(wire)));
}

transport::HttpProtocol& Shard::add_http(std::unique_ptr<net::Wire> wire) {
    Link& link = add(std::move(wire));
    auto protocol = std::make_unique<transport::HttpProtocol>(site_, *link.wire, link);
    transport::HttpProtocol& http = *protocol;
    link.protocol = std::move(protocol);
    driver_.start_wire(*link.wire, link);
    return http;
}

void Shard::accept_http(std::unique_ptr<net::Wire> wire) {
    transport::HttpProtocol& http = add_http(std::move(wire));
    if (stopping_) http.shut_down();
}

bool Shard::is_refused(const net::Wire& wire) {
    if (!memory_ || !memory_->refuses_connections()) return false;
    log::info("session_refused", {{"peer", wire.remote_address()}, {"reason", "memory"}});
    return true;
}

void Shard::accept_stomp(std::unique_ptr<net::Wire> wire) {
    if (is_refused(*wire)) return;
    Link& link = add(std::move(wire));
    auto protocol = std::make_unique<transport::StompTcpProtocol>(
        timers_, *link.wire, [this](transport::StompTcpProtocol& stomp, const net::Wire& by) {
            auto known = driver_.authentication_of(by);
            if (known) known->is_ambient = false;  // no page can make a browser speak STOMP here
            return stomp_session(stomp, base::random_id(random_), blueprint_.providers, {},
                                 known ? &*known : nullptr);
        });
    transport::StompTcpProtocol& stomp = *protocol;
    link.protocol = std::move(protocol);
    driver_.start_wire(*link.wire, link);
    if (!link.wire->is_secure()) stomp.open();
    if (stopping_) stomp.shut_down();
}

void Shard::count_refusals(inspection::Totals& totals) {
    const security::LoginCounts logins = blueprint_.login_guard->counts();
    totals.logins_failed = logins.failed;
    totals.logins_delayed = logins.delayed;
    totals.logins_refused = logins.refused;
    totals.refused_too_many_of_user = blueprint_.user_quota->refused();
    totals.access_denied = hub_.gatekeeper().denied();
}

void Shard::run(const std::function<void(Shard&)>& task) {
    survives([&] { task(*this); });
}

void Shard::hand_over(Link& link, unsigned shard, transport::HandedOver connection) {
    driver_.move_wire(*link.wire, shard,
                      [connection = std::move(connection)](Shard& there, std::unique_ptr<net::Wire> moved) {
                          if (there.stopping_) return there.accept_http(std::move(moved));
                          there.add_http(std::move(moved)).resume(connection);
                      });
    bury(link);
}

/// The last one takes its place.
void Shard::bury(Link& link) {
    if (link.place == nowhere) return;
    std::unique_ptr<Link>& place = links_[std::exchange(link.place, nowhere)];
    dead_links_.push_back(std::exchange(place, std::move(links_.back())));
    if (place) place->place = static_cast<std::size_t>(&place - links_.data());
    links_.pop_back();
}

/// Sessions first, then the sockets; each may give the other something to do.
void Shard::finish_turn() {
    do {
        survives([&] { broker_.flush(); });
        sockjs_.end_turn();
        stomp_.events.tell();
        post_mail();
        driver_.flush(self_);
        retired_.clear();
        std::exchange(dead_links_, {}).clear();
    } while (!sockjs_.idle() || !dead_links_.empty() || broker_.waits() || !stomp_.events.empty());
    post_mail();  // of those that have just closed
    frames_.clear();
}

void Shard::end_when_connecting(session::Closings::Which which) {
    // One to send CONNECT in, and one for its answer.
    stomp_.closings.add(timers_.now(), 2 * blueprint_.stomp.connect_timeout, std::move(which));
}

void Shard::begin_turn(base::TimePoint now, base::Duration stood_still) {
    expiries_.run_due(now);
    timers_.run_due(now - stood_still);
    if (std::exchange(stood_still_, stood_still) != stood_still) survives([this] { send_heart_beats(); });
}

/// Those of before are late, and the next ones are due by this shard's clock.
void Shard::send_heart_beats() {
    std::vector<std::uint64_t> keys;
    hub_.users().for_each([&](const hub::Client& client) { keys.push_back(client.key); });
    for (const std::uint64_t key : keys)
        if (hub::Client* const client = hub_.users().find(key)) client->stood_still();
}

base::TimePoint Shard::next_deadline(base::Duration stood_still) const {
    const base::TimePoint next = timers_.next_deadline();
    return std::min(expiries_.next_deadline(), next == base::never ? next : next + stood_still);
}

void Shard::end_turn() {
    finish_turn();
    if (!memory_) return;
    bool closed = false;
    survives([&] { closed = close_slowest(); });
    if (closed) finish_turn();
    broker_.set_full(memory_->is_full());
    const base::TimePoint next = timers_.now() + memory_->interval();
    if (memory_timer_.deadline() > next) memory_timer_.set(next);
}

/// Those for which the most waits, of all shards', until enough is free.
bool Shard::close_slowest() {
    bool closed = false;
    while (memory_->look() == base::MemoryMeasure::close_consumers) {
        const auto slowest =
            std::ranges::max_element(links_, {}, [](const auto& link) { return link->wire->unsent(); });
        const std::size_t by_wire = slowest == links_.end() ? 0 : (*slowest)->wire->unsent();
        transport::SockjsSession* const session = sockjs_.slowest();
        const std::size_t by_session = session == nullptr ? 0 : session->waiting_bytes();
        if (!memory_->is_slowest(std::max(by_wire, by_session))) return closed;
        closed = true;
        if (by_session > by_wire) {
            session->give_up();
            continue;
        }
        log::warning("slow_consumer_closed", {{"peer", (*slowest)->wire->remote_address()},
                                              {"unsent", by_wire},
                                              {"reason", "the memory budget"}});
        ++budget_closed_;
        (*slowest)->wire->note_too_slow();
        (*slowest)->wire->abort();
        driver_.flush(self_);  // so that its session lets go of what it keeps
    }
    static_cast<void>(memory_->is_slowest(0));
    return closed;
}

std::size_t Shard::memory_used() const {
    const std::size_t clients = links_.size() + sockjs_.size();
    const std::size_t relayed = external_ ? external_->held_bytes() : 0;
    return driver_.unsent(self_) + broker_.held_bytes() + relayed + stomp_.kept_bytes + stomp_.input_bytes +
           sockjs_.waiting_bytes() + clients * blueprint_.config.memory.per_connection;
}

void Shard::shut_down() {
    stopping_ = true;
    sockjs_.shut_down();
    for (const auto& link : links_) link->protocol->shut_down();
    if (nodes_) nodes_->say_goodbye();
    if (external_) external_->shut_down();
}

broker::SlowConsumers Shard::slow_consumers() const {
    broker::SlowConsumers sum = stomp_.slow_consumers;
    sum += broker_.slow_consumers();
    sum.closed += sockjs_.slow_closed() + driver_.slow_closed(self_) + budget_closed_;
    return sum;
}

void Shard::send(unsigned shard, broker::Mail mail) { outbox_[shard].push_back(std::move(mail)); }

/// All that a turn has for a shard goes as one letter, before this shard's own sockets have theirs.
void Shard::post_mail() {
    if (nodes_) nodes_->end_turn();
    for (unsigned shard = 0; shard < count_; ++shard) {
        if (outbox_[shard].empty()) continue;
        driver_.post_to(shard,
                        [from = self_, mail = std::exchange(outbox_[shard], {})](Shard& there) mutable {
                            for (broker::Mail& each : mail)
                                survives([&] { there.broker_.receive(from, std::move(each)); });
                        });
    }
}

void Shard::send_to_user(const std::string& user, const std::string& destination, const MessagePtr& message,
                         broker::Broker::Done done) {
    for (unsigned shard = 0; shard < count_; ++shard)
        if (shard != self_)
            driver_.post_to(shard, [user, destination, message](Shard& there) {
                there.hub_.deliver_to_user(user, destination, message);
            });
    if (!nodes_) return done({});
    nodes_->send(nodes::Deliver{nodes::Target::user, user, destination, message}, std::move(done));
}

void Shard::send_reply(unsigned shard, const MessagePtr& message, std::uint64_t request) {
    driver_.post_to(shard, [from = self_, message, request](Shard& there) {
        const bool delivered = there.hub_.deliver_reply(*message);
        there.driver_.post_to(
            from, [request, delivered](Shard& here) { here.replies_.answered(request, delivered); });
    });
}

void Shard::post(std::function<void()> task) {
    driver_.post_to(self_, [task = std::move(task)](Shard&) { task(); });
}

void Shard::run_on_workers(const std::string& session_id, std::function<void()> task) {
    driver_.run_on_workers(session_id, std::move(task));
}

std::any Shard::asio_executor() { return driver_.asio_executor(self_); }

}  // namespace stentor::app
