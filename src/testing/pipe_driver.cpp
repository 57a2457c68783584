// Tests: tests/unit/testing/test_app_test.cpp
#include "testing/pipe_driver.hpp"

#include "session/session_link.hpp"
#include "stentor/coroutine.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <algorithm>
#include <utility>

namespace stentor::test {

/// The driver, for handles that may outlive it.
struct PipeDriver::Gate {
    std::mutex mutex;
    PipeDriver* driver;
};

class PipeDriver::Port final : public session::Port {
public:
    Port(std::shared_ptr<Gate> gate, unsigned shard, session::HandlerSessions& sessions)
        : gate_(std::move(gate)), shard_(shard), sessions_(sessions) {}

    session::HandlerSessions* here() const override {
        const std::lock_guard lock(gate_->mutex);
        return gate_->driver != nullptr && gate_->driver->here() == shard_ ? &sessions_ : nullptr;
    }
    void post(std::function<void(session::HandlerSessions&)> task) const override {
        const std::lock_guard lock(gate_->mutex);
        if (gate_->driver == nullptr) return;
        gate_->driver->post_to(
            shard_, [task = std::move(task)](app::Shard& shard) { task(shard.handler_sessions()); });
    }

private:
    std::shared_ptr<Gate> gate_;
    unsigned shard_;
    session::HandlerSessions& sessions_;
};

struct PipeDriver::PipeShard {
    PipeShard(PipeDriver& driver, unsigned self, unsigned count)
        : shard(driver.blueprint_, driver, driver.random_, self, count),
          port(std::make_shared<Port>(driver.gate_, self, shard.handler_sessions())) {
        shard.begin_turn(driver.now_);
    }
    std::vector<std::shared_ptr<Pipe>> pipes;
    app::Shard shard;
    std::shared_ptr<const session::Port> port;
};

PipeDriver::PipeDriver(const app::Blueprint& blueprint)
    : blueprint_(blueprint), gate_(std::make_shared<Gate>()) {
    const unsigned count = std::max(blueprint.config.shards, 1U);
    posted_.resize(count);
    gate_->driver = this;
    boost::asio::make_service<detail::Sleeps>(loop_,
                                              [this](base::Duration duration, std::function<void()> wake_up) {
                                                  sleeps_.emplace(now_ + duration, std::move(wake_up));
                                              });
    for (unsigned i = 0; i < count; ++i) shards_.push_back(std::make_unique<PipeShard>(*this, i, count));
}

PipeDriver::~PipeDriver() { stop(); }

/// xorshift64: the same ids in every run.
void PipeDriver::TestRandom::fill(std::span<std::byte> bytes) {
    for (std::byte& byte : bytes) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        byte = static_cast<std::byte>(state_ >> 32);
    }
}

std::shared_ptr<Pipe> PipeDriver::accept(Speaks speaks, Peer peer) {
    auto pipe = std::make_shared<Pipe>(std::move(peer));
    const unsigned target = next_++ % static_cast<unsigned>(shards_.size());
    post_to(target, [pipe, speaks](app::Shard& shard) {
        if (speaks == Speaks::http) shard.accept_http(std::make_unique<PipeWire>(pipe));
        else shard.accept_stomp(std::make_unique<PipeWire>(pipe));
    });
    return pipe;
}

bool PipeDriver::turn() {
    bool busy = run_workers();
    busy = wake() || busy;
    for (unsigned i = 0; i < shards_.size(); ++i) busy = turn_of(i) || busy;
    return busy;
}

bool PipeDriver::turn_of(unsigned number) {
    PipeShard& own = *shards_[number];
    current_ = number;
    bool busy = own.shard.next_deadline() <= now_;
    own.shard.begin_turn(now_);
    const auto pipes = own.pipes;  // some may move away meanwhile
    for (const auto& pipe : pipes) {
        busy = busy || pipe->has_input() || pipe->owes_closed() || pipe->owes_drained();
        pipe->tell_drained();
        pipe->deliver_input();
    }
    std::deque<std::function<void(app::Shard&)>> tasks;
    {
        const std::lock_guard lock(mutex_);
        tasks.swap(posted_[number]);
    }
    busy = busy || !tasks.empty();
    for (const auto& task : tasks) own.shard.run(task);
    own.shard.end_turn();
    current_.reset();
    return busy;
}

bool PipeDriver::run_workers() {
    const auto tasks = std::exchange(workers_, {});
    for (const auto& task : tasks) task();
    loop_.restart();
    return loop_.poll() != 0 || !tasks.empty();
}

