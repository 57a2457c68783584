#pragma once

#include "app/connection_gate.hpp"
#include "app/driver.hpp"
#include "app/shard.hpp"
#include "app/tls_plan.hpp"
#include "net/connection.hpp"
#include "net/flusher.hpp"
#include "net/listener.hpp"
#include "net/loop.hpp"
#include "net/loop_executor.hpp"
#include "net/system_random.hpp"
#include "net/worker_pool.hpp"

#include <memory>
#include <thread>
#include <vector>

namespace stentor::app {

/// The running application: shards on event loops, a listener that deals connections out to them in turn,
/// worker threads and the thread of users' own I/O. Any thread may post; start and stop belong to one.
class Server final : public Driver {
public:
    explicit Server(const Blueprint& blueprint);
    ~Server() override;

    void start() override;
    void stop() override;
    void reload() override;
    [[nodiscard]] Listening listening() const override;
    [[nodiscard]] std::optional<unsigned> here() const override;
    void post_to(unsigned shard, std::function<void(Shard&)> task) override;
    void run_on_workers(const std::string& session_id, std::function<void()> task) override;
    std::any asio_executor(unsigned shard) override;
    [[nodiscard]] std::optional<Authentication> authentication_of(const net::Wire& wire) const override;
    void start_wire(net::Wire& wire, net::WireUser& user) override;
    void move_wire(net::Wire& wire, unsigned shard,
                   std::function<void(Shard&, std::unique_ptr<net::Wire>)> arrived) override;
    void connect(unsigned shard, const net::Remote& remote, net::SendLimits limits, Connected done) override;
    void flush(unsigned shard) override;
    [[nodiscard]] RefusedConnections refused_connections() const override { return gate_->refused(); }
    [[nodiscard]] std::size_t unsent(unsigned shard) const override;
    [[nodiscard]] std::uint64_t slow_closed(unsigned shard) const override;
    std::shared_ptr<const session::Port> port(unsigned shard) override;

private:
    class LoopShard;
    struct Newcomer;
    enum class Speaks : std::uint8_t { http, stomp };
    void accepted(int fd, std::string remote_address, Speaks speaks);
    void check_certificates(base::TimePoint now);
    void tell_quiet();

    const Blueprint& blueprint_;
    net::SystemRandom random_;
    net::AsioThread asio_;
    std::unique_ptr<ConnectionGate> gate_;  ///< the first shard's own; outlives all connections
    std::vector<std::unique_ptr<LoopShard>> shards_;
    std::unique_ptr<net::WorkerPool> workers_;
    std::unique_ptr<TlsPlan> tls_;  ///< the first shard's own, once it runs; null: no TLS
    std::unique_ptr<base::Timer> check_certificates_;
    base::TimePoint new_tickets_{};
    std::unique_ptr<net::Listener> http_;
    std::unique_ptr<net::Listener> stomp_;
    unsigned next_ = 0;  ///< the shard that gets the next connection; the first shard's own
    bool running_ = false;
};

}  // namespace stentor::app
