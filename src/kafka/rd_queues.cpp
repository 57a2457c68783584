// Tests: tests/kafka/kafka_test.py, tests/unit/kafka/rd_engine_test.cpp
#include "kafka/rd_queues.hpp"

#include "base/log.hpp"
#include "broker/dead_letter.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <utility>

namespace stentor::kafka {
namespace {

using namespace std::chrono_literals;

constexpr auto between_commits = 100ms;
constexpr auto before_leaving = 500ms;  // a page that is loaded again comes back
constexpr auto before_burying_again = 1s;
constexpr int at_once = 256;  // records of one turn
constexpr std::string_view given_mark = "given:";

base::TimePoint now() { return std::chrono::steady_clock::now(); }

/// What a commit's metadata says of how far records may have been given. Without it, all that there is may.
std::int64_t read_given(const rd_kafka_topic_partition_t& committed) {
    std::string_view text(static_cast<const char*>(committed.metadata), committed.metadata_size);
    while (text.ends_with('\0')) text.remove_suffix(1);
    std::int64_t given = committed.offset;
    if (!text.starts_with(given_mark)) return given;
    text.remove_prefix(given_mark.size());
    std::from_chars(text.data(), text.data() + text.size(), given);
    return std::max(given, committed.offset);
}

void add(rd_kafka_topic_partition_list_t& list, const std::string& topic, const QueueHome::Commit& commit) {
    rd_kafka_topic_partition_t& one =
        *rd_kafka_topic_partition_list_add(&list, topic.c_str(), commit.partition);
    const std::string given = std::string(given_mark) + std::to_string(commit.given);
    one.offset = commit.offset;
    one.metadata = ::strdup(given.c_str());  // the list's own, which it frees
    one.metadata_size = given.size();
}

}  // namespace

RdQueues::RdQueues(const EngineSettings& settings, Shards& shards, Bury bury)
    : settings_(settings), shards_(shards), bury_(std::move(bury)), reader_(settings), thread_([this] {
          run();
      }) {}

void RdQueues::end() {
    ends_ = true;
    inbox_.wake();
    if (thread_.joinable()) thread_.join();
}

void RdQueues::join(unsigned shard, std::uint64_t consumer, const Place& place,
                    const broker::ConsumerTerms& terms) {
    inbox_.push([this, shard, consumer, name = place.topic, terms] {
        Topic& joined = topic(name);
        joined.home.join({consumer, shard}, terms);
        if (joined.home.consumers() == 1) subscribe_at_ = now();
        give(joined);
    });
}

void RdQueues::leave(unsigned shard, std::uint64_t consumer, const Place& place) {
    inbox_.push([this, shard, consumer, name = place.topic] {
        const auto found = topics_.find(name);
        if (found == topics_.end()) return;
        for (const QueueHome::Dead& dead : found->second.home.leave({consumer, shard})) bury(name, dead);
        if (found->second.home.consumers() == 0)
            subscribe_at_ = std::min(subscribe_at_, now() + before_leaving);
        else give(found->second);
    });
}

void RdQueues::settle(unsigned shard, std::uint64_t consumer, const Place& place, std::uint64_t delivery,
                      broker::Settlement settlement) {
    inbox_.push([this, shard, consumer, name = place.topic, delivery, settlement] {
        const auto found = topics_.find(name);
        if (found == topics_.end()) return;
        if (const auto dead = found->second.home.settle({consumer, shard}, delivery, settlement, now()))
            bury(name, *dead);
        give(found->second);
    });
}

RdQueues::Topic& RdQueues::topic(const std::string& name) {
    return topics_.try_emplace(name, settings_.queue).first->second;
}

void RdQueues::run() {
    bool more = false;
    while (!ends_) {
        inbox_.run_for(more ? 0ms : sleep());
        if (now() >= subscribe_at_) subscribe();
        if (!client_) {
            more = false;
            continue;
        }
        if (now() >= bury_again_) {
            bury_again_ = base::never;
            for (const auto& [name, dead] : std::exchange(unburied_, {})) bury(name, dead);
        }
        more = read_some();
        for (auto& [name, each] : topics_) {
            each.home.wake(now());
            give(each);
            hold_back(name, each);
        }
        commit(false);
        send_given();
    }
    if (client_) rd_kafka_consumer_close(client_.get());
    client_.reset();
}

std::chrono::milliseconds RdQueues::sleep() const {
    base::TimePoint until = now() + between_commits;
    until = std::min(until, subscribe_at_);
    for (const auto& [name, each] : topics_) until = std::min(until, each.home.next_wake());
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(until - now());
    return std::max(wait, std::chrono::milliseconds(0));
}

/// To the topics that have consumers here.
void RdQueues::subscribe() {
    subscribe_at_ = base::never;
    if (!client_) {
        ConfPtr conf = make_conf(
            settings_, {{"group.id", settings_.group},
                        {"allow.auto.create.topics", "false"},
                        {"enable.auto.commit", "false"},
                        {"enable.auto.offset.store", "false"},
                        {"auto.offset.reset", "earliest"},
                        {"partition.assignment.strategy", "cooperative-sticky"},
                        {"session.timeout.ms", std::to_string(settings_.session_timeout.count())},
                        {"heartbeat.interval.ms", std::to_string(settings_.session_timeout.count() / 4)},
                        {"topic.metadata.refresh.interval.ms", "10000"},
                        {"fetch.error.backoff.ms", "100"},
                        {"queued.min.messages", "1000"},
                        {"queued.max.messages.kbytes",
                         std::to_string(std::max<std::size_t>(settings_.fetch_bytes / 1024, 1))},
                        {"isolation.level", "read_committed"}});
        rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalance);
        rd_kafka_conf_set_offset_commit_cb(conf.get(), on_committed);
        rd_kafka_conf_set_opaque(conf.get(), this);
        try {
            client_ = make_client(RD_KAFKA_CONSUMER, std::move(conf));
        } catch (const std::invalid_argument& fault) {
            log::error("queues_not_read", {{"reason", fault.what()}});
            return;
        }
        rd_kafka_poll_set_consumer(client_.get());
        const QueuePtr events(rd_kafka_queue_get_consumer(client_.get()));
        rd_kafka_queue_io_event_enable(events.get(), inbox_.descriptor(), "\1\0\0\0\0\0\0\0", 8);
    }
    const PartitionsPtr wanted(rd_kafka_topic_partition_list_new(static_cast<int>(topics_.size())));
    for (const auto& [name, each] : topics_)
        if (each.home.consumers() != 0)
            rd_kafka_topic_partition_list_add(wanted.get(), name.c_str(), RD_KAFKA_PARTITION_UA);
    const auto code = wanted->cnt == 0 ? rd_kafka_unsubscribe(client_.get())
                                       : rd_kafka_subscribe(client_.get(), wanted.get());
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    log::warning("queues_not_read", {{"reason", rd_kafka_err2str(code)}});
    subscribe_at_ = now() + before_burying_again;
}

