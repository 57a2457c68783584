// Tests: tests/flow/server_flow_test.cpp
#include "app/server.hpp"
#include "app/standstills.hpp"

#include "base/log.hpp"
#include "net/refusal.hpp"
#include "net/stop_signal.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <string_view>
#include <utility>

namespace stentor::app {
namespace {

class LoopPort final : public session::Port {
public:
    LoopPort(const net::Loop& loop, session::HandlerSessions& sessions)
        : loop_(&loop), mailbox_(loop.mailbox()), sessions_(&sessions) {}

    session::HandlerSessions* here() const override {
        return net::Loop::is_running_here(loop_) ? sessions_ : nullptr;
    }
    void post(std::function<void(session::HandlerSessions&)> task) const override {
        mailbox_->post([task = std::move(task), sessions = sessions_] { task(*sessions); });
    }

private:
    const net::Loop* loop_;  // compared, never followed
    std::shared_ptr<net::Mailbox> mailbox_;
    session::HandlerSessions* sessions_;  // followed on the loop's thread only, which ends before they do
};

/// A socket on its way to its shard's thread: closed when it does not arrive there.
class Parcel {
public:
    explicit Parcel(int fd) : fd_(fd) {}
    ~Parcel() {
        if (fd_ >= 0) ::close(fd_);
    }
    Parcel(Parcel&& other) noexcept : fd_(other.take()) {}
    Parcel(const Parcel&) = delete;
    Parcel& operator=(const Parcel&) = delete;
    Parcel& operator=(Parcel&&) = delete;
    [[nodiscard]] int take() { return std::exchange(fd_, -1); }

private:
    int fd_;
};

/// To whom there are too many of; 5 seconds are what a burst of newcomers mostly takes to pass.
constexpr std::string_view too_many =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

unsigned shard_count(unsigned wanted) {
    return std::clamp(wanted != 0 ? wanted : std::thread::hardware_concurrency(), 1U, 256U);
}

}  // namespace

/// A client on its way to its shard.
struct Server::Newcomer {
    Parcel socket;
    net::ConnectionPlace place;
    std::string remote_address;
    std::shared_ptr<const net::TlsContext> tls;
    Speaks speaks;
};

/// One shard with its loop and thread.
class Server::LoopShard final : public net::Turns {
public:
    LoopShard(const Blueprint& blueprint, Server& server, unsigned self, unsigned count)
        : limits_{blueprint.config.send.buffer_limit, blueprint.config.send.time_limit},
          shard_(blueprint, server, server.random_, self, count),
          port_(std::make_shared<LoopPort>(loop_, shard_.handler_sessions())),
          check_(shard_.timers(), [this](base::TimePoint now) { check_blocked(now); }),
          give_up_(shard_.timers(), [this](base::TimePoint) { give_up(); }),
          patience_(shard_.timers(), [this](base::TimePoint) { close(); }),
          server_(server),
          connector_(loop_, shard_.timers(), server.asio_.context()) {
        check_.set(base::TimePoint{});
    }

    void start() {
        thread_ = std::thread([this] { loop_.run(*this); });
    }
    void join() {
        if (thread_.joinable()) thread_.join();
    }
    /// Reads no more, and closes its connections when all shards have said so: what was taken anywhere has
    /// come by then, and is written before the end. A shard that is busy for long is not waited for.
    void shut_down(base::Duration timeout) {
        stopping_ = true;
        loop_.hold_input(true);
        give_up_.set(shard_.timers().now() + timeout);
        patience_.set(shard_.timers().now() + std::min<base::Duration>(timeout / 2, std::chrono::seconds(1)));
    }
    void another_is_quiet(std::size_t count) { all_are_quiet_ = ++quiet_ == count; }

    void begin_turn(base::TimePoint now) override {
        if (const auto late = standstills_.look(now, next_deadline()); late != base::Duration::zero())
            log::warning("loop_stood_still",
                         {{"ms", std::chrono::duration_cast<std::chrono::milliseconds>(late).count()}});
        flusher_.set_now(now - standstills_.sum());
        shard_.begin_turn(now, standstills_.sum());
    }
    void end_turn() override {
        shard_.end_turn();
        if (stopping_ && !std::exchange(is_quiet_, true)) server_.tell_quiet();
        if (std::exchange(all_are_quiet_,
                          false)) {  // behind the turn's messages, which sessions have only now
            close();
            shard_.end_turn();
        }
        if (closing_ && shard_.connections() == 0) loop_.stop();
    }
    [[nodiscard]] base::TimePoint next_deadline() const override {
        return shard_.next_deadline(standstills_.sum());
    }

