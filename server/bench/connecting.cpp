#include "connecting.hpp"

#include "processes.hpp"

#include <utility>

namespace stentor::bench {
namespace {

constexpr std::uint64_t until_closes_are_seen = 50'000'000;  // ns

}  // namespace

Connecting::Connecting(Loop& loop, const Options& options, const Target& target)
    : Crowd(loop, options, target), stopwatch_(target.pids) {}

Round Connecting::round() {
    find_out_about_receipts(options_.destination);
    latencies_ = Histogram{};
    started_ = ready_ = 0;
    measuring_ = true;
    const std::size_t slots = options_.sessions();
    clients_.resize(slots);
    opened_at_.assign(slots, 0);
    free_.clear();
    for (std::size_t slot = 0; slot < slots; ++slot) free_.push_back(slot);
    Round round;
    stopwatch_.start();
    std::uint64_t end = now() + timeout();
    while (ready_ < options_.connections) {
        for (const std::size_t slot : std::exchange(free_, {})) start(slot);
        const std::size_t before = ready_;
        loop_.turn(end);
        if (ready_ != before) end = now() + timeout();
        if (now() >= end) describe_unready();
    }
    stopwatch_.delivered(round);
    rest();
    stopwatch_.rested(round);
    close_all();
    measuring_ = false;
    round.deliveries = options_.connections;
    round.take(latencies_);
    return round;
}

/// Another session in the place of one that is over.
void Connecting::start(std::size_t slot) {
    if (started_ == options_.connections) return;
    ++started_;
    clients_[slot] = make(options_.destination, static_cast<std::uint32_t>(slot));
    opened_at_[slot] = now();
    clients_[slot]->open();
}

void Connecting::on_ready(Client& client) {
    Crowd::on_ready(client);
    if (!measuring_) return;
    latencies_.record(now() - opened_at_[client.number()]);
    client.close();
    free_.push_back(client.number());
}

void Connecting::rest() {
    const std::uint64_t end = now() + until_closes_are_seen;
    while (now() < end) loop_.turn(end);
}

void Connecting::remark(std::vector<std::string>& notes) const {
    if (!receipts())
        notes.emplace_back("SUBSCRIBE gets no receipt: a session counts when its SUBSCRIBE is sent");
}

}  // namespace stentor::bench
