// A long random walk of users, roles and rules, held against an oracle of its own: nobody gets a message that
// no rule allows, and who may get one does.
#include "access_stage.hpp"
#include "unit/messaging/naive_matcher.hpp"

#include <map>
#include <random>
#include <set>

namespace stentor::test {
namespace {

using messaging::test::naive_match;

constexpr unsigned steps = 10'000;
constexpr std::size_t users = 5;

const std::vector<std::string> topics{"/topic/a",    "/topic/b",    "/topic/a/x",
                                      "/topic/a/y",  "/topic/b/x",  "/topic/u0/x",
                                      "/topic/u1/x", "/topic/u2/y", "/topic/kept/x"};
const std::vector<std::string> patterns{"/topic/*",   "/topic/**",    "/topic/a/*",
                                        "/topic/*/x", "/topic/u0/**", "/topic/*/*"};
const std::vector<std::string> queues{"/queue/q1", "/queue/q2"};
const std::vector<std::string> of_rules{
    "/topic/a/**", "/topic/*",      "/topic/**",           "/topic/*/x", "/topic/{who}/*", "/queue/*",
    "/queue/q1",   "/user/queue/*", "/user/{who}/queue/*", "/user/**",   "/app/**",        "/temp-queue/*",
    "/**",         "/topic/b"};
const std::vector<std::string> roles{"ROLE_A", "ROLE_B"};

/// A rule as the oracle knows it.
struct Rule {
    bool send = true;
    bool subscribe = true;
    std::string pattern;
    int demand = 0;  ///< 0, 1: that role; 2: everybody; 3: nobody; 4: the user {who}; 5: not that user
};

struct Person {
    std::string name;
    std::set<std::string> authorities;
};

struct Policy {
    std::vector<Rule> rules;
    int connect = 2;  ///< as a demand
    bool otherwise = false;
    bool any = false;  ///< there are rules at all

    static bool meets(int demand, const Person& who, const std::string& variable) {
        if (demand < 2) return who.authorities.contains(roles[static_cast<std::size_t>(demand)]);
        if (demand == 4) return variable == who.name;
        if (demand == 5) return variable != who.name;
        return demand == 2;
    }
    [[nodiscard]] bool allows(bool send, const std::string& destination, const Person& who) const {
        if (!any) return true;
        for (const Rule& rule : rules) {
            if (send ? !rule.send : !rule.subscribe) continue;
            const auto variables = naive_match(rule.pattern, destination);
            if (variables)
                return meets(rule.demand, who, variables->empty() ? "" : variables->front().second);
        }
        return otherwise;
    }
    [[nodiscard]] bool may_connect(const Person& who) const { return !any || meets(connect, who, ""); }
    static Requirement required(int demand) {
        if (demand < 2) return has_authority(roles[static_cast<std::size_t>(demand)]);
        if (demand == 2) return permit_all();
        if (demand == 3) return deny_all();
        return demand == 4 ? is_user("{who}") : negation(is_user("{who}"));
    }
    [[nodiscard]] AccessRules build() const {
        AccessRules made;
        if (!any) return made;
        for (const Rule& rule : rules) {
            if (rule.send && rule.subscribe) made.any(rule.pattern, required(rule.demand));
            else if (rule.send) made.send(rule.pattern, required(rule.demand));
            else made.subscribe(rule.pattern, required(rule.demand));
        }
        made.connect(required(connect));
        if (otherwise) made.otherwise(permit_all());
        return made;
    }
};

struct Actor {
    Person who;
    StompClient* client = nullptr;  ///< null: not connected
    std::string session = {};
    std::map<std::string, std::string> subscriptions = {};  ///< by id
    unsigned last_id = 0;

    [[nodiscard]] bool has(const std::string& destination) const {
        return std::ranges::any_of(subscriptions, [&](const auto& own) { return own.second == destination; });
    }
};

class AccessCanary : public AccessStage, public testing::WithParamInterface<unsigned> {
protected:
    void SetUp() override {
        stage.config.shards = 1 + GetParam() % 3;
        stage.config.security.denied = "tell";
        stage.config.stomp.user_messages = true;
        app().keep_history({.destination = "/topic/kept/*", .messages = 3});
        random.seed(GetParam());
        new_policy();
        app().access() = policy.build();
        start();
        for (std::size_t i = 0; i < users; ++i)
            actors.push_back({{"u" + std::to_string(i % 4), {}}});  // one has two sessions
    }