bool RdQueues::read_some() {
    for (int i = 0; i < at_once; ++i) {
        const RecordPtr record(rd_kafka_consumer_poll(client_.get(), 0));
        if (!record) return false;
        if (record->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            log::debug("queue_error", {{"reason", rd_kafka_message_errstr(record.get())}});
            continue;
        }
        const auto found = topics_.find(std::string_view(rd_kafka_topic_name(record->rkt)));
        if (found == topics_.end()) continue;
        Arrival arrival = reader_.read(read(*record));
        found->second.home.take(arrival.partition, arrival.offset, std::move(arrival.message));
    }
    return true;
}

void RdQueues::give(Topic& topic) {
    while (const auto turn = topic.home.next())
        given_[turn->consumer.shard].push_back(
            {turn->consumer.number, turn->number, turn->message, turn->redelivered});
}

void RdQueues::send_given() {
    for (auto& [shard, messages] : given_)
        shards_.tell(shard, [messages = std::move(messages)](EngineUser& user) { user.on_queue(messages); });
    given_.clear();
}

/// Until it is there it is not settled, and so not committed.
void RdQueues::bury(const std::string& name, const QueueHome::Dead& dead) {
    auto letter =
        std::make_shared<const Message>(broker::dead_letter(*dead.message, dead.message->destination));
    bury_(name + settings_.dead_letter_suffix, letter, [this, name, dead](bool there) {
        inbox_.push([this, name, dead, there] {
            const auto found = topics_.find(name);
            if (found == topics_.end()) return;
            if (there) return found->second.home.buried(dead);
            log::warning("dead_letter_not_written", {{"topic", name}});
            unburied_.push_back({name, dead});
            bury_again_ = std::min(bury_again_, now() + before_burying_again);
        });
    });
}

