#pragma once

#include "unit/broker/shards.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::broker::test {

/// Some shards' brokers do what chance says - subscriptions come and go, messages are published, accepted and
/// rejected, letters arrive between any two shards in order and else whenever, turns end, time goes by - and
/// are compared with a model that knows nothing of how they work:
///
/// - A subscriber of a topic gets what each publisher sent there from some moment on, without a gap, in order
///   and once: from no later than when its subscription was done, until it leaves.
/// - A topic that is kept has one order, that of a subscriber which was there all the time (and which got
///   everything). From some moment between its asking and its being done everybody else gets the same; before
///   that what a list of the last so many messages would hold then.
/// - Where slow subscribers may miss messages, what they get and what they are told to have missed is all;
/// the
///   newest, or of each key the newest, comes. Who keeps up misses nothing.
/// - A queue's message is with one consumer at a time until one has accepted it, or it came back too often:
///   then it is a dead letter. Neither happens twice, and one of them does.
class BrokerModel {
public:
    explicit BrokerModel(unsigned seed)
        : seed_(seed), random_(seed), settings_(settings()), shards_(1 + seed % 4, settings_) {
        for (const char* topic : {"/topic/kept/a", "/topic/kept/b", "/topic/kept/held", "/topic/last"})
            witnesses_[topic] = &join(topic, Asks{.history = 0});
        shards_.deliver_all();
    }

    /// False when something was wrong: then it is a test's failure already, with the last steps.
    bool run(int steps) {
        for (int i = 0; i < steps && !failed_; ++i) step();
        if (!failed_) finish();
        return !failed_;
    }

private:
    static constexpr long not_yet = std::numeric_limits<long>::max();
    static constexpr std::size_t delivery_limit = 4;

    struct Sent {
        std::string destination;
        unsigned publisher;
        unsigned shard;
        long at;  ///< in steps
        long done = not_yet;
        bool even = false;
        bool clears = false;
        bool empty = false;
        std::size_t rejected = 0;
        std::size_t may_have_come_back = 0;  ///< with consumers that left
        int held = 0;                        ///< consumers that have it
        bool accepted = false;
        bool buried = false;
    };
    struct Asks {
        std::uint32_t history = Subscription::all_history;
        bool acknowledges = false;
        bool only_even = false;
        std::uint32_t window = 100;
    };
    struct Got {
        std::size_t message;
        bool from_history;
        Gap before = {};
    };
    struct Member final : Subscriber {
        Member(BrokerModel& m, unsigned on, std::string to, const Asks& a)
            : model(m), shard(on), destination(std::move(to)), asks(a), subscription{*this, id, destination} {
            subscription.acknowledges = a.acknowledges;
            subscription.history = a.history;
            subscription.window.messages = a.window;
            subscription.may_lose = m.settings_.slow_rules.concern(destination);
            if (a.only_even)
                subscription.selector = std::make_shared<const messaging::Selector>(
                    messaging::Selector::parse("parity = 'even'").value());
        }
        void deliver(const Subscription&, const Delivery& delivery) override { model.got(*this, delivery); }
        void overflowed(const Subscription&) override { model.fail("overflowed"); }

        BrokerModel& model;
        unsigned shard;
        const std::string id = "s";
        const std::string destination;
        Asks asks;
        Subscription subscription;
        std::map<std::uint64_t, std::size_t> pending = {};  ///< messages by the delivery's number
        std::vector<Got> received = {};                     ///< each once
        std::set<std::size_t> rejected = {};
        long asked = 0;
        long quiet_before_asked = 0;
        long active = not_yet;
        long left = not_yet;
        long quiet_before_left = 0;
    };

    Settings settings() {
        Settings made;
        made.queue = {.delivery_limit = delivery_limit};
        if (chance(2)) made.queue.redelivery_delay = std::chrono::milliseconds(3);
        made.topic_backlog = made.queue;
        made.dead_letter_destination = "/queue/dead";
        made.in_runs = chance(2);
        const auto pattern = [](const char* text) {
            return messaging::DestinationPattern::parse(text).value();
        };
        made.histories = {{pattern("/topic/kept/*"), kept()}, {pattern("/topic/last"), 1}};
        made.slow_rules.all = {{pattern("/topic/news"), SlowPolicy::drop_oldest, "", 1 + random_() % 4},
                               {pattern("/topic/prices"), SlowPolicy::conflate, "parity"}};
        made.slow_rules.queue_prefixes = made.queue_prefixes;
        made.slow_rules.rest.max_messages = made.slow_rules.rest.max_bytes = 100'000'000;
        if (chance(2))
            made.holds = {{pattern("/topic/held"), std::chrono::milliseconds(2)},
                          {pattern("/topic/*/held"), std::chrono::milliseconds(2)}};
        return made;
    }
    static std::size_t kept() { return 5; }
    static std::size_t kept_of(const std::string& destination) {
        if (destination == "/topic/last") return 1;
        return destination.starts_with("/topic/kept/") ? kept() : 0;
    }