    void welcome(Newcomer& newcomer) {
        shard_.run([&](Shard&) {
            auto tls = newcomer.tls ? std::make_unique<net::TlsSession>(newcomer.tls) : nullptr;
            auto wire =
                connection(newcomer.socket.take(), std::move(newcomer.remote_address), std::move(tls));
            wire->occupy(std::move(newcomer.place));
            if (newcomer.speaks == Speaks::http) shard_.accept_http(std::move(wire));
            else shard_.accept_stomp(std::move(wire));
        });
    }
    std::unique_ptr<net::Connection> connection(int fd, std::string remote_address,
                                                std::unique_ptr<net::TlsSession> tls) {
        return std::make_unique<net::Connection>(loop_, flusher_, fd, std::move(remote_address), limits_,
                                                 std::move(tls));
    }
    void connect(const net::Remote& remote, net::SendLimits limits, Connected done) {
        connector_.connect(remote, [this, limits, done = std::move(done), context = remote.tls,
                                    host = remote.host](Result<net::Connected> made) {
            if (made.has_error()) return done(made.error());
            auto tls = context ? std::make_unique<net::TlsSession>(context, host) : nullptr;
            done(std::make_unique<net::Connection>(loop_, flusher_, made->fd, made->remote_address, limits,
                                                   std::move(tls)));
        });
    }

    [[nodiscard]] net::Loop& loop() { return loop_; }
    [[nodiscard]] const net::Loop& loop() const { return loop_; }
    [[nodiscard]] net::Flusher& flusher() { return flusher_; }
    [[nodiscard]] Shard& shard() { return shard_; }
    [[nodiscard]] const std::shared_ptr<const session::Port>& port() const { return port_; }

private:
    void check_blocked(base::TimePoint now) {
        flusher_.check_blocked(now);
        check_.set(now + std::chrono::seconds(1));
    }

    void close() {
        if (std::exchange(closing_, true)) return;
        patience_.cancel();
        loop_.hold_input(false);
        shard_.shut_down();
    }

    void give_up() {
        shard_.post_to(shard_.self(), [](Shard& shard) { shard.give_up(); });
        loop_.stop();
    }

