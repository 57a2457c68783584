#pragma once

#include "kafka/rd_handles.hpp"
#include "kafka/rd_host.hpp"
#include "kafka/record_reader.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::kafka {

/// The topics that some shard has subscribers for: each partition is read once, from its end on, and every
/// record goes to all of those shards. The engine thread's, but for questions.
class RdTopics {
public:
    /// All must outlive it.
    RdTopics(const EngineSettings& settings, Inbox& inbox, Asker& asker, Shards& shards);
    ~RdTopics();
    RdTopics(const RdTopics&) = delete;
    RdTopics& operator=(const RdTopics&) = delete;

    void attach(unsigned shard, const std::string& topic, std::uint64_t ticket);
    void detach(unsigned shard, const std::string& topic);
    /// While they are away nothing is asked.
    void set_available(bool available);
    /// Asks whether the topics have got partitions that nobody reads.
    void look_for_partitions();
    /// Sends on what came. True: there may be more.
    bool drain();

    [[nodiscard]] rd_kafka_t& client() { return *client_; }

private:
    struct Waiting {
        unsigned shard;
        std::uint64_t ticket;
    };
    struct Topic {
        TopicPtr handle;  ///< null: it is not read yet
        bool asked = false;
        Positions next;
        std::vector<unsigned> shards;
        std::vector<Waiting> waiting;
    };
    using ByName = std::map<std::string, Topic, std::less<>>;

    void ask(const std::string& name, Topic& topic);
    void on_ends(const std::string& name, const Result<Positions>& ends);
    void on_more(const std::string& name, std::size_t partitions);
    void begin(const std::string& name, Topic& topic, const Positions& from);
    void read_partition(Topic& topic, std::int64_t from);
    void welcome(const std::string& name, Topic& topic);
    static void end(Topic& topic);
    void take(rd_kafka_message_t& record);
    void send_batch();

    const EngineSettings& settings_;
    Inbox& inbox_;
    Asker& asker_;
    Shards& shards_;
    RecordReader reader_;
    ClientPtr client_;
    QueuePtr queue_;
    ByName topics_;
    bool available_ = false;
    std::string batch_topic_;
    std::vector<Arrival> batch_;
    std::size_t batch_bytes_ = 0;
};

}  // namespace stentor::kafka
