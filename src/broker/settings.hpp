#pragma once

#include "broker/held_topics.hpp"
#include "broker/history.hpp"
#include "broker/queue.hpp"
#include "broker/slow_consumer.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace stentor::broker {

struct Settings {
    std::vector<std::string> destination_prefixes{"/topic", "/queue"};
    /// Destinations below these go to exactly one subscriber. Empty them and every destination is a topic, as
    /// in Spring's simple broker.
    std::vector<std::string> queue_prefixes{"/queue"};
    QueueLimits queue = {};
    std::size_t max_queues = 100'000;  ///< of one shard: their names are the clients' choice
    std::size_t max_waiting_bytes = 1024 * 1024 * 1024U;  ///< in all queues of one shard, also under way
    /// Of each subscription to a topic that acknowledges.
    QueueLimits topic_backlog{.max_messages = 10'000, .max_bytes = 8 * 1024 * 1024};
    SlowRules slow_rules = {};  ///< for those that may lose messages instead
    /// Where messages go whose deliveries came back too often; empty: nowhere.
    std::string dead_letter_destination = "/queue/dead-letters";
    /// A topic's messages wait for flush(), at the end of the turn, so that those of one turn go out
    /// together.
    bool in_runs = false;
    std::vector<HoldRule> holds = {};         ///< which topics' messages may wait for others
    std::vector<HistoryRule> histories = {};  ///< which topics' messages are kept for later subscribers
    ReplayLimits replay = {};                 ///< of one subscription
    /// In the backlogs of all of a shard's subscriptions to topics.
    std::size_t max_topic_backlogs_bytes = 512 * 1024 * 1024;
};

}  // namespace stentor::broker
