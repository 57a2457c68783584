#pragma once

#include "kafka/rd_handles.hpp"
#include "kafka/rd_host.hpp"
#include "kafka/record_reader.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

namespace stentor::kafka {

/// Readings of their own for subscriptions that resume, so many at a time; others wait. Each has a client of
/// its own, since one client reads a partition only once, and reads as much as it was allowed. The engine
/// thread's, but for questions.
class RdReaders {
public:
    /// All must outlive it.
    RdReaders(const EngineSettings& settings, Inbox& inbox, Asker& asker, Shards& shards);
    RdReaders(const RdReaders&) = delete;
    RdReaders& operator=(const RdReaders&) = delete;

    void start(unsigned shard, std::uint64_t number, const std::string& topic, const StartPosition& position);
    void allow(unsigned shard, std::uint64_t number, std::size_t bytes);
    void stop(unsigned shard, std::uint64_t number);
    /// Sends on what came. True: there may be more.
    bool drain();

private:
    using Id = std::pair<unsigned, std::uint64_t>;
    using First = std::map<std::int32_t, std::int64_t>;
    struct Wanted {
        Id id;
        std::string topic;
        StartPosition position;
    };
    /// The handles in the order in which they depend on each other.
    struct Reading {
        ClientPtr client;
        QueuePtr queue;
        TopicPtr topic;
        First first;
    };
    struct Reader {
        std::shared_ptr<Reading> reading;  ///< null: it is being asked where it begins
        std::size_t allowed = 0;
    };

    void begin(const Wanted& wanted);
    [[nodiscard]] Result<std::shared_ptr<Reading>> open(const Wanted& wanted) const;
    void on_open(Id id, const Result<std::shared_ptr<Reading>>& reading);
    void end(std::shared_ptr<Reading> reading);
    void begin_next();
    bool drain(Id id, Reader& reader);

    const EngineSettings& settings_;
    Inbox& inbox_;
    Asker& asker_;
    Shards& shards_;
    RecordReader reader_;
    std::map<Id, Reader> readers_;
    std::deque<Wanted> waiting_;
};

}  // namespace stentor::kafka
