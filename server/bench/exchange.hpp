#pragma once

#include "crowd.hpp"
#include "histogram.hpp"
#include "round.hpp"
#include "stopwatch.hpp"
#include "stream_checks.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace stentor::bench {

/// The workloads of messages: publishers send, receivers get, and every delivery is checked. Shard-local.
class Exchange final : public Crowd {
public:
    Exchange(Loop& loop, const Options& options, const Target& target);

    /// Opens all sessions and waits until every subscription is known to be in place.
    void open();
    void close() { close_all(); }
    /// Warm-up and one measured round.
    Round round();
    /// What comes when nothing should.
    Violations late();
    /// Adds what readers of the figures should know.
    void remark(std::vector<std::string>& notes) const;

    void on_message(Client& client, std::string_view body) override;
    void on_read(Client& client) override;

private:
    struct Publisher {
        std::uint32_t client = 0;
        std::uint32_t receiver = 0;  ///< of its messages, where there is one only
        std::string frame = {};      ///< encoded
        std::size_t stamp_at = std::string::npos;
        std::uint64_t sent = 0;
        std::uint64_t base = 0;       ///< `sent` when the round began
        std::size_t first = 0;        ///< in due_ and missing_
        std::size_t left = 0;         ///< to send in this round, when answers ask for them
        std::size_t outstanding = 0;  ///< sent and not with all receivers
    };
    struct Arrival {
        std::size_t stream = 0;
        std::uint32_t publisher = 0;
        std::uint64_t sequence = 0;
    };

    void plan();
    void prepare_frames();
    void probe();
    void settle();
    void run(std::size_t messages, Round& round);
    void share(std::size_t messages);
    void give_up();
    void send_some(std::uint64_t& next_due);
    void run_until_all_came();
    void rest(std::uint64_t time);
    void publish(std::uint32_t number, std::uint64_t due);
    void completed(std::uint32_t number);
    std::optional<Arrival> identify(std::uint32_t client, std::string_view body);
    std::optional<Arrival> by_stamp(std::uint32_t client, std::string_view body);
    std::optional<Arrival> by_count(std::uint32_t client);
    std::optional<Arrival> foreign(std::uint32_t client, const std::string& what);

    Stopwatch stopwatch_;
    std::vector<std::string> destinations_;  ///< of each client
    std::vector<Publisher> publishers_;
    std::vector<std::uint32_t> stream_of_client_;
    std::uint32_t receivers_ = 1;  ///< of each message
    bool stamped_ = false;
    StreamChecks checks_{0};
    Histogram latencies_;
    std::vector<std::uint64_t> due_;        ///< when each message of the round was, or should have been, sent
    std::vector<std::uint32_t> missing_;    ///< deliveries of each message of the round that have not come
    std::vector<std::uint32_t> completed_;  ///< publishers that may send again
    std::deque<std::uint32_t> requests_;    ///< whose reply is next, when replies do not say it
    std::vector<bool> probed_;              ///< clients that got a probe, while there are some
    bool probing_ = false;
    std::size_t open_loop_left_ = 0;
    std::uint64_t open_loop_sent_ = 0;
    std::uint64_t round_began_ = 0;
    std::uint64_t read_at_ = 0;  ///< of what is being handed over; 0: not looked at yet
    std::uint64_t deliveries_ = 0;
    std::uint64_t wanted_ = 0;
};

}  // namespace stentor::bench