    std::size_t any(std::size_t below) { return random() % below; }
    template <class T>
    const T& one_of(const std::vector<T>& all) {
        return all[any(all.size())];
    }
    void new_policy() {
        policy = Policy{};
        policy.any = any(10) != 0;
        policy.rules.push_back({false, true, "/user/queue/errors", 2});  // so that denials are heard of
        for (std::size_t count = any(8); count > 0; --count) {
            const std::string& pattern = one_of(of_rules);
            const std::size_t about = any(3);
            const bool names = pattern.find("{who}") != pattern.npos;
            policy.rules.push_back({about != 0, about != 1, pattern, static_cast<int>(any(names ? 6 : 4))});
        }
        policy.connect = any(4) == 0 ? static_cast<int>(any(2)) : 2;
        policy.otherwise = any(3) == 0;
    }

    // What the server said

    struct Got {
        std::set<std::pair<std::size_t, std::string>> messages;  ///< actor and subscription, of one body
        bool is_denied = false;                                  ///< the acting one was told so
    };
    /// Takes all that came. Who gets a message must be allowed to.
    Got take(const std::string& body, std::size_t acting = users) {
        stage.settle();
        Got got;
        for (std::size_t i = 0; i < actors.size(); ++i) {
            Actor& actor = actors[i];
            if (actor.client == nullptr) continue;
            bool has_ended = false;
            for (const StompFrame& frame : std::exchange(actor.client->frames(), {})) {
                if (frame.command == "ERROR") {
                    EXPECT_EQ(frame.header("message"), "Access is denied") << trace;
                    got.is_denied |= i == acting;
                    has_ended = true;
                } else if (frame.command == "MESSAGE") {
                    take_message(i, frame, body, acting, got);
                }
            }
            if (has_ended) leave(actor);
        }
        return got;
    }
    void take_message(std::size_t i, const StompFrame& frame, const std::string& body, std::size_t acting,
                      Got& got) {
        Actor& actor = actors[i];
        const std::string id = frame.header("subscription");
        const std::string destination = frame.header("destination");
        if (destination == "/user/queue/errors") {
            const std::size_t at = frame.body.find("\"destination\":\"") + 15;
            const std::string about = frame.body.substr(at, frame.body.rfind('"') - at);
            EXPECT_EQ(frame.header("code"), "forbidden") << trace << frame.body;
            if (i == acting) got.is_denied = true;
            else std::erase_if(actor.subscriptions, [&](const auto& own) { return own.second == about; });
            return;
        }
        ++delivered;
        ASSERT_TRUE(actor.subscriptions.contains(id))
            << trace << ": " << actor.who.name << " got " << destination;
        const bool own_queue = destination.starts_with("/temp-queue/");
        ASSERT_TRUE(policy.allows(false, destination, actor.who) || own_queue)
            << trace << ": " << actor.who.name << " may not see " << destination;
        if (frame.body == body) got.messages.emplace(i, id);
    }
    void leave(Actor& actor) {
        std::erase_if(clients, [&](const auto& own) { return own.get() == actor.client; });
        actor.client = nullptr;
        actor.subscriptions.clear();
        stage.settle();
    }

    // What is done

    void join(std::size_t i) {
        Actor& actor = actors[i];
        std::string list;
        for (const std::string& authority : actor.who.authorities) list += "," + authority;
        actor.client = &open();
        actor.client->say(connect_frame(actor.who.name, list.empty() ? "-" : list.substr(1)));
        stage.settle();
        const auto frames = std::exchange(actor.client->frames(), {});
        ASSERT_EQ(frames.size(), 1U) << trace;
        ASSERT_EQ(frames[0].command == "CONNECTED", policy.may_connect(actor.who)) << trace;
        if (frames[0].command != "CONNECTED") return leave(actor);
        actor.session = frames[0].header("session");
        actor.client->say("SUBSCRIBE\nid:e\ndestination:/user/queue/errors\n\n^");
        actor.subscriptions["e"] = "/user/queue/errors";
        (void)take("");
    }

