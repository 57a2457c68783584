#pragma once

#include "kafka/engine.hpp"

#include <string>
#include <vector>

namespace stentor::kafka {

/// Writes down what it is asked, one word each; the test answers.
class FakeEngine final : public Engine {
public:
    void open(unsigned, EngineUser& by, Post) override {
        user = &by;
        say("open");
    }
    void close(unsigned) override { say("close"); }
    Result<void> produce(unsigned, std::uint64_t number, const Place& place,
                         const MessagePtr& message) override {
        if (is_full) return Error{Errc::unavailable, "full"};
        say("produce:" + place.topic + (place.key ? "/" + *place.key : "") + "=" + message->body);
        produced = number;
        return {};
    }
    void look_up(unsigned, const std::string& topic) override { say("look_up:" + topic); }
    void attach(unsigned, const std::string& topic, std::uint64_t with) override {
        say("attach:" + topic);
        ticket = with;
    }
    void detach(unsigned, const std::string& topic) override { say("detach:" + topic); }
    void start_reader(unsigned, std::uint64_t number, const std::string& topic,
                      const StartPosition&) override {
        say("start_reader:" + topic);
        reader = number;
    }
    void allow(unsigned, std::uint64_t, std::size_t) override { say("allow"); }
    void stop_reader(unsigned, std::uint64_t) override { say("stop_reader"); }
    void join_queue(unsigned, std::uint64_t number, const Place& place,
                    const broker::ConsumerTerms&) override {
        say("join:" + place.topic);
        consumer = number;
    }
    void leave_queue(unsigned, std::uint64_t, const Place& place) override { say("leave:" + place.topic); }
    void settle(unsigned, std::uint64_t, const Place&, std::uint64_t delivery,
                broker::Settlement settlement) override {
        say((settlement == broker::Settlement::accepted ? "accept:" : "reject:") + std::to_string(delivery));
    }

    /// What was asked since the last time.
    std::string asked() { return std::exchange(said_, {}); }

    EngineUser* user = nullptr;
    std::uint64_t produced = 0;
    std::uint64_t ticket = 0;
    std::uint64_t reader = 0;
    std::uint64_t consumer = 0;
    bool is_full = false;

private:
    void say(const std::string& word) { said_ += (said_.empty() ? "" : " ") + word; }
    std::string said_;
};

}  // namespace stentor::kafka