    // What chance says.

    bool chance(unsigned one_in) { return random_() % one_in == 0; }
    template <class T>
    const T& any(const std::vector<T>& of) {
        return of[random_() % of.size()];
    }
    void step() {
        ++now_;
        if (shards_.waiting() == 0) quiet_ = now_;
        switch (random_() % 20) {
            case 0:
            case 1: return join_any();
            case 2: return leave_any();
            case 3: return end_turn(static_cast<unsigned>(random_() % shards_.count()));
            case 4: note("time goes by"); return shards_.advance(std::chrono::microseconds(random_() % 3000));
            case 5:
                if (!chance(10)) break;
                note("all mail arrives");
                return shards_.deliver_all();
            case 6: return settle_any(Settlement::rejected);
            case 7:
            case 8:
            case 9: return settle_any(Settlement::accepted);
            case 10:
            case 11:
            case 12:
            case 13:
            case 14: break;
            default: return publish_any();
        }
        const auto letters = 1 + random_() % 6;
        note(std::to_string(letters) + " letters arrive");
        for (unsigned i = 0; i < letters; ++i) shards_.deliver_one(random_);
    }
    void join_any() {
        static const std::vector<std::string> topics{
            "/topic/plain",  "/topic/held",    "/topic/last",      "/topic/kept/a", "/topic/kept/b",
            "/topic/kept/*", "/topic/kept/**", "/topic/kept/held", "/topic/*",      "/topic/**",
            "/topic/news",   "/topic/prices",  "/queue/a",         "/queue/b",      "/topic/*/held"};
        if (there_ >= 25) return;
        Asks asks;
        const std::string& destination = any(topics);
        if (chance(3)) asks.history = static_cast<std::uint32_t>(random_() % 7);
        asks.acknowledges = chance(4);
        asks.only_even = is_topic(destination) && chance(4);
        if (chance(2)) asks.window = static_cast<std::uint32_t>(1 + random_() % 4);
        join(destination, asks);
    }
    Member& join(const std::string& destination, const Asks& asks) {
        const auto shard = static_cast<unsigned>(random_() % shards_.count());
        Member& member = members_.emplace_back(*this, shard, destination, asks);
        note(name(member) + " subscribes to " + destination + (asks.acknowledges ? " with acks" : "") +
             " history " + std::to_string(static_cast<int>(asks.history)) + " window " +
             std::to_string(asks.window) + (asks.only_even ? " even" : ""));
        member.asked = now_;
        member.quiet_before_asked = quiet_;
        ++there_;
        shards_[shard].subscribe(member.subscription, [this, &member](const Result<void>& result) {
            if (result.has_error()) fail("refused: " + result.error().message);
            if (member.active != not_yet) fail(name(member) + " is told twice");
            member.active = now_;
        });
        return member;
    }
    void leave_any() {
        std::vector<Member*> may;
        for (Member& each : members_)
            if (each.left == not_yet && !is_witness(each)) may.push_back(&each);
        if (!may.empty()) leave(*any(may));
    }
    void leave(Member& member) {
        note(name(member) + " leaves");
        member.quiet_before_left = quiet_;
        const auto pending = std::exchange(member.pending, {});
        const bool consumes = !is_topic(member.destination);
        for (const auto& [number, message] : pending)
            if (consumes && is_queue(sent_[message].destination)) --sent_[message].held;
        for (Sent& each : sent_)  // what was on its way in the mail comes back too
            if (each.destination == member.destination) ++each.may_have_come_back;
        --there_;
        if (consumes) member.left = now_;
        shards_[member.shard].unsubscribe(member.subscription);
        member.left = now_;  // a topic's subscriber may get what it did not yet have, first
    }
    void publish_any() {
        static const std::vector<std::string> destinations{
            "/topic/plain",     "/topic/held", "/topic/last",       "/topic/kept/a", "/topic/kept/b",
            "/topic/kept/held", "/queue/a",    "/topic/other/held", "/topic/news",   "/topic/prices"};
        publish(any(destinations));
    }
    void publish(const std::string& destination) {
        const std::size_t number = sent_.size();
        const auto publisher = static_cast<unsigned>(random_() % (2 * shards_.count()));
        Sent& sent = sent_.emplace_back(Sent{destination, publisher, publisher / 2, now_});
        sent.even = chance(2);
        sent.clears = chance(20);
        sent.empty = chance(5);
        Message message{destination,
                        {{"parity", sent.even ? "even" : "odd"}},
                        sent.empty ? "" : "b",
                        std::to_string(number)};
        if (sent.clears) message.headers.add("x-history-clear", "true");
        note("publisher " + std::to_string(publisher) + " sends " + message.id + " to " + destination +
             (sent.clears ? " and clears" : ""));
        shards_[sent.shard].publish(std::make_shared<const Message>(std::move(message)),
                                    [this, number](const Result<void>& result) {
                                        if (result.has_error()) fail("refused: " + result.error().message);
                                        if (sent_[number].done != not_yet) fail("a publisher is told twice");
                                        sent_[number].done = now_;
                                    });
    }
    void end_turn(unsigned shard) {
        note("shard " + std::to_string(shard) + " ends its turn");
        shards_[shard].flush();
    }
    void settle_any(Settlement how) {
        std::vector<Member*> may;
        for (Member& each : members_)
            if (!each.pending.empty() && (how == Settlement::accepted || each.asks.acknowledges))
                may.push_back(&each);
        if (may.empty()) return;
        Member& member = *any(may);
        const bool all = chance(2);
        const std::map<std::uint64_t, std::size_t> pending = member.pending;
        for (const auto& [number, message] : pending) {
            settle(member, number, message, how);
            if (!all) break;
        }
    }
    void settle(Member& member, std::uint64_t number, std::size_t message, Settlement how) {
        const bool accepted = how == Settlement::accepted;
        note(name(member) + (accepted ? " accepts " : " rejects ") + std::to_string(message));
        member.pending.erase(number);
        Sent& sent = sent_[message];
        if (!accepted) member.rejected.insert(message);
        if (!is_topic(member.destination) && is_queue(sent.destination)) {
            --sent.held;
            if (accepted && std::exchange(sent.accepted, true)) fail("accepted twice");
            if (!accepted) ++sent.rejected;
        }
        shards_[member.shard].settle(member.subscription, number, how);
    }

