#pragma once

#include <cstddef>
#include <unordered_set>

namespace stentor::broker {

class TopicConsumer;

/// What waits for all of a shard's subscriptions to topics together. Past the limit the one for which most
/// waits overflows. Shard-local.
class TopicBacklogs {
public:
    explicit TopicBacklogs(std::size_t max_bytes) : max_bytes_(max_bytes) {}
    TopicBacklogs(const TopicBacklogs&) = delete;
    TopicBacklogs& operator=(const TopicBacklogs&) = delete;

    /// One that has a backlog from now on, and no bytes.
    void add(TopicConsumer& consumer);
    void remove(TopicConsumer& consumer);
    /// One of them had so many bytes and has others now.
    void change(std::size_t before, std::size_t after);

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

private:
    std::size_t max_bytes_;
    std::size_t bytes_ = 0;
    std::unordered_set<TopicConsumer*> all_;
};

}  // namespace stentor::broker
