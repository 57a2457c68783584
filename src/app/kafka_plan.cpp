#include "app/kafka_plan.hpp"

#include "app/shard.hpp"
#include "messaging/destination.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>
#include <utility>

namespace stentor::app {
namespace {

/// What the promises of this library rest on.
constexpr auto own_properties = std::to_array<std::string_view>({"acks",
                                                                 "request.required.acks",
                                                                 "auto.offset.reset",
                                                                 "allow.auto.create.topics",
                                                                 "bootstrap.servers",
                                                                 "enable.auto.commit",
                                                                 "enable.auto.offset.store",
                                                                 "enable.idempotence",
                                                                 "enable.partition.eof",
                                                                 "group.id",
                                                                 "isolation.level",
                                                                 "max.in.flight",
                                                                 "max.in.flight.requests.per.connection",
                                                                 "message.max.bytes",
                                                                 "message.timeout.ms",
                                                                 "metadata.broker.list",
                                                                 "partition.assignment.strategy",
                                                                 "partitioner",
                                                                 "queue.buffering.max.kbytes",
                                                                 "queue.buffering.max.messages",
                                                                 "queued.max.messages.kbytes",
                                                                 "request.timeout.ms",
                                                                 "transactional.id"});

constexpr std::string_view beginning = "the Kafka broker: ";

[[noreturn]] void fail(const std::string& fault) { throw ConfigError(std::string(beginning) + fault); }

std::string joined(const std::vector<std::string>& servers) {
    std::string all;
    for (const std::string& server : servers) {
        const bool is_plain = !server.empty() && std::ranges::none_of(server, [](unsigned char c) {
            return c <= ' ' || c == ',' || c == 0x7f;
        });
        if (!is_plain) fail("'" + server + "' is no server; write them like '127.0.0.1:9092'");
        all += (all.empty() ? "" : ",") + server;
    }
    if (all.empty()) fail("it needs a server, such as 127.0.0.1:9092");
    return all;
}

void check_prefixes(const std::vector<std::string>& prefixes) {
    for (const std::string& prefix : prefixes)
        if (messaging::check_destination(prefix).has_error() || !kafka::is_topic_name(prefix.substr(1, 1)))
            fail("prefix '" + prefix + "': write it like '/topic'");
}

void check_limits(const KafkaConfig& config) {
    const bool has_zero = std::ranges::count(
        std::to_array({config.max_body, config.max_headers, config.max_header_bytes, config.max_pending,
                       config.max_pending_bytes, config.fetch_bytes, config.max_readers,
                       config.max_waiting_readers, config.resume_backlog, config.queue_backlog,
                       config.queue_backlog_bytes, config.delivery_limit}),
        std::size_t{0});
    if (has_zero || config.delivery_timeout.count() <= 0 || config.request_timeout.count() < 10 ||
        config.session_timeout.count() < 1000)
        fail("its limits cannot be 0: it would not mean unlimited");
    if (config.redelivery_delay.count() < 0 || config.max_redelivery_delay.count() < 0)
        fail("a delay cannot be negative");
    if (config.max_body > std::size_t{512} << 20 || config.fetch_bytes > std::size_t{1} << 30)
        fail("max_body is at most 512 MiB, fetch_bytes 1 GiB");
}

void check_names(const KafkaConfig& config) {
    if (!kafka::is_topic_name(config.group)) fail("its group may have letters, digits, '.', '_' and '-'");
    if (!kafka::is_topic_name("x" + config.dead_letter_suffix) || config.dead_letter_suffix.empty())
        fail("the suffix of dead letters' topics may have letters, digits, '.', '_' and '-'");
    for (const std::string& name : config.headers)
        if (!kafka::may_be_listed(name.ends_with('*') ? name.substr(0, name.size() - 1) + "x" : name))
            fail("header '" + name + "' cannot pass: it is STOMP's own, or made here");
    for (const auto& [name, value] : config.properties)
        if (std::ranges::find(own_properties, name) != own_properties.end())
            fail("property '" + name + "' is not to be set: promises rest on it");
}

}  // namespace

std::string fault_of(const KafkaConfig& config) {
    try {
        (void)KafkaPlan(config);
        return {};
    } catch (const ConfigError& fault) { return std::string(fault.what()).substr(beginning.size()); }
}

KafkaPlan::KafkaPlan(const KafkaConfig& config) : queues_(config.queue_prefixes) {
    if (!kafka::has_engine()) fail("the library was built without Kafka (librdkafka was not there)");
    engine.servers = joined(config.bootstrap_servers);
    check_prefixes(config.destination_prefixes);
    check_prefixes(config.queue_prefixes);
    check_limits(config);
    check_names(config);

    std::vector<kafka::RuleText> texts;
    for (const KafkaTopicConfig& topic : config.topics)
        texts.push_back({topic.destination, topic.topic, topic.key});
    auto rules = kafka::TopicRules::make(texts, {config.destination_prefixes, config.queue_prefixes},
                                         config.other_destinations);
    if (rules.has_error()) fail(rules.error().message);
    engine.rules = std::make_shared<const kafka::TopicRules>(std::move(*rules));
    engine.group = config.group;
    engine.headers = kafka::HeaderList(config.headers);
    engine.limits = {config.max_body, config.max_headers, config.max_header_bytes};
    engine.nodes_topic = config.group + "-nodes";
    engine.creates_topics = config.create_topics;
    engine.delivery_timeout = config.delivery_timeout;
    engine.request_timeout = config.request_timeout;
    engine.max_pending = config.max_pending;
    engine.max_pending_bytes = config.max_pending_bytes;
    engine.fetch_bytes = config.fetch_bytes;
    engine.max_readers = config.max_readers;
    engine.max_waiting_readers = config.max_waiting_readers;
    engine.queue = {config.queue_backlog, config.queue_backlog_bytes, config.delivery_limit,
                    config.redelivery_delay, config.max_redelivery_delay};
    engine.session_timeout = config.session_timeout;
    engine.dead_letter_suffix = config.dead_letter_suffix;
    for (const auto& [name, value] : config.properties) engine.properties.emplace_back(name, value);

    broker.rules = engine.rules;
    broker.nodes_topic = engine.nodes_topic;
    broker.max_pending = config.max_pending;
    broker.max_pending_bytes = config.max_pending_bytes;
    broker.max_body = config.max_body;
    broker.resume_backlog.max_bytes = config.resume_backlog;
}

std::unique_ptr<broker::ExternalBroker> KafkaPlan::make(Driver& driver, unsigned shard,
                                                        base::TimerQueue& timers, base::Random&) const {
    std::shared_ptr<kafka::Engine> running = running_.lock();
    if (!running) {
        try {
            running = kafka::make_engine(engine);
        } catch (const std::invalid_argument& fault) { fail(fault.what()); }
        running_ = running;
    }
    const auto post = [&driver, shard](kafka::Engine::Task task) {
        driver.post_to(shard, [task = std::move(task)](Shard&) { task(); });
    };
    return std::make_unique<kafka::KafkaBroker>(broker, std::move(running), shard, post, timers);
}

}  // namespace stentor::app