    // What is checked as it happens.

    void got(Member& member, const Delivery& delivery) {
        const std::string& id = delivery.message->id;
        const std::size_t number = std::stoul(id);
        note("    " + name(member) + " gets " + id + (delivery.redelivered ? " again" : ""));
        if (member.left != not_yet) return fail(name(member) + " has left");
        if (member.pending.size() >= member.asks.window) return fail(name(member) + "'s window is full");
        if (!is_topic(member.destination)) got_of_queue(member, delivery, number, id.ends_with("-dead"));
        else if (delivery.redelivered && !member.rejected.contains(number))
            fail("redelivered without a reason");
        const bool from_history = delivery.message->headers.contains("x-history");
        if (delivery.redelivered && !delivery.before.none()) fail("a gap is told with what came again");
        if (!delivery.redelivered) member.received.push_back({number, from_history, delivery.before});
        if (delivery.number != 0 && !member.pending.emplace(delivery.number, number).second)
            fail("a delivery's number twice");
    }
    void got_of_queue(const Member& member, const Delivery& delivery, std::size_t number, bool is_dead) {
        Sent& sent = sent_[number];
        if (is_topic(sent.destination)) {  // dead letters of several of its subscribers, maybe
            if (!is_dead || member.destination != "/queue/dead") fail("not its queue");
            return;
        }
        if (is_dead != (member.destination == "/queue/dead") || delivery.number == 0) fail("not its queue");
        if (!is_dead && sent.destination != member.destination) fail("not its queue");
        if (++sent.held > 1) fail(std::to_string(number) + " is with two");
        if (sent.accepted) fail(std::to_string(number) + " was accepted already");
        if (is_dead) {
            if (sent.rejected + sent.may_have_come_back < delivery_limit) fail("a dead letter too early");
            sent.buried = true;
        } else if (sent.buried) {
            fail(std::to_string(number) + " is a dead letter already");
        }
    }

