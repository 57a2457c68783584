#pragma once

#include "nodes/node.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace stentor::nodes {

/// A broker between servers, played by hand: what each of them sends waits in queues until it is delivered.
class Bus {
public:
    class Channel final : public broker::NodeChannel {
    public:
        explicit Channel(Bus& bus) : bus_(bus) {}
        ~Channel() override { bus_.channels_.erase(name_); }
        void listen(const std::string& node, Listener& listener) override {
            name_ = node;
            listener_ = &listener;
            bus_.channels_[node] = this;
        }
        void send(std::string_view node, std::string body, broker::Broker::Done done) override {
            EXPECT_TRUE(open_);
            if (bus_.refuses) return done(Error{Errc::unavailable, "full"});
            bus_.sent.emplace_back(std::string(node), body);
            for (const auto& [name, channel] : bus_.channels_)
                if (channel->open_ && (node.empty() || node == name))
                    bus_.queues_[{name_, name, node.empty()}].push_back(body);
            if (bus_.slow) unconfirmed_.push_back(std::move(done));
            else done({});
        }
        void set_open(bool open) {
            open_ = open;
            if (!open)
                for (auto& done : std::exchange(unconfirmed_, {}))
                    done(Error{Errc::unavailable, "The broker is not available"});
            listener_->on_node_channel(open);
        }
        void confirm() {
            for (auto& done : std::exchange(unconfirmed_, {})) done({});
        }
        [[nodiscard]] bool is_open() const { return open_; }

    private:
        friend class Bus;
        Bus& bus_;
        std::string name_;
        Listener* listener_ = nullptr;
        bool open_ = false;
        std::vector<broker::Broker::Done> unconfirmed_;
    };

    using Key = std::tuple<std::string, std::string, bool>;  ///< from, to, whether it was sent to all

    /// The next of a queue: repeated, lost or as it should be.
    enum class Fate { delivered, repeated, lost };
    void deliver(const Key& key, Fate fate = Fate::delivered) {
        auto& queue = queues_[key];
        if (queue.empty()) return;
        const std::string body = std::move(queue.front());
        queue.pop_front();
        if (queue.empty()) queues_.erase(key);
        last_[key] = body;
        const auto to = channels_.find(std::get<1>(key));
        if (to == channels_.end() || !to->second->open_ || fate == Fate::lost) return;
        to->second->listener_->on_node_message(body);
        if (fate == Fate::repeated) to->second->listener_->on_node_message(body);
    }
    /// Something that came before comes once more.
    void repeat(const Key& key) {
        const auto body = last_.find(key);
        const auto to = channels_.find(std::get<1>(key));
        if (body == last_.end() || to == channels_.end() || !to->second->open_) return;
        to->second->listener_->on_node_message(std::string(body->second));
    }
    void deliver_all() {
        while (!queues_.empty()) deliver(Key(queues_.begin()->first));
    }
    void drop_all() { queues_.clear(); }
    [[nodiscard]] std::vector<Key> waiting() const {
        std::vector<Key> keys;
        for (const auto& [key, queue] : queues_) keys.push_back(key);
        return keys;
    }

    std::vector<std::pair<std::string, std::string>> sent;  ///< to whom, and what
    bool refuses = false;
    bool slow = false;  ///< what is sent is confirmed by hand

private:
    std::map<std::string, Channel*> channels_;
    std::map<Key, std::deque<std::string>> queues_;
    std::map<Key, std::string> last_;
};

/// A server: who is here, and what it was asked.
class Server final : public Here {
public:
    Server(Bus& bus, const Settings& settings, std::string name, base::TimePoint now)
        : channel(bus), settings_(settings) {
        timers.run_due(now);
        node = std::make_unique<Node>(settings_, std::move(name), channel, timers, *this);
    }
    void perform(Request request, Replied replied) override {
        performed.push_back(std::move(request));
        if (replied && answers) replied(reply);
    }

    base::TimerQueue timers;
    Bus::Channel channel;
    std::unique_ptr<Node> node;
    std::vector<Request> performed;
    bool answers = true;
    Reply reply{.count = 1, .sessions = {}};

private:
    Settings settings_;
};

/// "aaaa...", "bbbb..." and so on.
inline std::string node_name(char digit) { return std::string(32, digit); }

}  // namespace stentor::nodes
