// Tests: tests/kafka/kafka_test.py, tests/unit/kafka/rd_engine_test.cpp
#include "kafka/rd_engine.hpp"

#include "base/log.hpp"
#include "kafka/rd_questions.hpp"

#include <utility>

namespace stentor::kafka {
namespace {

using namespace std::chrono_literals;

constexpr auto while_there = 3s;  // between two questions whether the brokers are there
constexpr auto while_away = 500ms;
constexpr auto between_looks = 30s;  // for partitions that are new
constexpr auto longest_sleep = 100ms;

base::TimePoint now() { return std::chrono::steady_clock::now(); }

}  // namespace

std::shared_ptr<Engine> make_engine(const EngineSettings& settings) {
    return std::make_shared<RdEngine>(settings);
}

bool has_engine() { return true; }

RdEngine::RdEngine(const EngineSettings& settings)
    : settings_(settings),
      producer_(settings_, inbox_, shards_),
      topics_(settings_, inbox_, asker_, shards_),
      readers_(settings_, inbox_, reader_asker_, shards_),
      queues_(settings_, shards_,
              [this](const std::string& topic, const MessagePtr& letter, RdQueues::Buried buried) {
                  bury(topic, letter, std::move(buried));
              }),
      thread_([this] { run(); }) {}

RdEngine::~RdEngine() {
    ends_ = true;
    inbox_.wake();
    thread_.join();
    queues_.end();  // after this nobody asks
}

void RdEngine::open(unsigned shard, EngineUser& user, Post post) {
    shards_.open(shard, user, std::move(post));
    inbox_.push([this, shard] {
        if (available_) shards_.tell(shard, [](EngineUser& each) { each.on_availability(true, {}); });
    });
}

Result<void> RdEngine::produce(unsigned shard, std::uint64_t number, const Place& place,
                               const MessagePtr& message) {
    return producer_.produce(shard, number, place, *message);
}

void RdEngine::look_up(unsigned shard, const std::string& topic) {
    asker_.ask([this, shard, topic] {
        const Result<void> found = find_or_make(topic);
        shards_.tell(shard, [topic, found](EngineUser& user) { user.on_topic(topic, found); });
    });
}

/// Asks by the reading client: for the writing one Kafka might make what is not there.
Result<void> RdEngine::find_or_make(const std::string& topic) {
    const auto found = ask_partitions(topics_.client(), topic, settings_);
    if (found.has_value()) return {};
    if (found.error().code != Errc::not_found) return found.error();
    if (topic == settings_.nodes_topic)
        return ask_to_create(producer_.client(), {topic, 1, "600000"}, settings_);
    if (!settings_.creates_topics) return found.error();
    return ask_to_create(producer_.client(), {topic}, settings_);
}

void RdEngine::attach(unsigned shard, const std::string& topic, std::uint64_t ticket) {
    inbox_.push([this, shard, topic, ticket] { topics_.attach(shard, topic, ticket); });
}

void RdEngine::detach(unsigned shard, const std::string& topic) {
    inbox_.push([this, shard, topic] { topics_.detach(shard, topic); });
}

void RdEngine::start_reader(unsigned shard, std::uint64_t reader, const std::string& topic,
                            const StartPosition& position) {
    inbox_.push([this, shard, reader, topic, position] { readers_.start(shard, reader, topic, position); });
}

void RdEngine::allow(unsigned shard, std::uint64_t reader, std::size_t bytes) {
    inbox_.push([this, shard, reader, bytes] { readers_.allow(shard, reader, bytes); });
}

void RdEngine::stop_reader(unsigned shard, std::uint64_t reader) {
    inbox_.push([this, shard, reader] { readers_.stop(shard, reader); });
}

/// The topic of dead letters is made where it is not there: without it a queue would stand still.
void RdEngine::bury(const std::string& topic, const MessagePtr& letter, RdQueues::Buried buried) {
    asker_.ask([this, topic, letter, buried = std::move(buried)] {
        if (ask_partitions(topics_.client(), topic, settings_).has_error())
            if (const auto made = ask_to_create(producer_.client(), {topic}, settings_); made.has_error())
                return buried(false);
        inbox_.push([this, topic, letter, buried] {
            producer_.produce({.topic = topic, .partition = Partition::any}, *letter,
                              [buried](const Result<void>& result) { buried(result.has_value()); });
        });
    });
}

void RdEngine::run() {
    bool more = false;
    while (!ends_) {
        inbox_.run_for(more ? 0ms : longest_sleep);
        producer_.poll();
        rd_kafka_poll(&topics_.client(), 0);
        more = topics_.drain();
        more = readers_.drain() || more;
        if (now() >= next_ask_) ask_whether_available();
        if (now() < next_look_) continue;
        next_look_ = now() + between_looks;
        topics_.look_for_partitions();
    }
}

void RdEngine::ask_whether_available() {
    if (std::exchange(asking_, true)) return;
    asker_.ask([this] {
        inbox_.push(
            [this, answer = ask_whether_there(producer_.client(), settings_)] { set_available(answer); });
    });
}

void RdEngine::set_available(const Result<void>& answer) {
    asking_ = false;
    const bool is_there = answer.has_value();
    next_ask_ = now() + (is_there ? base::Duration(while_there) : base::Duration(while_away));
    topics_.set_available(is_there);
    if (available_ == is_there) return;
    available_ = is_there;
    if (is_there) log::info("broker_available", {{"broker", settings_.servers}});
    else log::warning("broker_lost", {{"broker", settings_.servers}, {"reason", answer.error().message}});
    shards_.tell_all([is_there, reason = is_there ? std::string() : answer.error().message](
                         EngineUser& user) { user.on_availability(is_there, reason); });
}

}  // namespace stentor::kafka