    void subscribe(std::size_t i, const std::string& destination) {
        Actor& actor = actors[i];
        if (actor.subscriptions.size() > 8 || actor.has(destination)) return;
        const std::string id = "s" + std::to_string(++actor.last_id);
        actor.subscriptions[id] = destination;  // kept messages come at once
        actor.client->say("SUBSCRIBE\nid:" + id + "\ndestination:" + destination + "\n\n^");
        const bool is_denied = take("", i).is_denied;
        if (is_denied) actor.subscriptions.erase(id);
        const bool is_pattern = destination.find('*') != destination.npos;
        if (!is_pattern) {
            ASSERT_EQ(is_denied, !policy.allows(false, destination, actor.who)) << trace;
        } else if (!is_denied) {
            ASSERT_TRUE(may_all(destination, actor.who)) << trace;
        }
        ++(is_denied ? denied : allowed);
    }
    [[nodiscard]] bool may_all(const std::string& pattern, const Person& who) const {
        return std::ranges::all_of(topics, [&](const std::string& topic) {
            return !naive_match(pattern, topic) || policy.allows(false, topic, who);
        });
    }

    /// The subscriptions that must get it, and no others.
    void expect(const Got& got, const std::string& destination, bool is_sent) {
        std::set<std::pair<std::size_t, std::string>> wanted;
        for (std::size_t i = 0; is_sent && i < actors.size(); ++i)
            for (const auto& [id, own] : actors[i].subscriptions)
                if (naive_match(own, destination)) wanted.emplace(i, id);
        ASSERT_EQ(got.messages, wanted) << trace;
    }
    std::string fresh() { return "m" + std::to_string(++last_body); }

    void send(std::size_t i) {
        Actor& actor = actors[i];
        const std::string body = fresh();
        const std::string name = "u" + std::to_string(any(4));
        const std::size_t kind = any(8);
        const std::string destination = kind == 0   ? one_of(queues)
                                        : kind == 1 ? "/user/" + name + "/queue/p"
                                                    : one_of(topics);
        const bool may = policy.allows(true, destination, actor.who);
        actor.client->send(destination, body);
        const Got got = take(body, i);
        ASSERT_EQ(got.is_denied, !may) << trace << " " << destination;
        ++(may ? allowed : denied);
        if (kind > 1) return expect(got, destination, may);
        if (!may) { ASSERT_TRUE(got.messages.empty()) << trace; }
        if (kind == 0) { ASSERT_LE(got.messages.size(), 1U) << trace; }
        for (const auto& [to, id] : got.messages)
            if (kind == 1) { ASSERT_EQ(actors[to].who.name, name) << trace; }
    }

    void ask(std::size_t i) {
        Actor& actor = actors[i];
        const std::string body = fresh();
        const bool own = any(3) == 0;
        const std::string to = own ? "/temp-queue/t" : one_of(topics);
        const bool may = policy.allows(true, "/app/echo", actor.who) && policy.allows(!own, to, actor.who);
        if (own && may) actor.subscriptions[to] = to;
        actor.client->send("/app/echo", body, "reply-to:" + to + "\n");
        const Got got = take(body, i);
        ASSERT_EQ(got.is_denied, !may) << trace << " reply-to " << to;
        if (own) {
            ASSERT_EQ(got.messages.size(), may ? 1U : 0U) << trace;
        } else expect(got, to, may);
    }

