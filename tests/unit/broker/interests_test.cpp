#include "broker/interests.hpp"

#include "messaging/destination_pattern.hpp"
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
    bool holds;
    friend void PrintTo(const Scenario& scenario, std::ostream* out) {
        *out << scenario.shards << " shards, seed " << scenario.seed << (scenario.holds ? ", holds" : "");
    }
};

Settings settings(const Scenario& scenario) {
    Settings made;
    if (!scenario.holds) return made;
    for (const char* held : {"/topic/a", "/topic/a/**"})
        made.holds.push_back({messaging::DestinationPattern::parse(held).value()});
    made.holds.back().max_messages = 3;
    return made;
}

/// Subscribers of topics come and go as chance says while messages are published everywhere and mail between
/// shards is delivered in any order that keeps each pair's, and messages of some topics may wait. The model:
/// all that was published, and from when to when each subscriber was there. A body is "<publisher's
/// shard><destination>:<number>".
class InterestsRandom : public ::testing::TestWithParam<Scenario> {
protected:
    struct Member {
        Member(unsigned at, const std::string& topic) : shard(at), recorder(topic) {}
        unsigned shard;
        Recorder recorder;
        int joined = 0;  ///< how often it was told
        // How many were published ...
        std::size_t asked_at = 0;  ///< when it subscribed
        std::size_t since = 0;     ///< when it was told
        std::size_t left_at = 0;   ///< when it left
        bool left = false;
    };
    struct Sent {
        std::string destination;
        std::string source;  ///< publisher and destination: of these the order is kept
        std::string body;
    };

    std::string any_of(std::initializer_list<const char*> texts) {
        return texts.begin()[random_() % texts.size()];
    }
    unsigned any_shard() { return random_() % shards_.count(); }
    void join() {
        Member& member = members_.emplace_back(
            any_shard(), any_of({"/topic/a", "/topic/b", "/topic/*", "/topic/{x}", "/topic/a/**", "/**"}));
        member.recorder.subscription.acknowledges = random_() % 4 == 0;
        member.recorder.subscription.window.messages = 1'000'000;
        member.asked_at = sent_.size();
        shards_[member.shard].subscribe(member.recorder.subscription, [this, &member](const Result<void>& r) {
            EXPECT_TRUE(r.has_value());
            ++member.joined;
            member.since = sent_.size();
        });
    }
    void leave(Member& member) {
        shards_[member.shard].unsubscribe(member.recorder.subscription);
        member.left = true;
        member.left_at = sent_.size();
    }
    void leave_one() {
        std::vector<Member*> there;
        for (Member& member : members_)
            if (!member.left) there.push_back(&member);
        if (!there.empty()) leave(*there[random_() % there.size()]);
    }
    void publish() {
        const unsigned from = any_shard();
        const std::string to = any_of({"/topic/a", "/topic/b", "/topic/a/c", "/topic"});
        const std::string source = std::to_string(from) + to;
        sent_.push_back({to, source, source + ":" + std::to_string(sent_.size())});
        shards_[from].publish(message(to, sent_.back().body),
                              [](const Result<void>& r) { EXPECT_TRUE(r.has_value()); });
    }
    void one_step() {
        switch (random_() % 9) {
            case 8: shards_.advance(std::chrono::microseconds(random_() % 700)); break;
            case 0: join(); break;
            case 1: leave_one(); break;
            case 2:
            case 3: publish(); break;
            default:
                for (unsigned letters = random_() % 6; letters > 0; --letters) shards_.deliver_one(random_);
        }
    }

    using BySource = std::map<std::string, std::vector<std::string>>;
    static std::string source_of(const std::string& body) { return body.substr(0, body.find(':')); }
    /// What was published for the member after the first `from`, of `to` in all.
    [[nodiscard]] BySource published_for(const Member& member, std::size_t from, std::size_t to) const {
        const auto pattern =
            messaging::DestinationPattern::parse(member.recorder.subscription.destination).value();
        BySource all;
        for (std::size_t i = from; i < to; ++i)
            if (pattern.matches(sent_[i].destination)) all[sent_[i].source].push_back(sent_[i].body);
        return all;
    }
    /// Of each source a piece without gaps, for who stays up to the last; all since it was told.
    void expect_right(const Member& member) const {
        BySource got;
        for (const std::string& body : member.recorder.bodies) got[source_of(body)].push_back(body);
        BySource possible = published_for(member, 0, sent_.size());
        for (const auto& [source, bodies] : got) {
            const auto& all = possible[source];
            const auto piece = std::ranges::search(all, bodies);
            EXPECT_FALSE(piece.empty()) << source << " has gaps, repetitions or is out of order";
            EXPECT_TRUE(member.left || piece.end() == all.end())
                << "the last of " << source << " are missing";
        }
        const std::size_t left_at = member.left ? member.left_at : sent_.size();
        for (const auto& [source, bodies] : published_for(member, member.asked_at, left_at)) {
            if (!source.starts_with(std::to_string(member.shard))) continue;
            EXPECT_EQ(got[source], bodies) << "of its own shard, all from when it came to when it left";
        }
        if (member.left) return;
        for (const auto& [source, bodies] : published_for(member, member.since, sent_.size()))
            EXPECT_GE(got[source].size(), bodies.size()) << source << " was published after the receipt";
    }

    std::mt19937 random_{GetParam().seed};
    Shards shards_{GetParam().shards, settings(GetParam())};
    std::list<Member> members_;
    std::vector<Sent> sent_;
};

TEST_P(InterestsRandom, WhoWasToldThatItIsSubscribedGetsAllThatIsPublishedFromThenOn) {
    for (int i = 0; i < 600; ++i) one_step();
    shards_.deliver_all();
    shards_.advance(std::chrono::milliseconds(2));
    for (const Member& member : members_) {
        EXPECT_EQ(member.joined, 1);
        expect_right(member);
    }
    for (Member& member : members_)
        if (!member.left) leave(member);
    shards_.deliver_all();
    for (unsigned shard = 0; shard < shards_.count(); ++shard) {
        EXPECT_EQ(shards_[shard].subscriptions(), 0U);
        EXPECT_TRUE(shards_[shard].has_no_topics()) << "what nobody wants is forgotten";
        EXPECT_EQ(shards_[shard].held().waiting(), 0U);
    }
}

std::vector<Scenario> scenarios() {
    std::vector<Scenario> all;
    for (const unsigned shards : {1U, 2U, 3U, 8U})
        for (const bool holds : {false, true})
            for (unsigned seed = 1; seed <= 25; ++seed) all.push_back({shards, seed, holds});
    return all;
}

INSTANTIATE_TEST_SUITE_P(Seeds, InterestsRandom, ::testing::ValuesIn(scenarios()), [](const auto& scenario) {
    return std::to_string(scenario.param.shards) + "shards_seed" + std::to_string(scenario.param.seed) +
           (scenario.param.holds ? "_holds" : "");
});

}  // namespace
}  // namespace stentor::broker
