#include "exchange.hpp"

#include "failure.hpp"
#include "stamp.hpp"

#include <algorithm>
#include <utility>

namespace stentor::bench {
namespace {

constexpr std::uint64_t ms = 1'000'000;  // ns
constexpr std::uint64_t after_a_round = 5 * ms;
constexpr std::uint64_t after_all_rounds = 100 * ms;
constexpr std::uint64_t between_probes = 200 * ms;
constexpr std::uint64_t until_acknowledged = 100 * ms;  // twice as long as Linux puts it off
constexpr std::string_view number_in_body = "{n}";

std::string send_frame(const std::string& destination, const std::string& body, bool json) {
    return "SEND\ndestination:" + destination + (json ? "\ncontent-type:application/json" : "") +
           "\ncontent-length:" + std::to_string(body.size()) + "\n\n" + body + '\0';
}

/// With room for a stamp where its number is to be.
std::string app_body(std::string body) {
    const std::size_t at = body.find(number_in_body);
    return at == std::string::npos ? body : body.replace(at, number_in_body.size(), Stamp::size, '0');
}

}  // namespace

Exchange::Exchange(Loop& loop, const Options& options, const Target& target)
    : Crowd(loop, options, target), stopwatch_(target.pids) {
    plan();
    prepare_frames();
    checks_ = StreamChecks(options.workload == Workload::fan_out ? receivers_ : publishers_.size());
}

/// Who sends, who receives: client numbers and what each subscribes to.
void Exchange::plan() {
    const auto publisher = [&](std::size_t client, std::size_t receiver) {
        Publisher one;
        one.client = static_cast<std::uint32_t>(client);
        one.receiver = static_cast<std::uint32_t>(receiver);
        publishers_.push_back(std::move(one));
    };
    if (options_.workload == Workload::fan_out) {
        publisher(0, 0);
        destinations_.assign(options_.subscribers + 1, options_.destination);
        destinations_[0].clear();
        receivers_ = static_cast<std::uint32_t>(options_.subscribers);
    } else if (options_.workload == Workload::pairs) {
        for (std::size_t i = 0; i < options_.pairs; ++i) {
            publisher(2 * i, 2 * i + 1);
            destinations_.insert(destinations_.end(), {"", options_.destination + "-" + std::to_string(i)});
        }
    } else {  // an echo comes to who sent; so does a reply, or all come to the last client
        const bool own = options_.workload == Workload::ws_echo || options_.app_reply.starts_with("/user/");
        for (std::size_t i = 0; i < options_.connections; ++i)
            publisher(i, own ? i : options_.connections - 1);
        destinations_.assign(options_.connections, own ? options_.app_reply : "");
        destinations_.back() = options_.app_reply;
    }
    stream_of_client_.assign(destinations_.size(), 0);
    for (std::uint32_t i = 0; i < publishers_.size(); ++i) stream_of_client_[publishers_[i].receiver] = i;
    if (options_.workload == Workload::fan_out)
        for (std::uint32_t i = 1; i < destinations_.size(); ++i) stream_of_client_[i] = i - 1;
}

void Exchange::prepare_frames() {
    const bool app = options_.workload == Workload::app;
    const std::string body = app ? app_body(options_.app_body) : stamped_body(options_.body);
    stamped_ = !options_.unchecked && (app ? body != options_.app_body : body.size() >= Stamp::size);
    const std::string room_for_stamp(Stamp::size, '0');
    for (Publisher& one : publishers_) {
        std::string message = body;
        if (options_.workload != Workload::ws_echo) {
            const std::string& destination =
                app ? options_.app_destination
                    : (options_.workload == Workload::pairs ? destinations_[one.receiver]
                                                            : options_.destination);
            message = send_frame(destination, body, app);
        }
        one.frame = encode(target().transport, message);
        if (stamped_) one.stamp_at = one.frame.rfind(room_for_stamp);
    }
}

void Exchange::open() {
    open_all(destinations_);
    if (!receipts()) probe();
    if (options_.workload == Workload::fan_out || options_.workload == Workload::pairs) settle();
}

/// Where data went both ways at once, as in every handshake, Linux acknowledges every second segment until it
/// once waited for one in vain, from then on each. Which of the two it is hangs on whether the number of
/// segments so far was odd, and decides how often a receiver sleeps and has to be woken: 10 % of the server's
/// CPU. So both ends come to the second state: the servers' by a heart-beat that nothing follows for a while.
void Exchange::settle() {
    for (const Publisher& one : publishers_) beat(client(one.client));
    for (std::size_t i = 0; i < destinations_.size(); ++i) client(i).acknowledge_at_once();
    rest(until_acknowledged);
}

/// Sends messages that do not count until every subscriber has had one.
void Exchange::probe() {
    probing_ = true;
    probed_.assign(destinations_.size(), false);
    for (std::size_t i = 0; i < destinations_.size(); ++i) probed_[i] = destinations_[i].empty();
    const std::uint64_t end = now() + timeout();
    while (std::find(probed_.begin(), probed_.end(), false) != probed_.end()) {
        if (now() >= end) fail("messages do not reach all subscribers");
        for (Publisher& one : publishers_) {
            if (options_.workload != Workload::fan_out && probed_[one.receiver]) continue;
            if (stamped_)
                write_stamp(&one.frame[one.stamp_at],
                            {static_cast<std::uint32_t>(&one - publishers_.data()), Stamp::probe});
            client(one.client).queue(one.frame);
            client(one.client).flush();
        }
        rest(between_probes);
    }
    rest(2 * between_probes);
    probing_ = false;
}

Round Exchange::round() {
    Round ignored;
    if (options_.warm_up != 0) run(options_.warm_up, ignored);
    Round round;
    run(options_.messages, round);
    round.violations.add(ignored.violations);
    return round;
}

void Exchange::run(std::size_t messages, Round& round) {
    share(messages);
    latencies_ = Histogram{};
    deliveries_ = 0;
    wanted_ = std::uint64_t{messages} * receivers_;
    stopwatch_.start();
    round_began_ = now();
    run_until_all_came();
    stopwatch_.delivered(round);
    rest(after_a_round);
    stopwatch_.rested(round);
    round.deliveries = deliveries_;
    round.take(latencies_);
    if (deliveries_ < wanted_) give_up();
    round.violations = std::exchange(checks_.violations(), {});
    requests_.clear();
}

/// What has not come by now is lost.
void Exchange::give_up() {
    if (options_.workload == Workload::fan_out) {
        for (std::size_t i = 0; i < receivers_; ++i) checks_.ended(i, publishers_[0].sent);
    } else {
        for (std::size_t i = 0; i < publishers_.size(); ++i) checks_.ended(i, publishers_[i].sent);
    }
}

/// Gives each publisher its part of the round.
void Exchange::share(std::size_t messages) {
    due_.assign(messages, 0);
    missing_.assign(messages, receivers_);
    completed_.clear();
    open_loop_sent_ = 0;
    open_loop_left_ = options_.rate ? messages : 0;
    std::size_t first = 0;
    for (std::uint32_t i = 0; i < publishers_.size(); ++i) {
        Publisher& one = publishers_[i];
        const std::size_t part = messages / publishers_.size() + (i < messages % publishers_.size() ? 1 : 0);
        one.base = one.sent;
        one.first = first;
        one.left = options_.rate ? 0 : part;
        one.outstanding = 0;
        first += part;
        if (one.left != 0) completed_.push_back(i);
    }
}

void Exchange::run_until_all_came() {
    if (!completed_.empty()) on_read(client(0));
    std::uint64_t progress = 0;
    std::uint64_t end = now() + timeout();
    while (deliveries_ < wanted_) {
        std::uint64_t next_due = end;
        if (open_loop_left_ != 0) send_some(next_due);
        loop_.turn(std::min(next_due, end));
        const std::uint64_t at = now();
        if (deliveries_ + open_loop_sent_ != progress) end = at + timeout();
        else if (at >= end && open_loop_left_ == 0) return;
        progress = deliveries_ + open_loop_sent_;
    }
}

/// What is due by now, in turns of the publishers, and when the next is.
void Exchange::send_some(std::uint64_t& next_due) {
    const std::uint64_t at = now();
    const std::size_t count = publishers_.size();
    const std::uint64_t begin = open_loop_sent_;
    while (open_loop_left_ != 0) {
        next_due = round_began_ +
                   static_cast<std::uint64_t>(static_cast<double>(open_loop_sent_) * 1e9 / *options_.rate);
        if (next_due > at) break;
        publish(static_cast<std::uint32_t>(open_loop_sent_ % count), next_due);
        ++open_loop_sent_;
        --open_loop_left_;
    }
    for (std::uint64_t i = begin; i < std::min<std::uint64_t>(open_loop_sent_, begin + count); ++i)
        client(publishers_[i % count].client).flush();
}

void Exchange::rest(std::uint64_t time) {
    const std::uint64_t end = now() + time;
    while (now() < end) loop_.turn(end);
}

Violations Exchange::late() {
    rest(after_all_rounds);
    return std::exchange(checks_.violations(), {});
}

void Exchange::remark(std::vector<std::string>& notes) const {
    if (!stamped_)
        notes.emplace_back("bodies carry no numbers: deliveries are counted, their order is not checked");
    if (options_.deflate) notes.push_back(std::to_string(compressed()) + " messages came compressed");
}

void Exchange::publish(std::uint32_t number, std::uint64_t due) {
    Publisher& one = publishers_[number];
    if (stamped_) write_stamp(&one.frame[one.stamp_at], {number, one.sent});
    due_[one.first + (one.sent - one.base)] = due;
    ++one.sent;
    ++one.outstanding;
    if (!stamped_ && options_.workload == Workload::app) requests_.push_back(number);
    client(one.client).queue(one.frame);
}

void Exchange::on_message(Client& from, std::string_view body) {
    if (probing_) {
        probed_[from.number()] = true;
        return;
    }
    const auto arrival = identify(from.number(), body);
    if (!arrival || !checks_.arrived(arrival->stream, arrival->sequence)) return;
    if (read_at_ == 0) read_at_ = now();
    const Publisher& one = publishers_[arrival->publisher];
    const std::size_t at = one.first + (arrival->sequence - one.base);
    latencies_.record(read_at_ - due_[at]);
    ++deliveries_;
    if (--missing_[at] == 0) completed(arrival->publisher);
}

void Exchange::completed(std::uint32_t number) {
    --publishers_[number].outstanding;
    if (publishers_[number].left != 0) completed_.push_back(number);
}

/// Sends what the answers in this read make room for: all that is due to one connection in one write.
void Exchange::on_read(Client&) {
    read_at_ = 0;
    if (completed_.empty()) return;
    const std::uint64_t at = now();
    for (const std::uint32_t number : completed_) {
        Publisher& one = publishers_[number];
        for (; one.left != 0 && one.outstanding < options_.in_flight; --one.left) publish(number, at);
        client(one.client).flush();
    }
    completed_.clear();
}

std::optional<Exchange::Arrival> Exchange::identify(std::uint32_t from, std::string_view body) {
    return stamped_ ? by_stamp(from, body) : by_count(from);
}

std::optional<Exchange::Arrival> Exchange::by_stamp(std::uint32_t from, std::string_view body) {
    const bool app = options_.workload == Workload::app;
    const auto stamp = app ? find_stamp(body) : read_stamp(body);
    if (!stamp) return foreign(from, "a message came that is none of ours");
    if (stamp->sequence == Stamp::probe) return std::nullopt;
    if (!app && body.size() != options_.body)
        return foreign(from, "a body came with " + std::to_string(body.size()) + " bytes instead of " +
                                 std::to_string(options_.body));
    if (stamp->publisher >= publishers_.size() || stamp->sequence >= publishers_[stamp->publisher].sent)
        return foreign(from, "a message came that was not sent");
    if (options_.workload == Workload::fan_out) return Arrival{stream_of_client_[from], 0, stamp->sequence};
    if (publishers_[stamp->publisher].receiver != from)
        return foreign(from, "a message came that is for another");
    return Arrival{stamp->publisher, stamp->publisher, stamp->sequence};
}

/// Where bodies say nothing, the next message is the one that is waited for.
std::optional<Exchange::Arrival> Exchange::by_count(std::uint32_t from) {
    const bool queued = options_.workload == Workload::app;
    const bool fan_out = options_.workload == Workload::fan_out;
    if (queued && requests_.empty()) return foreign(from, "more replies came than requests were sent");
    const std::size_t stream = queued ? requests_.front() : stream_of_client_[from];
    if (queued) requests_.pop_front();
    const auto publisher = static_cast<std::uint32_t>(fan_out ? 0 : stream);
    const std::uint64_t sequence = checks_.next(stream);
    if (sequence >= publishers_[publisher].sent) return foreign(from, "more messages came than were sent");
    return Arrival{stream, publisher, sequence};
}

std::optional<Exchange::Arrival> Exchange::foreign(std::uint32_t from, const std::string& what) {
    ++checks_.violations().foreign;
    checks_.violations().describe("connection " + std::to_string(from) + ": " + what);
    return std::nullopt;
}

}  // namespace stentor::bench