void RdQueues::commit(bool all) {
    if (!committing_.empty()) return;
    all = all || now() >= next_commit_;
    if (all) next_commit_ = now() + between_commits;
    const PartitionsPtr list(rd_kafka_topic_partition_list_new(4));
    for (const auto& [name, each] : topics_)
        for (const QueueHome::Commit& commit : each.home.commits(all)) {
            add(*list, name, commit);
            committing_[name].push_back(commit);
        }
    if (list->cnt == 0) return;
    if (const auto code = rd_kafka_commit(client_.get(), list.get(), 1); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        on_commit(code);
}

void RdQueues::on_committed(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list,
                            void* self) {
    for (int i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < list->cnt; ++i) code = list->elems[i].err;
    static_cast<RdQueues*>(self)->on_commit(code);
}

void RdQueues::on_commit(rd_kafka_resp_err_t code) {
    const Commits done = std::exchange(committing_, {});
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {  // asked for again, with what is settled by then
        log::debug("commit_failed", {{"reason", rd_kafka_err2str(code)}});
        next_commit_ = now() + between_commits;
        return;
    }
    for (const auto& [name, commits] : done)
        if (const auto found = topics_.find(name); found != topics_.end())
            for (const QueueHome::Commit& commit : commits) found->second.home.committed(commit);
}

/// While as much waits as may, its partitions rest.
void RdQueues::hold_back(const std::string& name, Topic& each) {
    const bool pauses = !each.paused && each.home.is_full();
    const bool resumes = each.paused && each.home.has_room();
    if (!pauses && !resumes) return;
    each.paused = pauses;
    const PartitionsPtr list(rd_kafka_topic_partition_list_new(4));
    for (const std::int32_t partition : each.home.partitions())
        rd_kafka_topic_partition_list_add(list.get(), name.c_str(), partition);
    if (pauses) rd_kafka_pause_partitions(client_.get(), list.get());
    else rd_kafka_resume_partitions(client_.get(), list.get());
}

void RdQueues::on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t code,
                            rd_kafka_topic_partition_list_t* partitions, void* self) {
    auto& queues = *static_cast<RdQueues*>(self);
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) queues.on_assign(*partitions);
    else queues.on_revoke(*partitions);
}

void RdQueues::on_assign(rd_kafka_topic_partition_list_t& partitions) {
    const auto code =
        rd_kafka_committed(client_.get(), &partitions, static_cast<int>(settings_.request_timeout.count()));
    for (int i = 0; i < partitions.cnt; ++i) {
        rd_kafka_topic_partition_t& each = partitions.elems[i];
        Topic& assigned = topic(each.topic);
        const bool is_told = code == RD_KAFKA_RESP_ERR_NO_ERROR && each.err == RD_KAFKA_RESP_ERR_NO_ERROR;
        const bool is_new = is_told && each.offset < 0;
        if (is_new) assigned.home.assign(each.partition, -1, -1);
        else if (is_told) assigned.home.assign(each.partition, each.offset, read_given(each));
        else assigned.home.assign(each.partition, -1, std::numeric_limits<std::int64_t>::max() / 2);
        each.offset = is_told && !is_new ? each.offset : RD_KAFKA_OFFSET_STORED;
        assigned.paused = false;
        log::info("queue_partition_assigned",
                  {{"topic", each.topic}, {"partition", static_cast<long>(each.partition)}});
    }
    if (rd_kafka_error_t* const fault = rd_kafka_incremental_assign(client_.get(), &partitions)) {
        log::warning("queues_not_read", {{"reason", rd_kafka_error_string(fault)}});
        rd_kafka_error_destroy(fault);
    }
}

void RdQueues::on_revoke(rd_kafka_topic_partition_list_t& partitions) {
    const PartitionsPtr last(rd_kafka_topic_partition_list_new(partitions.cnt));
    for (int i = 0; i < partitions.cnt; ++i) {
        const auto found = topics_.find(std::string_view(partitions.elems[i].topic));
        if (found == topics_.end()) continue;
        if (const auto commit = found->second.home.revoke(partitions.elems[i].partition))
            add(*last, found->first, *commit);
        log::info("queue_partition_revoked",
                  {{"topic", found->first}, {"partition", static_cast<long>(partitions.elems[i].partition)}});
    }
    if (last->cnt != 0 && rd_kafka_assignment_lost(client_.get()) == 0)
        rd_kafka_commit(client_.get(), last.get(), 0);
    if (rd_kafka_error_t* const fault = rd_kafka_incremental_unassign(client_.get(), &partitions)) {
        log::warning("queues_not_read", {{"reason", rd_kafka_error_string(fault)}});
        rd_kafka_error_destroy(fault);
    }
    std::erase_if(topics_, [](const auto& each) {
        return each.second.home.consumers() == 0 && each.second.home.partitions().empty();
    });
}

}  // namespace stentor::kafka
