#pragma once

#include "flow/frame_model.hpp"
#include "support/pipe_stage.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <list>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace stentor::test {

/// STOMP clients of a whole application do what chance says - they come, say frames of every kind, also ones
/// that cannot be done, read, stall, leave, are lost - while its shards take their turns, and what they are
/// told is compared with FrameModel.
class FrameWalk {
public:
    explicit FrameWalk(unsigned seed) : seed_(seed), random_(seed) {
        stage_.config.shards = 1 + seed % 4;
        stage_.config.stomp.selectors = true;
        stage_.config.stomp.frames_per_turn = 1 + random_() % 8;
        stage_.config.queue.delivery_limit = 3;
        stage_.config.queue.redelivery_delay = std::chrono::milliseconds(chance(2) ? 2 : 0);
        stage_.config.queue.max_redelivery_delay = std::chrono::milliseconds(5);
        stage_.app.enable_simple_broker({"/topic", "/queue"});
        stage_.app.add_stomp_endpoint("/ws").with_sockjs();
        stage_.start();
    }

    /// False when something was wrong: then it is a test's failure already, with the last steps.
    bool run(int steps) {
        for (int i = 0; i < steps && !failed(); ++i) step();
        if (!failed()) finish();
        if (!failed()) return true;
        std::string text = "seed " + std::to_string(seed_) + ": " + *fault_;
        for (const std::string& each : last_steps_) text += "\n  " + each;
        ADD_FAILURE() << text;
        return false;
    }

private:
    struct Person {
        std::unique_ptr<StompClient> client;
        FrameModel::Client number;
        bool stalled = false;
        std::deque<StompFrame> inbox = {};
        std::vector<FrameModel::Given> late = {};  ///< unacknowledged when its subscription ended
        int ids = 0;
    };

    bool chance(unsigned one_in) { return random_() % one_in == 0; }
    template <class T>
    const T& any(const std::vector<T>& of) {
        return of[random_() % of.size()];
    }

    void step() {
        if (people_.size() < 3 || (people_.size() < 6 && chance(20))) return connect();
        Person& one = *std::next(people_.begin(), static_cast<long>(random_() % people_.size()));
        switch (random_() % 24) {
            case 0:
            case 1: return subscribe(one);
            case 2: return chance(3) ? unsubscribe(one) : void();
            case 3: return transact(one);
            case 4:
            case 5:
            case 6: return acknowledge(one);
            case 7: return leave(one);
            case 8: return stall(one);
            case 9: return chance(4) ? settle() : void();
            case 10: return pass();
            case 11:
            case 12:
            case 13:
            case 14: return read(one, 1 + random_() % 5);
            case 15:
            case 16:
            case 17: return turn();
            default: return send(one);
        }
    }

    void connect() {
        static const std::vector<Transport> transports{Transport::tcp, Transport::websocket,
                                                       Transport::raw_websocket, Transport::sockjs_websocket};
        const bool is_1_1 = chance(4);
        auto client = std::make_unique<StompClient>(stage_, any(transports));
        client->say("CONNECT\naccept-version:" + std::string(is_1_1 ? "1.1" : "1.2") +
                    "\nhost:localhost\n\n^");
        if (client->next().command != "CONNECTED") fail("not CONNECTED");
        people_.push_back({std::move(client), model_.connected(is_1_1)});
        note(people_.back(), is_1_1 ? "connects, with STOMP 1.1" : "connects");
    }

