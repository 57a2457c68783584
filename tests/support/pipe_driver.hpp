#pragma once

#include "app/driver.hpp"
#include "app/shard.hpp"
#include "support/pipe.hpp"
#include "support/stage.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace stentor::test {

/// Moves the shards of an application by hand: no threads, no sockets, a counted clock. What shards post to
/// each other waits for the next turn. Any thread may post; everything else belongs to the test's.
class PipeDriver final : public app::Driver {
public:
    explicit PipeDriver(const app::Blueprint& blueprint);
    ~PipeDriver() override;

    /// Connections are dealt out to the shards in turn.
    std::shared_ptr<Pipe> accept(Speaks speaks);
    /// A turn of each shard; false when nobody had anything to do.
    bool turn();
    /// Waits a moment for users' own timers.
    void wait();
    void advance(base::Duration by) { now_ += by; }

    void start() override {}
    void stop() override;
    [[nodiscard]] Listening listening() const override { return {"pipes", 0, std::nullopt}; }
    [[nodiscard]] std::optional<unsigned> here() const override {
        return std::this_thread::get_id() == thread_ ? current_ : std::nullopt;
    }
    void post_to(unsigned shard, std::function<void(app::Shard&)> task) override;
    void run_on_workers(const std::string& session_id, std::function<void()> task) override;
    std::any asio_executor(unsigned shard) override;
    void start_wire(net::Wire& wire, net::WireUser& user) override;
    void move_wire(net::Wire& wire, unsigned shard,
                   std::function<void(app::Shard&, std::unique_ptr<net::Wire>)> arrived) override;
    void flush(unsigned shard) override;
    std::shared_ptr<const session::Port> port(unsigned shard) override;

private:
    class Port;
    struct Gate;
    struct PipeShard;
    class TestRandom final : public base::Random {
    public:
        void fill(std::span<std::byte> bytes) override;

    private:
        std::uint64_t state_ = 88172645463325252U;
    };

    bool turn_of(unsigned number);
    bool run_workers();
    void turn_until_idle();

    const app::Blueprint& blueprint_;
    TestRandom random_;
    std::thread::id thread_ = std::this_thread::get_id();
    std::optional<unsigned> current_;  ///< the shard whose turn it is
    base::TimePoint now_ = base::TimePoint{} + std::chrono::hours(1);
    std::shared_ptr<Gate> gate_;
    std::mutex mutex_;  ///< guards what other threads post
    std::vector<std::deque<std::function<void(app::Shard&)>>> posted_;
    std::deque<std::function<void()>> workers_;
    boost::asio::io_context loop_;  ///< outlives the shards, as users' waiting coroutines do
    std::vector<std::unique_ptr<PipeShard>> shards_;
    unsigned next_ = 0;
};

}  // namespace stentor::test