    // What is checked at the end.

    void finish() {
        note("the end");
        for (const char* queue : {"/queue/a", "/queue/b", "/queue/dead"}) join(queue, {});
        for (bool any = true; any && !failed_;) {
            any = settle_down();
            for (Member& member : members_)
                for (const auto& [number, message] : std::map(member.pending)) {
                    settle(member, number, message, Settlement::accepted);
                    any = true;
                }
        }
        for (const Sent& sent : sent_) {
            if (sent.done == not_yet) return fail("a publisher was not told");
            if (is_queue(sent.destination) && !sent.accepted && !sent.buried)
                return fail(std::to_string(&sent - sent_.data()) + " is lost");
        }
        for (const Member& member : members_)
            if (member.active == not_yet) return fail(name(member) + " was not told");
        for (const auto& [topic, witness] : witnesses_) check_order(topic, *witness);
        for (const Member& member : members_)
            if (is_topic(member.destination)) check(member);
        check_counts();
        expect_nothing_left();
    }
    /// Lets happen what happens by itself; whether something did.
    bool settle_down() {
        bool any = shards_.waiting() != 0;
        shards_.deliver_all();
        for (unsigned shard = 0; shard < shards_.count(); ++shard) shards_[shard].flush();
        shards_.advance(std::chrono::seconds(10));
        any = any || shards_.waiting() != 0;
        shards_.deliver_all();
        return any;
    }
    void expect_nothing_left() {
        for (Member& member : members_)
            if (member.left == not_yet) leave(member);
        settle_down();
        for (unsigned shard = 0; shard < shards_.count(); ++shard) {
            const SimpleBroker& broker = shards_[shard];
            if (broker.subscriptions() != 0 || !broker.has_no_topics()) fail("a subscription is left");
            if (broker.queues() != 0 || broker.waiting_bytes() != 0) fail("a queue is left");
            if (broker.topic_backlogs_bytes() != 0) fail("a backlog is left");
        }
    }

    /// All that was sent there, once, and each publisher's in order.
    void check_order(const std::string& topic, const Member& witness) {
        std::vector<std::size_t> all, seen;
        for (std::size_t i = 0; i < sent_.size(); ++i)
            if (sent_[i].destination == topic) all.push_back(i);
        std::map<unsigned, std::size_t> last;
        for (const Got& each : witness.received) {
            seen.push_back(each.message);
            std::size_t& before = last[sent_[each.message].publisher];
            if (before > each.message) return fail(topic + " is not in order");
            before = each.message;
        }
        order_[topic] = seen;
        std::ranges::sort(seen);
        if (seen != all) fail(topic + ": something is lost or doubled");
    }

    void check(const Member& member) {
        std::map<std::string, std::vector<Got>> by_destination;
        for (const Sent& each : sent_) by_destination[each.destination];
        for (const Got& each : member.received)
            by_destination[sent_[each.message].destination].push_back(each);
        for (const auto& [destination, received] : by_destination) {
            if (is_queue(destination) || !meant(member.destination, destination)) {
                if (!received.empty()) fail(name(member) + " got what it did not subscribe to");
            } else if (kept_of(destination) != 0) {
                check_kept(member, destination, received);
            } else if (is_lossy(member, destination)) {
                check_lossy(member, destination, received);
            } else {
                for (unsigned publisher = 0; publisher < 2 * shards_.count(); ++publisher)
                    check_plain(member, destination, received, publisher);
            }
        }
    }

