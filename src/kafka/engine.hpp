#pragma once

#include "broker/queue.hpp"
#include "kafka/record_headers.hpp"
#include "kafka/start_position.hpp"
#include "kafka/topic_rules.hpp"
#include "stentor/message.hpp"
#include "stentor/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace stentor::kafka {

/// By partition: the offset that comes next.
using Positions = std::vector<std::int64_t>;

/// A record, read. Without a message it is nobody's here, and only says that its place was passed.
struct Arrival {
    std::int32_t partition;
    std::int64_t offset;
    MessagePtr message;
};

/// How a publish ended.
struct Report {
    std::uint64_t number;
    Result<void> result;
};

/// A message of a queue for one consumer.
struct QueueArrival {
    std::uint64_t consumer;
    std::uint64_t delivery;
    MessagePtr message;
    bool redelivered;
};

/// What a shard is told, on its own thread.
class EngineUser {
public:
    virtual void on_availability(bool available, const std::string& reason) = 0;
    virtual void on_produced(std::span<const Report> reports) = 0;
    /// Whether there is such a topic.
    virtual void on_topic(const std::string& topic, const Result<void>& found) = 0;
    /// From now on on_records brings that topic's, from these positions on.
    virtual void on_attached(const std::string& topic, std::uint64_t ticket, const Positions& positions) = 0;
    /// In order, each once.
    virtual void on_records(const std::string& topic, std::span<const Arrival> records) = 0;
    /// A reader begins there, or cannot. Partitions that are not named it does not read.
    virtual void on_reader(std::uint64_t reader,
                           const Result<std::map<std::int32_t, std::int64_t>>& first) = 0;
    /// By these it used up so much of what it was allowed.
    virtual void on_reader_records(std::uint64_t reader, std::span<const Arrival> records,
                                   std::size_t bytes) = 0;
    virtual void on_queue(std::span<const QueueArrival> messages) = 0;

protected:
    ~EngineUser() = default;
};

/// The client library, for all shards of a server. Any thread, but what a shard asks is done in its order.
class Engine {
public:
    using Task = std::function<void()>;
    using Post = std::function<void(Task)>;  ///< to the shard's own thread

    virtual ~Engine() = default;

    virtual void open(unsigned shard, EngineUser& user, Post post) = 0;
    /// Nothing is posted for it after this returns.
    virtual void close(unsigned shard) = 0;

    /// on_produced says how it ended, unless it is refused at once.
    virtual Result<void> produce(unsigned shard, std::uint64_t number, const Place& place,
                                 const MessagePtr& message) = 0;
    /// Answered by on_topic.
    virtual void look_up(unsigned shard, const std::string& topic) = 0;

    /// Once for a topic, until it is detached. While the brokers are away the answer waits.
    virtual void attach(unsigned shard, const std::string& topic, std::uint64_t ticket) = 0;
    virtual void detach(unsigned shard, const std::string& topic) = 0;

    /// A reading of its own from there on, of as many bytes as it was allowed. The topic is attached.
    virtual void start_reader(unsigned shard, std::uint64_t reader, const std::string& topic,
                              const StartPosition& position) = 0;
    virtual void allow(unsigned shard, std::uint64_t reader, std::size_t bytes) = 0;
    virtual void stop_reader(unsigned shard, std::uint64_t reader) = 0;

    virtual void join_queue(unsigned shard, std::uint64_t consumer, const Place& place,
                            const broker::ConsumerTerms& terms) = 0;
    virtual void leave_queue(unsigned shard, std::uint64_t consumer, const Place& place) = 0;
    virtual void settle(unsigned shard, std::uint64_t consumer, const Place& place, std::uint64_t delivery,
                        broker::Settlement settlement) = 0;
};

struct EngineSettings {
    std::string servers = "127.0.0.1:9092";
    std::string group = "stentor";
    std::shared_ptr<const TopicRules> rules;
    HeaderList headers;
    RecordLimits limits;
    std::string nodes_topic;  ///< whose records are for servers, not for clients
    bool creates_topics = false;
    std::chrono::milliseconds delivery_timeout{10'000};
    std::chrono::milliseconds request_timeout{5'000};
    std::size_t max_pending = 10'000;
    std::size_t max_pending_bytes = std::size_t{16} << 20;
    std::size_t fetch_bytes = std::size_t{16} << 20;
    std::size_t max_readers = 16;
    std::size_t max_waiting_readers = 1'000;
    broker::QueueLimits queue;
    std::string dead_letter_suffix = ".dlq";
    std::chrono::milliseconds session_timeout{10'000};
    std::vector<std::pair<std::string, std::string>> properties;
};

/// Null when the library was built without Kafka; throws std::invalid_argument with what the client library
/// says of the properties.
std::shared_ptr<Engine> make_engine(const EngineSettings& settings);

/// Whether it was built with it.
bool has_engine();

}  // namespace stentor::kafka