    /// The frame goes out as the model has it.
    void say(Person& one, const std::string& command, const std::string& headers, bool receipt,
             const std::string& body = {}) {
        std::string frame = command + "\n" + headers;
        if (receipt) frame += "receipt:r" + std::to_string(model_.next_frame(one.number)) + "\n";
        std::string shown = frame;
        std::ranges::replace(shown, '\n', ' ');
        note(one, shown + body);
        one.client->say(frame + "\n" + body + "^");
    }
    void subscribe(Person& one, std::string destination = {}, FrameModel::Ack ack = {}, bool plain = false) {
        static const std::vector<std::string> destinations{"/topic/a",  "/topic/b", "/topic/c/d", "/topic/*",
                                                           "/topic/**", "/queue/a", "/queue/b"};
        FrameModel::Asks asks{std::move(destination), ack};
        if (!plain) {
            if (!model_.is_open(one.number) || model_.subscriptions(one.number).size() > 5) return;
            asks.destination = any(destinations);
            asks.ack = any(std::vector{FrameModel::Ack::automatic, FrameModel::Ack::cumulative,
                                       FrameModel::Ack::individual});
            if (chance(2)) asks.window = 1 + random_() % 4;
            asks.only_even = asks.destination.starts_with("/topic") && chance(4);
        }
        const std::string id = "s" + std::to_string(++one.ids);
        std::string headers = "id:" + id + "\ndestination:" + asks.destination + "\n";
        if (asks.ack == FrameModel::Ack::cumulative) headers += "ack:client\n";
        if (asks.ack == FrameModel::Ack::individual) headers += "ack:client-individual\n";
        if (asks.window != 100) headers += "prefetch-count:" + std::to_string(asks.window) + "\n";
        if (asks.only_even) headers += "selector:parity = 'even'\n";
        const bool receipt = chance(2);
        say(one, "SUBSCRIBE", headers, receipt);
        model_.subscribe(one.number, id, asks, receipt);
    }
    void unsubscribe(Person& one) {
        const std::vector<std::string> ids = model_.subscriptions(one.number);
        if (!model_.is_open(one.number) || ids.empty()) return;
        const std::string& id = any(ids);
        one.late = model_.unacknowledged(one.number, id);
        const bool receipt = chance(2);
        say(one, "UNSUBSCRIBE", "id:" + id + "\n", receipt);
        model_.unsubscribe(one.number, id, receipt);
    }
    /// None as a rule.
    std::string any_transaction(Person& one) {
        const std::vector<std::string> open = model_.transactions(one.number);
        return open.empty() || chance(2) ? std::string() : any(open);
    }
    static std::string in(const std::string& transaction) {
        return transaction.empty() ? "" : "transaction:" + transaction + "\n";
    }
    void send(Person& one) {
        static const std::vector<std::string> destinations{"/topic/a", "/topic/b", "/topic/c/d", "/queue/a",
                                                           "/queue/b"};
        const bool even = chance(2);
        const std::string& destination = any(destinations);
        const std::string transaction = any_transaction(one);
        const bool receipt = chance(3);
        say(one, "SEND",
            "destination:" + destination + "\nparity:" + (even ? "even" : "odd") + "\n" + in(transaction),
            receipt, std::to_string(model_.next_body()));
        model_.send(one.number, destination, even, transaction, receipt);
    }
    void acknowledge(Person& one) {
        if (!model_.is_open(one.number)) return;
        std::vector<FrameModel::Given> may;
        for (const std::string& id : model_.subscriptions(one.number))
            for (FrameModel::Given& each : model_.unacknowledged(one.number, id))
                may.push_back(std::move(each));
        if (chance(8)) may = std::exchange(one.late, {});
        if (may.empty()) return;
        const FrameModel::Given given = any(may);
        acknowledge(one, given, !chance(4), any_transaction(one));
        // And again, which may be an error. With STOMP 1.1 it could be about a redelivery.
        if (!given.ack.empty() && chance(60)) acknowledge(one, given, true, {});
    }
    void acknowledge(Person& one, const FrameModel::Given& given, bool accepted,
                     const std::string& transaction) {
        const std::string named = given.ack.empty() ? "message-id:" + given.message_id +
                                                          "\nsubscription:" + given.subscription + "\n"
                                                    : "id:" + given.ack + "\n";
        const bool receipt = chance(3);
        say(one, accepted ? "ACK" : "NACK", named + in(transaction), receipt);
        model_.acknowledge(one.number, given, accepted, transaction, receipt);
    }
    void transact(Person& one) {
        if (!model_.is_open(one.number)) return;
        const std::vector<std::string> open = model_.transactions(one.number);
        const bool receipt = chance(2);
        if (open.empty() || (open.size() < 3 && chance(3))) {
            const std::string id = "t" + std::to_string(++one.ids);
            say(one, "BEGIN", in(id), receipt);
            return model_.begin(one.number, id, receipt);
        }
        const std::string& id = any(open);
        const bool commits = !chance(3);
        if (commits && !model_.may_commit(one.number, id)) return;
        say(one, commits ? "COMMIT" : "ABORT", in(id), receipt);
        if (commits) model_.commit(one.number, id, receipt);
        else model_.abort(one.number, id, receipt);
    }
    /// In one way or another.
    void leave(Person& one) {
        if (chance(4)) {
            if (model_.is_open(one.number)) say_what_cannot_be_done(one);
        } else if (chance(5)) {
            disconnect(one);
        } else if (chance(5)) {
            note(one, one.stalled ? "is lost, and was stalled" : "is lost");
            if (!one.stalled) pull(one);
            one.client->carrier().stall(one.stalled = true);  // what it never sees nobody takes for it
            read(one, one.inbox.size() + 1'000'000);
            if (gone_) return;
            if (!model_.is_done(one.number)) model_.lost(one.number);
            drop(one);
        }
    }
    void say_what_cannot_be_done(Person& one) {
        if (!chance(4)) return;
        static const std::vector<std::pair<std::string, std::string>> frames{
            {"UNSUBSCRIBE", "id:none\n"},
            {"COMMIT", "transaction:none\n"},
            {"ABORT", "transaction:none\n"},
            {"SEND", "destination:/nowhere\n"},
            {"SEND", "destination:/topic/a\ntransaction:none\n"},
            {"SUBSCRIBE", "id:x\ndestination:/queue/*\n"},
            {"SUBSCRIBE", "id:x\ndestination:/topic/a\nack:maybe\n"},
            {"SUBSCRIBE", "id:x\ndestination:/queue/a\nselector:parity = 'even'\n"},
            {"ACK", "id:999999\nsubscription:none\nmessage-id:none\n"},
            {"NACK", "id:x\nsubscription:none\nmessage-id:none\n"},
            {"CONNECT", "accept-version:1.2\nhost:localhost\n"}};
        const auto& [command, headers] = any(frames);
        const bool receipt = chance(2);
        say(one, command, headers, receipt);
        model_.faulty(one.number, receipt);
    }
    void disconnect(Person& one) {
        if (!model_.is_open(one.number)) return;
        say(one, "DISCONNECT", "", true);
        model_.disconnect(one.number);
    }

