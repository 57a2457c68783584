#include "hostile_stomp.hpp"

namespace stentor::test {
namespace {

/// With rules: everybody has /topic/x and what is his own, and knows of nothing else.
class HostileAccess : public HostileStomp {
protected:
    void SetUp() override {
        stage.app.access()
            .subscribe("/topic/of/{name}/**", is_user("{name}"))
            .any("/topic/x", permit_all())
            .send("/user/{name}/**", is_user("{name}"))
            .subscribe("/user/**", permit_all())
            .send("/app/echo", permit_all())
            .send("/topic/nobody", permit_all());
        stage.config.stomp.user_messages = true;
        stage.app.message_mapping("/ask", [this] { ++asked; });
        HostileStomp::SetUp();
    }
    /// Denied, with the same words for whatever it is.
    void denied(const std::string& frame) {
        EXPECT_EQ(refused(frame + "\n\n^").header("message"), "Access is denied") << frame;
    }
    unsigned asked = 0;
};

TEST_F(HostileAccess, A08_AnothersResolvedQueue) {
    StompClient& alice = connected(Transport::tcp, "1.2", "login:alice\n");
    alice.subscribe("1", "/user/queue/x");
    for (const char* name : {"/queue/x-useralice", "/queue/x-user0", "/topic/x-useralice"})
        denied("SUBSCRIBE\nid:1\ndestination:" + std::string(name));
    // Well-formed and allowed, and still nobody's but the subscriber's own.
    StompClient& eve = connected(Transport::tcp, "1.2", "login:eve\n");
    for (const char* name :
         {"/user/alice/queue/x", "/user/alice/user/queue/x", "/user/*/queue/x", "/user/**"})
        eve.subscribe(name, name);
    alice.send("/user/alice/queue/x", "mine");
    EXPECT_THAT(alice.next_bodies(1), ElementsAre("mine"));
    stage.settle();
    EXPECT_FALSE(eve.peek());
}

TEST_F(HostileAccess, A09_MessagesToAVictim) {
    StompClient& alice = connected(Transport::tcp, "1.2", "login:alice\n");
    alice.subscribe("1", "/user/queue/x");
    for (const char* to :
         {"/user/alice/queue/x", "/user/%61lice/queue/x", "/user/%41lice/queue/x", "/user/alice/queue/errors",
          "/user/no-such-user/queue/x", "/user/**", "/user/*/queue/x", "/queue/x-useralice"})
        denied("SEND\ndestination:" + std::string(to));
    stage.settle();
    EXPECT_FALSE(alice.peek());
}

TEST_F(HostileAccess, A10_NamesThatAreNoNames) {
    for (const std::string name : {"a/b", "..", "*", "**", "#", ">", "a.b", "{name}", "%2F"}) {
        StompClient& odd = connected(Transport::tcp, "1.2", "login:" + name + "\n");
        odd.subscribe("1", "/user/queue/x");
        const std::string own = user_destination(name, "/queue/x");
        odd.send(own, "mine");
        EXPECT_THAT(odd.next_bodies(1), ElementsAre("mine")) << name;
        odd.say("SEND\ndestination:/user/alice/queue/x\n\n^");
        EXPECT_EQ(failure(odd).header("message"), "Access is denied") << name;
    }
    StompClient& star = connected(Transport::tcp, "1.2", "login:*\n");
    star.say("SUBSCRIBE\nid:1\ndestination:/topic/of/*/y\n\n^");
    EXPECT_EQ(failure(star).header("message"), "Access is denied") << "a wildcard is nobody's name";
}

TEST_F(HostileAccess, A11_OtherSpellingsOfADestination) {
    for (const char* path : {"/topic/../x", "/topic/./x", "//topic/x", "/topic/x/", "/topic//x"})
        EXPECT_EQ(refused("SUBSCRIBE\nid:1\ndestination:" + std::string(path) + "\n\n^").header("code"),
                  "malformed");
    for (const char* path :
         {"/topic/%78", "/Topic/x", "/topic/X", "/topic%2fx", "/topic/x;a=b", "/topic/x?a"})
        denied("SUBSCRIBE\nid:1\ndestination:" + std::string(path));
}

TEST_F(HostileAccess, A12_WildcardsAndListsOfOtherBrokers) {
    for (const char* path :
         {"/topic/#", "/topic/>", "/topic/x,/topic/secret", "/topic/*", "/topic/**", "/topic/{x}", "/**",
          "/*/x", "/exchange/amq.topic/x", "/amq/queue/x", "/topic/x.#"})
        denied("SUBSCRIBE\nid:1\ndestination:" + std::string(path));
    EXPECT_THAT(refused("SUBSCRIBE\nid:1\ndestination:/topic/*.secret\n\n^").header("message"),
                HasSubstr("wildcard that is not a whole segment"));
    for (const char* path : {"/topic/#", "/topic/*", "/topic/**", "/topic/x,/topic/secret"})
        denied("SEND\ndestination:" + std::string(path));
}

TEST_F(HostileAccess, A13_AReplyToWhereNoRuleLetsTheSenderSend) {
    for (const char* to :
         {"/queue/victim", "/topic/secret", "/user/alice/queue/x", "/temp-queue/x", "/reply-queue/x"})
        denied("SEND\ndestination:/app/echo\nreply-to:" + std::string(to));
    denied("SEND\ndestination:/app/ask\nreply-to:/topic/x");
    EXPECT_EQ(asked, 0U);
}

TEST_F(HostileAccess, A15_HeadersThatAreTheServers) {
    StompClient& bob = connected(Transport::tcp, "1.2", "login:bob\n");
    bob.subscribe("1", "/user/queue/x");
    bob.send(
        "/user/bob/queue/x", "hi",
        "message-id:forged\nsubscription:forged\nuser-name:root\nlogin:root\npasscode:x\nredelivered:true\n");
    const StompFrame got = bob.next();
    EXPECT_EQ(got.header("subscription"), "1");
    EXPECT_NE(got.header("message-id"), "forged");
    for (const char* frame : {"SEND\ndestination:/topic/of/root/x\nuser-name:root\nlogin:root",
                              "SUBSCRIBE\nid:1\ndestination:/topic/of/root/x\nuser-name:root\nlogin:root"})
        denied(frame);
}

TEST_F(HostileAccess, A39_DestinationsOfTheSystem) {
    for (const char* path :
         {"/topic/$SYS", "/topic/$SYS/#", "/topic/ActiveMQ.Advisory.Connection", "/stentor/x"})
        for (const std::string frame : {"SEND\ndestination:", "SUBSCRIBE\nid:1\ndestination:"})
            denied(frame + path);
}

TEST_F(HostileAccess, A40_WhoIsThere) {
    StompClient& alice = connected(Transport::tcp, "1.2", "login:alice\n");
    works(alice);
    const StompFrame there = refused("SEND\ndestination:/user/alice/queue/x\n\n^");
    const StompFrame absent = refused("SEND\ndestination:/user/nobody-at-all/queue/x\n\n^");
    EXPECT_EQ(there.headers, absent.headers);
    for (const char* path : {"/app/users", "/topic/users", "/topic/presence", "/user"})
        denied("SUBSCRIBE\nid:1\ndestination:" + std::string(path) + "s");
}

TEST_F(HostileAccess, A23_RightsThatEndWhileSubscribed) {
    StompClient& bob = connected(Transport::tcp, "1.2", "login:bob\n");
    bob.subscribe("e", "/user/queue/errors");
    bob.subscribe("1", "/topic/of/bob/x");
    bob.say("BEGIN\ntransaction:t\n\n^SEND\ndestination:/topic/nobody\ntransaction:t\n\n^");
    AccessRules rules;
    rules.any("/topic/x", permit_all()).subscribe("/user/**", permit_all());
    stage.app.set_access(rules);
    stage.settle();
    const StompFrame told = bob.next();
    EXPECT_EQ(told.header("code"), "forbidden");
    EXPECT_THAT(told.body, HasSubstr("\"/topic/of/bob/x\""));
    stage.app.messenger().send("/topic/of/bob/x", "too late");
    stage.settle();
    EXPECT_FALSE(bob.peek());
    bob.say("COMMIT\ntransaction:t\n\n^");
    EXPECT_EQ(failure(bob).header("message"), "Access is denied");
}

}  // namespace
}  // namespace stentor::test
