#pragma once

#include "kafka/queue_home.hpp"
#include "kafka/rd_handles.hpp"
#include "kafka/rd_host.hpp"
#include "kafka/record_reader.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace stentor::kafka {

/// Queues: one consumer group over all servers reads their topics; what comes to this server is given to the
/// consumers of all shards and committed when it is settled. A thread of its own, since a group's changes
/// have to wait for the brokers. Any thread.
class RdQueues {
public:
    using Buried = std::function<void(bool)>;
    /// Publishes a dead letter, on whatever thread; Buried is called on any.
    using Bury = std::function<void(const std::string& topic, const MessagePtr& letter, Buried buried)>;

    /// Settings and shards must outlive it.
    RdQueues(const EngineSettings& settings, Shards& shards, Bury bury);
    ~RdQueues() { end(); }
    RdQueues(const RdQueues&) = delete;
    RdQueues& operator=(const RdQueues&) = delete;

    /// Leaves the group, so that the others need not wait for its end. Its thread has ended after this.
    void end();

    void join(unsigned shard, std::uint64_t consumer, const Place& place, const broker::ConsumerTerms& terms);
    void leave(unsigned shard, std::uint64_t consumer, const Place& place);
    void settle(unsigned shard, std::uint64_t consumer, const Place& place, std::uint64_t delivery,
                broker::Settlement settlement);

private:
    struct Topic {
        explicit Topic(const broker::QueueLimits& limits) : home(limits) {}
        QueueHome home;
        bool paused = false;
    };
    using ByName = std::map<std::string, Topic, std::less<>>;
    using Commits = std::map<std::string, std::vector<QueueHome::Commit>>;

    void run();
    [[nodiscard]] std::chrono::milliseconds sleep() const;
    Topic& topic(const std::string& name);
    void subscribe();
    bool read_some();
    void give(Topic& topic);
    void send_given();
    void bury(const std::string& name, const QueueHome::Dead& dead);
    void commit(bool all);
    void on_commit(rd_kafka_resp_err_t code);
    void hold_back(const std::string& name, Topic& topic);
    void on_assign(rd_kafka_topic_partition_list_t& partitions);
    void on_revoke(rd_kafka_topic_partition_list_t& partitions);
    static void on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t code,
                             rd_kafka_topic_partition_list_t* partitions, void* self);
    static void on_committed(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t*,
                             void* self);

    const EngineSettings& settings_;
    Shards& shards_;
    Bury bury_;
    RecordReader reader_;
    Inbox inbox_;
    ByName topics_;
    Commits committing_;  ///< what was asked for and not answered; one at a time
    std::vector<std::pair<std::string, QueueHome::Dead>> unburied_;
    base::TimePoint bury_again_ = base::never;
    base::TimePoint next_commit_{};
    base::TimePoint subscribe_at_ = base::never;
    std::map<unsigned, std::vector<QueueArrival>> given_;
    ClientPtr client_;  ///< once there is a consumer
    std::atomic<bool> ends_ = false;
    std::thread thread_;
};

}  // namespace stentor::kafka