    void stall(Person& one) {
        if (!one.stalled && !chance(4)) return;
        if (!one.stalled) pull(one);
        one.stalled = !one.stalled;
        note(one, one.stalled ? "stalls" : "reads again");
        one.client->carrier().stall(one.stalled);
        if (!one.stalled) turn();  // takes what it was owed
    }
    static void pull(Person& one) {
        if (one.stalled) return;
        std::deque<StompFrame>& there = one.client->frames();
        one.inbox.insert(one.inbox.end(), there.begin(), there.end());
        there.clear();
    }
    /// So many frames, where they are there.
    void read(Person& one, std::size_t frames) {
        gone_ = false;
        pull(one);
        for (; frames > 0 && !one.inbox.empty() && !failed(); --frames) {
            const StompFrame frame = std::move(one.inbox.front());
            one.inbox.pop_front();
            note(one, "    reads " + frame.command + " " + frame.body + " " + frame.header("receipt-id") +
                          " " + frame.header("subscription") +
                          (frame.header("redelivered") == "true" ? " redelivered" : ""));
            model_.read(one.number, frame);
        }
        if (!one.inbox.empty() || one.stalled || !one.client->carrier().ended) return;
        note(one, "sees its connection end");
        model_.ended(one.number);
        drop(one);
    }
    void drop(Person& one) {
        people_.remove_if([&](const Person& each) { return &each == &one; });
        gone_ = true;
    }

    void turn() {
        note("a turn");
        stage_.turn();
    }
    void pass() {
        const auto time = std::chrono::microseconds(random_() % 3'000);
        note("time goes by");
        stage_.pass(time);
        model_.settled();
    }
    void settle() {
        note("all settles");
        stage_.settle();
        model_.settled();
    }

    // The end.

    void finish() {
        note("the end");
        for (Person& each : people_)
            if (each.stalled) stall(each);
        connect();
        for (const char* queue : {"/queue/a", "/queue/b", "/queue/dead-letters"})
            subscribe(people_.back(), queue, FrameModel::Ack::automatic, true);
        for (Person& each : people_)
            for (const std::string& id : model_.transactions(each.number)) {
                if (!model_.is_open(each.number)) break;  // one before it could not be done
                const bool commits = model_.may_commit(each.number, id);
                say(each, commits ? "COMMIT" : "ABORT", in(id), false);
                if (commits) model_.commit(each.number, id, false);
                else model_.abort(each.number, id, false);
            }
        for (int quiet = 0; quiet < 3 && !failed(); ++quiet)
            if (read_and_acknowledge_all()) quiet = 0;
        if (failed()) return;
        model_.finish();
        for (Person& each : people_) disconnect(each);
        for (int round = 0; round < 3 && !failed(); ++round) read_and_acknowledge_all();
        if (!failed() && !people_.empty()) fail("somebody is left");
        if (!failed() && stage_.holdings() != PipeStage::Holdings{}) fail("the server keeps something");
    }
    /// Whether there was anything.
    bool read_and_acknowledge_all() {
        stage_.pass(std::chrono::milliseconds(20));
        model_.settled();
        bool any = false;
        for (auto next = people_.begin(); next != people_.end() && !failed();) {
            Person& one = *next++;
            pull(one);
            any = any || !one.inbox.empty();
            read(one, one.inbox.size());
            if (gone_ || failed() || !model_.is_open(one.number)) continue;
            for (const std::string& id : model_.subscriptions(one.number)) {
                const std::vector<FrameModel::Given> all = model_.unacknowledged(one.number, id);
                for (const FrameModel::Given& given : all)
                    if (model_.is_unacknowledged(one.number, given)) acknowledge(one, given, true, {});
            }
        }
        return any;
    }

    [[nodiscard]] bool failed() {
        if (!fault_) fault_ = model_.fault();
        return fault_.has_value();
    }
    void fail(const std::string& what) {
        if (!fault_) fault_ = what;
    }
    void note(std::string what) {
        last_steps_.push_back(std::move(what));
        if (last_steps_.size() > 100) last_steps_.pop_front();
    }
    void note(const Person& one, const std::string& what) {
        note("client " + std::to_string(one.number) + " " + what);
    }

    unsigned seed_;
    std::mt19937 random_;
    PipeStage stage_;
    FrameModel model_;
    std::list<Person> people_;
    bool gone_ = false;  ///< who read last
    std::deque<std::string> last_steps_;
    std::optional<std::string> fault_;
};

}  // namespace stentor::test
