#pragma once

#include "app/driver.hpp"
#include "app/shard.hpp"
#include "testing/pipe.hpp"

#include <boost/asio/io_context.hpp>

#include <deque>
#include <functional>
#include <map>
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
    std::shared_ptr<Pipe> accept(Speaks speaks, Peer peer = {});
    /// A turn of each shard; false when nobody had anything to do.
    bool turn();
    /// Turns until nobody has anything to do.
    void settle() {
        while (turn()) {}
    }
    /// Waits a moment for users' own I/O; false when there is none.
    bool wait();

    void advance(base::Duration by) { now_ += by; }
    [[nodiscard]] base::TimePoint now() const { return now_; }
    /// Nothing happens by itself before.
    [[nodiscard]] base::TimePoint next_deadline() const;
    /// The end of the first of users' coroutines' sleeps; `never` when none sleeps.
    [[nodiscard]] base::TimePoint next_waking() const {
        return sleeps_.empty() ? base::never : sleeps_.begin()->first;
    }

    void start() override {}
    void stop() override;
    [[nodiscard]] bool stopped() const { return shards_.empty(); }
    [[nodiscard]] unsigned shards() const { return static_cast<unsigned>(shards_.size()); }
    [[nodiscard]] Listening listening() const override { return {"pipes", 0, std::nullopt}; }
    [[nodiscard]] std::optional<unsigned> here() const override {
        return std::this_thread::get_id() == thread_ ? current_ : std::nullopt;
    }
    /// A test that waits would wait for itself.
    void before_waiting() override {
        if (std::this_thread::get_id() == thread_) settle();
    }
    void post_to(unsigned shard, std::function<void(app::Shard&)> task) override;
    void run_on_workers(const std::string& session_id, std::function<void()> task) override;
    std::any asio_executor(unsigned shard) override;
    void start_wire(net::Wire& wire, net::WireUser& user) override;
    [[nodiscard]] std::optional<Authentication> authentication_of(const net::Wire& wire) const override {
        const auto& principal = static_cast<const PipeWire&>(wire).pipe()->principal();
        return principal ? std::optional(Authentication{*principal}) : std::nullopt;
    }
    void move_wire(net::Wire& wire, unsigned shard,
                   std::function<void(app::Shard&, std::unique_ptr<net::Wire>)> arrived) override;
    void flush(unsigned shard) override;
    [[nodiscard]] std::size_t unsent(unsigned shard) const override;
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
    bool wake();
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
    // Users' coroutines that wait outlive the shards:
    std::multimap<base::TimePoint, std::function<void()>> sleeps_;
    boost::asio::io_context loop_;
    std::vector<std::unique_ptr<PipeShard>> shards_;
    unsigned next_ = 0;
};

}  // namespace stentor::test