    /// What one publisher sent: a piece of it.
    void check_plain(const Member& member, const std::string& destination, const std::vector<Got>& received,
                     unsigned publisher) {
        const bool is_near = publisher / 2 == member.shard;
        std::vector<std::size_t> wanted, got;
        for (std::size_t i = 0; i < sent_.size(); ++i)
            if (sent_[i].destination == destination && sent_[i].publisher == publisher && passes(member, i))
                wanted.push_back(i);
        for (const Got& each : received)
            if (sent_[each.message].publisher == publisher) got.push_back(each.message);
        // From the first that may, and from the first that must be there.
        const long may = is_near ? member.asked : member.quiet_before_asked;
        const auto sent_before = [&](long when) {
            return std::ranges::partition_point(wanted, [&](std::size_t i) { return sent_[i].at < when; }) -
                   wanted.begin();
        };
        const auto first =
            std::ranges::find(wanted, got.empty() ? sent_.size() : got.front()) - wanted.begin();
        const std::string where =
            name(member) + ", publisher " + std::to_string(publisher) + ", " + destination;
        if (!got.empty() && first < sent_before(may)) return fail(where + ": got what was sent before");
        const long active = member.active == not_yet ? not_yet : member.active + 1;
        const auto must_end = member.left == not_yet ? sent_before(not_yet)
                              : is_windowed(member)
                                  ? 0
                                  : sent_before(is_near ? member.left : member.quiet_before_left);
        if (first > sent_before(active) && sent_before(active) < must_end)
            return fail(where + ": missed the first");
        for (std::size_t i = 0; i < got.size(); ++i)
            if (first + static_cast<long>(i) >= static_cast<long>(wanted.size()) ||
                wanted[static_cast<std::size_t>(first) + i] != got[i])
                return fail(where + ": a gap at " + std::to_string(got[i]));
        if (!got.empty() && first + static_cast<long>(got.size()) < must_end)
            return fail(where + ": missed the last");
    }

    /// Each publisher's in order, and nothing missed that it was not told of.
    void check_lossy(const Member& member, const std::string& destination, const std::vector<Got>& received) {
        const std::string where = name(member) + ", " + destination + ": ";
        const bool conflates = destination == "/topic/prices";
        std::map<unsigned, std::size_t> last;
        std::set<std::size_t> got;
        std::size_t told = received.size();
        for (const Got& each : received) {
            const auto own = last.try_emplace(sent_[each.message].publisher, each.message).first;
            if (own->second > each.message || !got.insert(each.message).second)
                return fail(where + "not in order at " + std::to_string(each.message));
            own->second = each.message;
            if (sent_[each.message].at < asked(member, each.message))
                return fail(where + "got what was sent before");
            if ((conflates ? each.before.skipped : each.before.conflated) != 0)
                return fail(where + "not what its rule does");
            told += each.before.skipped + each.before.conflated;
        }
        if (member.left != not_yet) return;
        std::size_t may = 0, must = 0;
        std::map<std::pair<bool, unsigned>, std::size_t> newest;  // of each key and publisher
        std::map<bool, bool> wants;                               // by key, whether one must be there
        for (std::size_t i = 0; i < sent_.size(); ++i) {
            if (sent_[i].destination != destination || !passes(member, i)) continue;
            const bool key = conflates && sent_[i].even;
            const bool is_after = sent_[i].at > member.active;
            may += sent_[i].at >= asked(member, i) ? 1 : 0;
            must += is_after ? 1 : 0;
            newest[{key, sent_[i].publisher}] = i;
            wants[key] = wants[key] || is_after;
        }
        if (told < must || told > may)
            return fail(where + "was told of " + std::to_string(told) + ", not of " + std::to_string(must) +
                        " to " + std::to_string(may));
        for (const auto& [key, one] : wants) {
            const auto is_there = [&, key = key](const auto& each) {
                return each.first.first == key && got.contains(each.second);
            };
            if (one && std::ranges::none_of(newest, is_there)) return fail(where + "the newest is missing");
        }
    }
    void check_counts() {
        SlowConsumers told, counted;
        for (const Member& member : members_)
            for (const Got& each : member.received) told.count(each.before);
        for (unsigned shard = 0; shard < shards_.count(); ++shard) counted += shards_[shard].slow_consumers();
        if (told.skipped > counted.skipped || told.conflated > counted.conflated)
            fail("more was told to be missed than was counted");
    }