/// Those whose sleep is over go on in their shards' turns.
bool PipeDriver::wake() {
    bool any = false;
    while (next_waking() <= now_) {
        sleeps_.extract(sleeps_.begin()).mapped()();
        any = true;
    }
    return any;
}

bool PipeDriver::wait() {
    loop_.restart();
    return loop_.run_one_for(std::chrono::milliseconds(1)) != 0 || !loop_.stopped();
}

base::TimePoint PipeDriver::next_deadline() const {
    base::TimePoint first = next_waking();
    for (const auto& own : shards_) first = std::min(first, own->shard.next_deadline());
    return first;
}

void PipeDriver::turn_until_idle() {
    for (int i = 0; i < 100'000 && turn(); ++i) {}
}

/// The clients do not move meanwhile: those that owe an answer to a close run out of time.
void PipeDriver::stop() {
    if (stopped()) return;
    for (unsigned i = 0; i < shards_.size(); ++i) post_to(i, [](app::Shard& shard) { shard.shut_down(); });
    turn_until_idle();
    advance(blueprint_.config.websocket.close_timeout);
    turn_until_idle();
    {
        const std::lock_guard lock(gate_->mutex);
        gate_->driver = nullptr;
    }
    for (auto& shard : shards_) shard.reset();
    shards_.clear();
}

void PipeDriver::post_to(unsigned shard, std::function<void(app::Shard&)> task) {
    const std::lock_guard lock(mutex_);
    posted_[shard].push_back(std::move(task));
}

void PipeDriver::run_on_workers(const std::string&, std::function<void()> task) {
    workers_.push_back(std::move(task));
}

namespace {

/// Runs handlers on a shard's turn; their I/O waits in the driver's own io_context.
class TurnExecutor {
public:
    TurnExecutor(PipeDriver& driver, unsigned shard, boost::asio::io_context& context)
        : driver_(&driver), shard_(shard), context_(&context) {}

    template <class F>
    void execute(F&& task) const {
        auto shared = std::make_shared<std::decay_t<F>>(std::forward<F>(task));
        driver_->post_to(shard_, [shared](app::Shard&) { std::move (*shared)(); });
    }
    [[nodiscard]] boost::asio::execution_context& query(boost::asio::execution::context_t) const noexcept {
        return *context_;
    }
    [[nodiscard]] static constexpr boost::asio::execution::blocking_t query(
        boost::asio::execution::blocking_t) noexcept {
        return boost::asio::execution::blocking.never;
    }
    friend bool operator==(const TurnExecutor&, const TurnExecutor&) noexcept = default;

private:
    PipeDriver* driver_;
    unsigned shard_;
    boost::asio::io_context* context_;
};

}  // namespace

std::any PipeDriver::asio_executor(unsigned shard) {
    return boost::asio::any_io_executor(TurnExecutor(*this, shard, loop_));
}

void PipeDriver::start_wire(net::Wire& wire, net::WireUser& user) {
    auto& pipe_wire = static_cast<PipeWire&>(wire);
    pipe_wire.start(user);
    shards_[*current_]->pipes.push_back(pipe_wire.pipe());
}

void PipeDriver::move_wire(net::Wire& wire, unsigned shard,
                           std::function<void(app::Shard&, std::unique_ptr<net::Wire>)> arrived) {
    const std::shared_ptr<Pipe> pipe = static_cast<PipeWire&>(wire).release();
    std::erase(shards_[*current_]->pipes, pipe);
    post_to(shard, [pipe, arrived = std::move(arrived)](app::Shard& there) {
        arrived(there, std::make_unique<PipeWire>(pipe));
    });
}

std::size_t PipeDriver::unsent(unsigned shard) const {
    std::size_t sum = 0;
    if (shard < shards_.size() && shards_[shard])
        for (const auto& pipe : shards_[shard]->pipes) sum += pipe->is_closed() ? 0 : pipe->owed();
    return sum;
}

void PipeDriver::flush(unsigned shard) {
    auto& pipes = shards_[shard]->pipes;
    for (std::size_t i = 0; i < pipes.size(); ++i) {
        const std::shared_ptr<Pipe> pipe = pipes[i];
        pipe->tell_closed();
    }
    std::erase_if(pipes, [](const auto& pipe) { return pipe->is_closed() && !pipe->owes_closed(); });
}

std::shared_ptr<const session::Port> PipeDriver::port(unsigned shard) { return shards_[shard]->port; }

}  // namespace stentor::test
