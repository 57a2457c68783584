#include "unit/broker/shards.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <map>
#include <string>

namespace stentor::broker {
namespace {

using namespace test;

struct Scenario {
    unsigned shards;
    unsigned seed;
    friend void PrintTo(const Scenario& scenario, std::ostream* out) {
        *out << scenario.shards << " shards, seed " << scenario.seed;
    }
};

/// Publishers and subscribers do what chance says while mail between shards is delivered in any order that
/// keeps each pair's. The model: who has published what. A body is "<publisher's shard>:<number>".
class SimpleBrokerRandom : public ::testing::TestWithParam<Scenario> {
protected:
    struct Member {
        Member(unsigned at, const std::string& destination) : shard(at), recorder(destination) {}
        unsigned shard;
        Recorder recorder;
        Outcome joined;
        std::vector<std::string> accepted = {};
        bool left = false;
    };
    struct Sent {
        std::string body;
        Outcome outcome;
    };

    void join(const std::string& destination, bool acknowledges = false) {
        Member& member = members_.emplace_back(any_shard(), destination);
        member.recorder.subscription.acknowledges = acknowledges;
        member.recorder.subscription.window.messages = acknowledges ? 3 : 100;
        shards_[member.shard].subscribe(member.recorder.subscription, member.joined.done());
    }
    void leave(Member& member) {
        shards_[member.shard].unsubscribe(member.recorder.subscription);
        member.left = true;
    }
    void publish(const std::string& destination) {
        const unsigned from = any_shard();
        Sent& sent =
            sent_.emplace_back(Sent{std::to_string(from) + ":" + std::to_string(++numbers_[from]), {}});
        shards_[from].publish(message(destination, sent.body), sent.outcome.done());
    }
    void mail(unsigned letters) {
        for (; letters > 0; --letters) shards_.deliver_one(random_);
    }
    void accept_all(Member& member) {
        for (const auto& [number, taken] : std::exchange(member.recorder.pending, {})) {
            member.accepted.push_back(taken->body);
            shards_[member.shard].settle(member.recorder.subscription, number, Settlement::accepted);
        }
    }
    /// Until nothing is under way any more.
    void everybody_accepts() {
        for (bool any = true; any;) {
            shards_.deliver_all();
            any = false;
            for (Member& member : members_) {
                if (member.left || member.recorder.pending.empty()) continue;
                accept_all(member);
                any = true;
            }
        }
    }
    unsigned any_shard() { return random_() % shards_.count(); }
    Member* any_member() {
        std::vector<Member*> there;
        for (Member& member : members_)
            if (!member.left) there.push_back(&member);
        return there.empty() ? nullptr : there[random_() % there.size()];
    }
    void everybody_leaves() {
        for (Member& member : members_)
            if (!member.left) leave(member);
        shards_.deliver_all();
        for (unsigned shard = 0; shard < shards_.count(); ++shard) {
            EXPECT_EQ(shards_[shard].subscriptions(), 0U);
            EXPECT_EQ(shards_[shard].queues(), 0U);
            EXPECT_TRUE(shards_[shard].has_no_topics());
        }
    }
    void expect_all_told_once() {
        for (const Sent& sent : sent_) EXPECT_TRUE(sent.outcome.succeeded()) << sent.body;
        for (const Member& member : members_) EXPECT_TRUE(member.joined.succeeded());
    }
    /// Everything anybody accepted, sorted.
    [[nodiscard]] std::vector<std::string> got() const {
        std::vector<std::string> all;
        for (const Member& member : members_)
            all.insert(all.end(), member.accepted.begin(), member.accepted.end());
        std::ranges::sort(all);
        return all;
    }
    [[nodiscard]] std::vector<std::string> published() const {
        std::vector<std::string> all;
        for (const Sent& sent : sent_) all.push_back(sent.body);
        std::ranges::sort(all);
        return all;
    }
    /// Whether each publisher's numbers only grow.
    static bool in_order(const std::vector<std::string>& bodies) {
        std::map<std::string, int> last;
        return std::ranges::all_of(bodies, [&](const std::string& body) {
            const std::size_t colon = body.find(':');
            const int number = std::stoi(body.substr(colon + 1));
            return std::exchange(last[body.substr(0, colon)], number) < number;
        });
    }