    /// One moment explains all of it.
    void check_kept(const Member& member, const std::string& destination, const std::vector<Got>& received) {
        const std::vector<std::size_t>& order = order_[destination];
        const bool asks = member.asks.history != 0;
        const auto was_there = [&](const Sent& sent) {
            return asks ? sent.done < member.asked : sent.at < member.quiet_before_asked;
        };
        std::size_t first = 0;
        for (std::size_t i = 0; i < order.size(); ++i)
            if (was_there(sent_[order[i]])) first = i + 1;
        std::size_t last = first;
        while (last < order.size() && sent_[order[last]].at <= member.active) ++last;
        for (std::size_t moment = first; moment <= last; ++moment)
            if (explains(member, destination, order, moment, received)) return;
        std::string text = name(member) + ", " + destination + ": between " + std::to_string(first) +
                           " and " + std::to_string(last) + " of";
        for (const std::size_t each : order) text += ' ' + std::to_string(each);
        text += "\ngot";
        for (const Got& each : received)
            text += (each.from_history ? " h" : " ") + std::to_string(each.message);
        fail(text);
    }
    bool explains(const Member& member, const std::string& destination, const std::vector<std::size_t>& order,
                  std::size_t moment, const std::vector<Got>& received) const {
        std::vector<Got> expected;
        for (const std::size_t each : list_at(destination, order, moment))
            if (passes(member, each)) expected.push_back({each, true});
        const std::size_t most = std::min<std::size_t>(expected.size(), member.asks.history);
        expected.erase(expected.begin(), expected.end() - static_cast<std::ptrdiff_t>(most));
        std::size_t must = member.left == not_yet ? not_yet : 0;
        for (std::size_t i = moment; i < order.size(); ++i) {
            if (passes(member, order[i])) expected.push_back({order[i], false});
            if (!is_windowed(member) && sent_[order[i]].at < member.quiet_before_left) must = expected.size();
        }
        const auto same = [](const Got& a, const Got& b) {
            return a.message == b.message && a.from_history == b.from_history;
        };
        return received.size() <= expected.size() && received.size() >= std::min(must, expected.size()) &&
               std::equal(received.begin(), received.end(), expected.begin(), same);
    }
    /// What is kept after so many of them.
    [[nodiscard]] std::vector<std::size_t> list_at(const std::string& destination,
                                                   const std::vector<std::size_t>& order,
                                                   std::size_t moment) const {
        std::vector<std::size_t> list;
        for (std::size_t i = 0; i < moment; ++i) {
            const Sent& sent = sent_[order[i]];
            if (sent.clears) list.clear();
            if (!sent.clears || !sent.empty) list.push_back(order[i]);
            if (list.size() > kept_of(destination)) list.erase(list.begin());
        }
        return list;
    }

    static bool is_queue(std::string_view destination) { return destination.starts_with("/queue"); }
    static bool is_topic(std::string_view destination) { return !is_queue(destination); }
    static bool meant(const std::string& pattern, const std::string& destination) {
        if (pattern == "/topic/**") return true;
        if (pattern == "/topic/*/held")
            return destination.starts_with("/topic/") && destination.ends_with("/held") &&
                   destination != "/topic/held";
        if (pattern == "/topic/*") return destination.rfind('/') == 6;
        if (pattern.starts_with("/topic/kept/*")) return destination.starts_with("/topic/kept/");
        return pattern == destination;
    }
    /// From when on it may get what is sent.
    [[nodiscard]] long asked(const Member& member, std::size_t message) const {
        return sent_[message].publisher / 2 == member.shard ? member.asked : member.quiet_before_asked;
    }
    static bool is_lossy(const Member& member, const std::string& destination) {
        return is_windowed(member) && (destination == "/topic/news" || destination == "/topic/prices");
    }
    /// It may have left before it got all.
    static bool is_windowed(const Member& member) {
        return member.asks.acknowledges || member.asks.history != 0;
    }
    [[nodiscard]] bool passes(const Member& member, std::size_t message) const {
        return !member.asks.only_even || sent_[message].even;
    }
    [[nodiscard]] bool is_witness(const Member& member) const {
        const auto own = witnesses_.find(member.destination);
        return own != witnesses_.end() && own->second == &member;
    }
    static std::string name(const Member& member) {
        return "member " + std::to_string(member.asked) + " of shard " + std::to_string(member.shard);
    }

    void note(std::string what) {
        last_steps_.push_back(std::to_string(now_) + ": " + std::move(what));
        if (last_steps_.size() > 40) last_steps_.pop_front();
    }
    void fail(const std::string& what) {
        if (std::exchange(failed_, true)) return;
        std::string text = "seed " + std::to_string(seed_) + ": " + what;
        for (const std::string& each : last_steps_) text += "\n  " + each;
        ADD_FAILURE() << text;
    }

    unsigned seed_;
    std::mt19937 random_;
    Settings settings_;
    Shards shards_;
    long now_ = 1;
    long quiet_ = 1;  ///< the last step at which no mail was under way
    int there_ = 0;
    std::vector<Sent> sent_;
    std::list<Member> members_;
    std::map<std::string, Member*> witnesses_;
    std::map<std::string, std::vector<std::size_t>> order_;
    std::deque<std::string> last_steps_;
    bool failed_ = false;
};

}  // namespace stentor::broker::test