    net::Loop loop_;
    net::Flusher flusher_;
    net::SendLimits limits_;
    Shard shard_;
    std::shared_ptr<const session::Port> port_;
    base::Timer check_;
    base::Timer give_up_;
    base::Timer patience_;
    Server& server_;
    net::Connector connector_;
    std::thread thread_;
    Standstills standstills_;
    bool stopping_ = false;
    bool is_quiet_ = false;
    bool all_are_quiet_ = false;
    bool closing_ = false;
    std::size_t quiet_ = 0;  ///< shards, this one too
};

Server::Server(const Blueprint& blueprint) : blueprint_(blueprint) {
    const unsigned count = shard_count(blueprint.config.shards);
    for (unsigned i = 0; i < count; ++i)
        shards_.push_back(std::make_unique<LoopShard>(blueprint, *this, i, count));
}

Server::~Server() { stop(); }

void Server::start() {
    const Config& config = blueprint_.config;
    std::array<std::byte, sizeof(std::uint64_t)> seed;
    random_.fill(seed);
    gate_ = std::make_unique<ConnectionGate>(config.connections, net::raise_descriptor_limit(),
                                             std::bit_cast<std::uint64_t>(seed));
    LoopShard& first = *shards_.front();
    if (!config.tls.certificate.empty()) {
        tls_ = std::make_unique<TlsPlan>(config.tls);
        check_certificates_ = std::make_unique<base::Timer>(
            first.shard().timers(), [this](base::TimePoint now) { check_certificates(now); });
        check_certificates_->set(base::TimePoint{});
    }
    http_ = std::make_unique<net::Listener>(
        first.loop(), first.shard().timers(), config.address, config.port,
        [this](int fd, std::string peer) { accepted(fd, std::move(peer), Speaks::http); });
    if (config.stomp_port)
        stomp_ = std::make_unique<net::Listener>(
            first.loop(), first.shard().timers(), config.address, *config.stomp_port,
            [this](int fd, std::string peer) { accepted(fd, std::move(peer), Speaks::stomp); });
    workers_ = std::make_unique<net::WorkerPool>(std::max(config.workers, 1U));
    http_->start();
    if (stomp_) stomp_->start();
    for (const auto& shard : shards_) shard->start();
    running_ = true;
    log::info("listening", {{"address", config.address},
                            {"port", unsigned{http_->port()}},
                            {"shards", shards_.size()},
                            {"max_connections", gate_->most()}});
}

void Server::stop() {
    if (!std::exchange(running_, false)) return;
    post_to(0, [this](Shard&) {
        http_->stop();
        if (stomp_) stomp_->stop();
    });
    for (unsigned i = 0; i < shards_.size(); ++i)
        post_to(i, [this, i](Shard&) { shards_[i]->shut_down(blueprint_.config.shutdown_timeout); });
    for (const auto& shard : shards_) shard->join();
    workers_.reset();
    asio_.stop();
    // Coroutines that wait hold executors, and these the mailboxes: from here on a mailbox drops what it
    // gets.
    for (const auto& shard : shards_) shard->loop().mailbox()->discard_all();
    http_.reset();
    stomp_.reset();
    check_certificates_.reset();
    tls_.reset();
    for (auto& shard : shards_) shard.reset();  // a session that ends now may still write to other shards
    shards_.clear();
    log::info("stopped", {});
}

/// Behind all that the shard has sent the others.
void Server::tell_quiet() {
    for (unsigned i = 0; i < shards_.size(); ++i)
        post_to(i, [this, i](Shard&) { shards_[i]->another_is_quiet(shards_.size()); });
}

Listening Server::listening() const {
    Listening result{blueprint_.config.address, http_->port(), std::nullopt};
    if (stomp_) result.stomp_port = stomp_->port();
    return result;
}

void Server::accepted(int fd, std::string remote_address, Speaks speaks) {
    net::ConnectionPlace place;
    if (!gate_->admits(remote_address, shards_.front()->shard().timers().now(), place))
        return net::refuse(fd, speaks == Speaks::http && !tls_ ? too_many : std::string_view());
    const unsigned target = next_++ % static_cast<unsigned>(shards_.size());
    LoopShard& there = *shards_[target];
    Newcomer newcomer{Parcel(fd), std::move(place), std::move(remote_address),
                      tls_ ? tls_->context() : nullptr, speaks};
    if (there.loop().is_here()) return there.welcome(newcomer);
    there.loop().mailbox()->post(
        [&there, newcomer = std::move(newcomer)]() mutable { there.welcome(newcomer); });
}

/// Tickets that open sessions again are sealed with keys that live half a day (RFC 8446, C.4).
void Server::check_certificates(base::TimePoint now) {
    const bool new_tickets = new_tickets_ != base::TimePoint{} && now >= new_tickets_;
    if (new_tickets || new_tickets_ == base::TimePoint{}) new_tickets_ = now + std::chrono::hours(12);
    tls_->refresh(new_tickets);
    check_certificates_->set(now + blueprint_.config.tls.check_interval);
}

void Server::reload() {
    post_to(0, [this](Shard&) {
        if (tls_) tls_->refresh(true);
    });
}

/// A browser shows a certificate to whoever asks for one.
std::optional<Authentication> Server::authentication_of(const net::Wire& wire) const {
    const net::TlsSession* const tls = static_cast<const net::Connection&>(wire).tls();
    std::string name = tls == nullptr ? std::string() : tls->peer_name();
    if (name.empty()) return std::nullopt;
    return Authentication{
        .principal = {std::move(name)}, .valid_for = tls->peer_valid_for(), .is_ambient = true};
}

std::optional<unsigned> Server::here() const {
    for (unsigned i = 0; i < shards_.size(); ++i)
        if (shards_[i]->loop().is_here()) return i;
    return std::nullopt;
}

void Server::post_to(unsigned shard, std::function<void(Shard&)> task) {
    if (!shards_[shard]) return;  // stop() is taking the shards down, one by one
    LoopShard& there = *shards_[shard];
    there.loop().mailbox()->post([task = std::move(task), &there] { there.shard().run(task); });
}

void Server::run_on_workers(const std::string& session_id, std::function<void()> task) {
    workers_->run(session_id, std::move(task));
}

std::any Server::asio_executor(unsigned shard) {
    return net::make_executor(shards_[shard]->loop(), asio_.context());
}

/// Every wire of this driver is a Connection.
void Server::start_wire(net::Wire& wire, net::WireUser& user) {
    static_cast<net::Connection&>(wire).start(user);
}

void Server::move_wire(net::Wire& wire, unsigned shard,
                       std::function<void(Shard&, std::unique_ptr<net::Wire>)> arrived) {
    auto& connection = static_cast<net::Connection&>(wire);
    connection.flush();
    if (connection.unsent() != 0) return connection.abort();  // pipelined, and not reading the answers
    struct Moved {
        Parcel socket;
        net::ConnectionPlace place;
        std::unique_ptr<net::TlsSession> tls;
    };
    auto moved = std::make_shared<Moved>(Parcel(connection.release()), connection.release_place());
    moved->tls = connection.release_tls();
    post_to(shard,
            [this, shard, moved, peer = wire.remote_address(), arrived = std::move(arrived)](Shard& there) {
                const int fd = moved->socket.take();
                if (fd < 0) return;  // the peer was gone already
                auto made = shards_[shard]->connection(fd, peer, std::move(moved->tls));
                made->occupy(std::move(moved->place));
                arrived(there, std::move(made));
            });
}

void Server::connect(unsigned shard, const net::Remote& remote, net::SendLimits limits, Connected done) {
    shards_[shard]->connect(remote, limits, std::move(done));
}

std::size_t Server::unsent(unsigned shard) const { return shards_[shard]->flusher().backlog_bytes(); }

std::uint64_t Server::slow_closed(unsigned shard) const { return shards_[shard]->flusher().slow_closed(); }

void Server::flush(unsigned shard) { shards_[shard]->flusher().flush(); }

std::shared_ptr<const session::Port> Server::port(unsigned shard) { return shards_[shard]->port(); }

}  // namespace stentor::app