    std::mt19937 random_{GetParam().seed};
    Shards shards_{GetParam().shards};
    std::list<Member> members_;
    std::list<Sent> sent_;
    std::map<unsigned, int> numbers_;
};

TEST_P(SimpleBrokerRandom, ATopicReachesEverySubscriberOnceAndInOrderPerPublisher) {
    for (int i = 0; i < 10; ++i) join(i % 2 == 0 ? "/topic/x" : "/topic/**", i % 3 == 0);
    shards_.deliver_all();
    for (int i = 0; i < 200; ++i) {
        publish("/topic/x");
        mail(random_() % 5);
        if (random_() % 4 == 0) accept_all(*any_member());
    }
    everybody_accepts();
    for (const Member& member : members_) {
        auto bodies = member.recorder.bodies;
        EXPECT_TRUE(in_order(bodies));
        std::ranges::sort(bodies);
        EXPECT_EQ(bodies, published());
    }
    everybody_leaves();
    expect_all_told_once();
}

TEST_P(SimpleBrokerRandom, AQueuesMessagesReachExactlyOneWhileSomebodyConsumes) {
    for (int i = 0; i < 400; ++i) {
        switch (random_() % 9) {
            case 0: join("/queue/x"); break;
            case 1:
                if (Member* const member = any_member()) leave(*member);
                break;
            case 2:
            case 3: publish("/queue/x"); break;
            case 4:
                if (Member* const member = any_member()) accept_all(*member);
                break;
            default: mail(random_() % 8);
        }
    }
    join("/queue/x");  // somebody takes what is left
    everybody_accepts();
    EXPECT_EQ(got(), published()) << "nothing lost, nothing twice";
    everybody_leaves();
    expect_all_told_once();
}

TEST_P(SimpleBrokerRandom, AQueueHasOneConsumersMessagesInOrderPerPublisher) {
    for (int i = 0; i < 100; ++i) {
        publish("/queue/x");
        mail(random_() % 4);
    }
    join("/queue/x");
    for (int i = 0; i < 100; ++i) {
        publish("/queue/x");
        mail(random_() % 4);
    }
    everybody_accepts();
    EXPECT_TRUE(in_order(members_.back().accepted));
    EXPECT_EQ(got(), published());
    everybody_leaves();
    expect_all_told_once();
}

TEST_P(SimpleBrokerRandom, ManyQueuesComeAndGoAndLeaveNothing) {
    for (int i = 0; i < 300; ++i) {
        const std::string queue = "/queue/" + std::to_string(random_() % 20);
        switch (random_() % 5) {
            case 0: join(queue); break;
            case 1:
                if (Member* const member = any_member()) leave(*member);
                break;
            case 2: publish(queue); break;
            case 3:
                if (Member* const member = any_member()) accept_all(*member);
                break;
            default: mail(random_() % 8);
        }
    }
    for (int i = 0; i < 20; ++i) join("/queue/" + std::to_string(i));
    everybody_accepts();
    EXPECT_EQ(got(), published());
    everybody_leaves();
    expect_all_told_once();
}

std::vector<Scenario> scenarios() {
    std::vector<Scenario> all;
    for (const unsigned shards : {1U, 2U, 3U, 8U})
        for (unsigned seed = 1; seed <= 25; ++seed) all.push_back({shards, seed});
    return all;
}

INSTANTIATE_TEST_SUITE_P(Seeds, SimpleBrokerRandom, ::testing::ValuesIn(scenarios()),
                         [](const auto& scenario) {
                             return std::to_string(scenario.param.shards) + "shards_seed" +
                                    std::to_string(scenario.param.seed);
                         });

}  // namespace
}  // namespace stentor::broker
