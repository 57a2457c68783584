#include "unit/broker/shards.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <list>
#include <map>
#include <set>
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

const Settings dies_early{.queue = {.delivery_limit = 3},
                          .topic_backlog = {.delivery_limit = 3},
                          .dead_letter_destination = "/queue/dead"};

/// Consumers join, accept, reject and leave as chance says, while mail between shards is delivered in any
/// order that keeps each pair's. The model: what was published, and what became of it. Bodies are unique.
class SettleRandom : public ::testing::TestWithParam<Scenario> {
protected:
    struct Member final : Subscriber {
        Member(SettleRandom& test, unsigned at, std::string to)
            : all(test), shard(at), destination(std::move(to)), subscription{*this, id, destination} {}

        /// Checks what holds for every delivery.
        void deliver(const Subscription&, const Delivery& delivery) override {
            const std::string& body = delivery.message->body;
            EXPECT_NE(delivery.number, 0U);
            EXPECT_TRUE(numbers.insert(delivery.number).second) << "the same number twice";
            EXPECT_LT(pending.size(), subscription.window.messages) << "more than its window";
            EXPECT_LT(pending_bytes(), subscription.window.bytes) << "more than its window";
            if (subscription.destination != "/queue/dead") {
                EXPECT_TRUE(all.under_way_.insert(body).second) << body << " is under way to two";
                EXPECT_EQ(all.accepted_.count(body), 0U) << body << " was accepted before";
                const bool new_here = all.seen_.insert(body).second;
                EXPECT_TRUE(new_here || delivery.redelivered) << body;
            }
            pending.push_back({delivery.number, delivery.message});
        }
        void overflowed(const Subscription&) override { ADD_FAILURE() << "a queue's consumer"; }
        [[nodiscard]] std::size_t pending_bytes() const {
            std::size_t bytes = 0;
            for (const auto& [number, taken] : pending) bytes += Queue::weight(*taken);
            return bytes;
        }

        SettleRandom& all;
        unsigned shard;
        const std::string id = "sub-0";
        const std::string destination;
        Subscription subscription;
        std::deque<std::pair<std::uint64_t, MessagePtr>> pending;
        std::set<std::uint64_t> numbers;
        bool left = false;
    };

    unsigned any(unsigned below) { return static_cast<unsigned>(random_() % below); }
    Member& join(const std::string& destination) {
        Member& member = members_.emplace_back(*this, any(shards_.count()), destination);
        member.subscription.acknowledges = any(2) == 0;
        member.subscription.window = {1 + any(5), any(4) == 0 ? 500 : 100'000U};
        shards_[member.shard].subscribe(member.subscription, [](const Result<void>&) {});
        return member;
    }
    Member* any_member() {
        std::vector<Member*> there;
        for (Member& member : members_)
            if (!member.left) there.push_back(&member);
        return there.empty() ? nullptr : there[any(static_cast<unsigned>(there.size()))];
    }
    void leave(Member& member) {
        const auto pending = std::exchange(member.pending, {});
        for (const auto& [number, taken] : pending) under_way_.erase(taken->body);
        member.left = true;
        shards_[member.shard].unsubscribe(member.subscription);
        if (!pending.empty())  // a late word
            shards_[member.shard].settle(member.subscription, pending.front().first, Settlement::accepted);
    }
    void settle(Member& member, Settlement settlement) {
        if (member.pending.empty()) return;
        const auto which = member.pending.begin() + any(static_cast<unsigned>(member.pending.size()));
        const auto [number, taken] = *which;
        member.pending.erase(which);
        const bool dead = member.subscription.destination == "/queue/dead";
        if (!dead) under_way_.erase(taken->body);
        if (settlement == Settlement::accepted) (dead ? dead_ : accepted_).insert(taken->body);
        else ++rejections_[taken->body];
        shards_[member.shard].settle(member.subscription, number, settlement);
    }
    void publish() {
        const std::string body = std::to_string(++published_) + std::string(any(3) == 0 ? 400 : 0, 'b');
        shards_[any(shards_.count())].publish(
            message("/queue/x", body), [](const Result<void>& result) { EXPECT_TRUE(result.has_value()); });
        bodies_.insert(body);
    }
    void mail(unsigned letters) {
        for (; letters > 0; --letters) shards_.deliver_one(random_);
    }
    void one_step() {
        Member* const member = any_member();
        switch (any(14)) {
            case 0: join("/queue/x"); break;
            case 1:
                if (member != nullptr) leave(*member);
                break;
            case 2:
            case 3:
            case 4: publish(); break;
            case 5:
            case 6:
                if (member != nullptr) settle(*member, Settlement::accepted);
                break;
            case 7:
                if (member != nullptr) settle(*member, Settlement::rejected);
                break;
            default: mail(any(8)); break;
        }
    }
    void everybody_accepts_everything() {
        for (bool any_more = true; any_more;) {
            shards_.deliver_all();
            any_more = false;
            for (Member& member : members_) {
                if (member.left) continue;
                any_more = any_more || !member.pending.empty();
                while (!member.pending.empty()) settle(member, Settlement::accepted);
            }
        }
    }

    std::mt19937 random_{GetParam().seed};
    Shards shards_{GetParam().shards, dies_early};
    std::list<Member> members_;
    unsigned published_ = 0;
    std::set<std::string> bodies_;
    std::set<std::string> seen_;
    std::set<std::string> under_way_;
    std::multiset<std::string> accepted_;
    std::multiset<std::string> dead_;
    std::map<std::string, std::size_t> rejections_;
};

TEST_P(SettleRandom, EveryMessageIsAcceptedOnceOrIsADeadLetter) {
    for (int i = 0; i < 1'000; ++i) one_step();
    join("/queue/x");
    join("/queue/dead");
    everybody_accepts_everything();
    std::multiset<std::string> ended = accepted_;
    ended.insert(dead_.begin(), dead_.end());
    EXPECT_EQ(ended, std::multiset<std::string>(bodies_.begin(), bodies_.end()))
        << "nothing lost, nothing twice";
    for (const auto& [body, times] : rejections_) EXPECT_LE(times, dies_early.queue.delivery_limit) << body;
    for (Member& member : members_)
        if (!member.left) leave(member);
    shards_.deliver_all();
    for (unsigned shard = 0; shard < shards_.count(); ++shard) {
        EXPECT_EQ(shards_[shard].subscriptions(), 0U);
        EXPECT_EQ(shards_[shard].queues(), 0U) << "what was accepted is gone";
    }
}

std::vector<Scenario> scenarios() {
    std::vector<Scenario> all;
    for (const unsigned shards : {1U, 2U, 3U, 8U})
        for (unsigned seed = 1; seed <= 25; ++seed) all.push_back({shards, seed});
    return all;
}

INSTANTIATE_TEST_SUITE_P(Seeds, SettleRandom, ::testing::ValuesIn(scenarios()), [](const auto& scenario) {
    return std::to_string(scenario.param.shards) + "shards_seed" + std::to_string(scenario.param.seed);
});

}  // namespace
}  // namespace stentor::broker