    /// Between its SEND and its COMMIT rules may change. What is denied in a transaction ends the session.
    void commit(std::size_t i) {
        Actor& actor = actors[i];
        const std::string body = fresh();
        const std::string destination = one_of(topics);
        const bool could = policy.allows(true, destination, actor.who);
        actor.client->say("BEGIN\ntransaction:t\n\n^SEND\ndestination:" + destination +
                          "\ntransaction:t\n\n" + body + "^");
        const Got first = take(body, i);
        ASSERT_TRUE(first.messages.empty()) << trace;
        ASSERT_EQ(first.is_denied, !could) << trace;
        if (any(2) == 0) change_rules();
        if (actor.client == nullptr) return;
        const bool may = policy.allows(true, destination, actor.who);
        actor.client->say("COMMIT\ntransaction:t\n\n^");
        const Got got = take(body, i);
        ASSERT_EQ(got.is_denied, !may) << trace;
        expect(got, destination, may);
    }

    void unsubscribe(std::size_t i) {
        Actor& actor = actors[i];
        if (actor.subscriptions.size() < 2) return;
        auto own = std::next(actor.subscriptions.begin(),
                             static_cast<std::ptrdiff_t>(any(actor.subscriptions.size())));
        if (own->first == "e") return;
        actor.client->say("UNSUBSCRIBE\nid:" + own->first + "\n\n^");
        stage.settle();
        (void)take("");
        actor.subscriptions.erase(own->first);
    }

    void change_rules() {
        new_policy();
        (void)set(policy.build());
        look_again();
    }
    void change_roles(std::size_t i) {
        Person& who = actors[i].who;
        const std::string& role = one_of(roles);
        if (who.authorities.erase(role) == 0) who.authorities.insert(role);
        if (actors[i].client != nullptr)
            change_authorities(actors[i].session, {who.authorities.begin(), who.authorities.end()});
        look_again();
    }
    /// What may not be any more has ended; of what is left each concrete one was there before and may be.
    void look_again() {
        std::vector<std::map<std::string, std::string>> before;
        for (const Actor& actor : actors) before.push_back(actor.subscriptions);
        (void)take("");
        for (std::size_t i = 0; i < actors.size(); ++i) {
            const Actor& actor = actors[i];
            if (actor.client == nullptr) continue;
            ASSERT_TRUE(policy.may_connect(actor.who)) << trace;
            for (const auto& [id, destination] : before[i]) {
                const bool stays = actor.subscriptions.contains(id);
                const bool is_pattern = destination.find('*') != destination.npos;
                if (!is_pattern) {
                    ASSERT_EQ(stays, policy.allows(false, destination, actor.who)) << trace;
                } else if (stays) {
                    ASSERT_TRUE(may_all(destination, actor.who)) << trace << destination;
                }
                ended += stays ? 0 : 1;
            }
        }
    }

    void step() {
        const std::size_t i = any(users);
        if (actors[i].client == nullptr) return any(3) == 0 ? join(i) : change_roles(i);
        const std::size_t kind = any(100);
        if (kind < 45) return send(i);
        if (kind < 60) return subscribe(i, any(3) == 0 ? one_of(patterns) : one_of(topics));
        if (kind < 65) return subscribe(i, any(2) == 0 ? one_of(queues) : "/user/queue/p");
        if (kind < 75) return unsubscribe(i);
        if (kind < 85) return ask(i);
        if (kind < 90) return commit(i);
        if (kind < 96) return change_roles(i);
        if (kind < 98) return leave(actors[i]);
        change_rules();
    }

    std::mt19937 random;
    Policy policy;
    std::vector<Actor> actors;
    std::string trace;
    unsigned last_body = 0;
    std::size_t allowed = 0, denied = 0, delivered = 0, ended = 0;
};
INSTANTIATE_TEST_SUITE_P(Seed, AccessCanary, testing::Range(0U, 6U));

TEST_P(AccessCanary, NobodyGetsWhatNoRuleAllows) {
    for (unsigned i = 0; i < steps; ++i) {
        trace = "step " + std::to_string(i);
        step();
        if (HasFatalFailure() || HasNonfatalFailure()) return;
    }
    EXPECT_GT(allowed, steps / 20);
    EXPECT_GT(denied, steps / 20);
    EXPECT_GT(delivered, steps / 10);
    EXPECT_GT(ended, 50U);
}

}  // namespace
}  // namespace stentor::test
