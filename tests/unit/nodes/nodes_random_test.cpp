// Servers come, go, are killed and cut off; users come and go; letters are lost, come again and overtake each
// other: once there is peace, every directory agrees with the truth.
#include "bus.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace stentor::nodes {
namespace {

using namespace std::chrono_literals;

class Walk {
public:
    explicit Walk(unsigned seed) : random_(seed) {
        settings_.max_list_part = 40;  // a few users
        settings_.batch_size = 4;
    }

    void run(int steps) {
        for (int i = 0; i < steps; ++i) step();
        peace();
        check();
    }

private:
    struct Member {
        std::unique_ptr<Server> server;
        std::multiset<std::string> users;  ///< one for each shard
    };

    unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }

    void step() {
        switch (below(20)) {
            case 0: return join();
            case 1: return kill();
            case 2: return cut();
            case 3: return pass(std::chrono::milliseconds(below(1500)));
            case 4: return pass(10ms);
            case 5:
            case 6:
            case 7:
            case 8: return user();
            case 9: return repeat();
            default: return deliver();
        }
    }
    void join() {
        if (members_.size() == 5) return;
        std::string name = node_name('0');
        name.replace(0, 8, std::to_string(10'000'000 + ++born_));
        Member& made = members_[name];
        made.server = std::make_unique<Server>(bus_, settings_, name, now_);
        made.server->channel.set_open(true);
    }
    Member* any() {
        if (members_.empty()) return nullptr;
        return &std::next(members_.begin(), below(static_cast<unsigned>(members_.size())))->second;
    }
    void kill() {
        if (members_.size() < 2) return;
        const auto victim = std::next(members_.begin(), below(static_cast<unsigned>(members_.size())));
        if (below(2) == 0 && victim->second.server->channel.is_open())
            victim->second.server->node->say_goodbye();
        members_.erase(victim);
    }
    /// From the broker, or comes back to it.
    void cut() {
        if (Member* const one = any()) one->server->channel.set_open(!one->server->channel.is_open());
    }
    void user() {
        Member* const one = any();
        if (one == nullptr) return;
        const std::string name = "user-" + std::to_string(below(12));
        const auto here = one->users.find(name);
        if (here == one->users.end() || below(3) == 0) {
            one->users.insert(name);
            one->server->node->arrived(name);
        } else {
            one->users.erase(here);
            one->server->node->left(name);
        }
    }
    void deliver() {
        const auto keys = bus_.waiting();
        if (keys.empty()) return pass(20ms);
        const unsigned fate = below(20);
        bus_.deliver(keys[below(static_cast<unsigned>(keys.size()))], fate == 0   ? Bus::Fate::lost
                                                                      : fate == 1 ? Bus::Fate::repeated
                                                                                  : Bus::Fate::delivered);
    }
    void repeat() {
        if (members_.size() < 2) return;
        const auto one = std::next(members_.begin(), below(static_cast<unsigned>(members_.size())));
        const auto other = std::next(members_.begin(), below(static_cast<unsigned>(members_.size())));
        bus_.repeat({one->first, other->first, below(4) != 0});
    }
    void pass(base::Duration time) {
        now_ += time;
        for (auto& [name, member] : members_) member.server->timers.run_due(now_);
    }
    void peace() {
        for (auto& [name, member] : members_)
            if (!member.server->channel.is_open()) member.server->channel.set_open(true);
        for (int i = 0; i < 800; ++i) {
            bus_.deliver_all();
            pass(10ms);
        }
        bus_.deliver_all();
    }
    void check() {
        for (const auto& [name, member] : members_) {
            const Directory& directory = member.server->node->directory();
            EXPECT_EQ(directory.size(), members_.size() - 1);
            EXPECT_EQ(member.server->node->questions(), 0U);
            for (const auto& [other, truth] : members_) {
                if (other == name) continue;
                const Peer* const peer = directory.find(other);
                ASSERT_NE(peer, nullptr);
                EXPECT_TRUE(peer->is_complete());
                std::set<std::string> known;
                peer->for_each([&](const std::string& user) { known.insert(user); });
                EXPECT_EQ(known, std::set<std::string>(truth.users.begin(), truth.users.end()));
            }
        }
    }

    std::mt19937 random_;
    Settings settings_;
    Bus bus_;
    base::TimePoint now_ = base::TimePoint{} + 1h;
    std::map<std::string, Member> members_;
    unsigned born_ = 0;
};

class NodesRandom : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(Seeds, NodesRandom, testing::Range(0U, 40U));

TEST_P(NodesRandom, AgreeWithTheTruthInTheEnd) {
    for (const int steps : {50, 300, 1500}) Walk(GetParam() * 3 + static_cast<unsigned>(steps)).run(steps);
}

}  // namespace
}  // namespace stentor::nodes
