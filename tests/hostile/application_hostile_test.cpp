// What peers hope to find in an application: others' queues, pages for its operators, types to make of their
// bytes, functions that fail.
#include "hostile_site.hpp"
#include "hostile_stomp.hpp"

#include "stentor/coroutine.hpp"

#include <boost/describe/class.hpp>

#include <new>
#include <set>
#include <stdexcept>
#include <vector>

namespace stentor::test {

struct HostileOrder {
    std::string item;
    int count = 0;
};
BOOST_DESCRIBE_STRUCT(HostileOrder, (), (item, count))

namespace {

TEST_F(HostileStomp, A14_ATemporaryQueueOfASessionThatIsGone) {
    StompClient& worker = connected();
    worker.subscribe("jobs", "/queue/jobs");
    StompClient& victim = connected();
    victim.send("/queue/jobs", "", "reply-to:/temp-queue/x\n");
    const std::string name = worker.next().header("reply-to");
    victim.disconnect();
    StompClient& taker = connected();
    taker.subscribe("x", "/temp-queue/x");
    taker.send("/queue/jobs", "", "reply-to:/temp-queue/x\n");
    EXPECT_NE(worker.next().header("reply-to"), name);
    worker.send(name, "for the victim", "receipt:taken\n");
    EXPECT_EQ(worker.next().header("receipt-id"), "taken");
    stage.settle();
    EXPECT_FALSE(taker.peek());
}

/// What says elsewhere whose subscription it is says nothing here: each is its session's, and ends with it.
TEST_F(HostileStomp, A14_ASubscriptionOfASessionThatIsThere) {
    StompClient& victim = connected();
    victim.say("CONNECT\n\n^");  // its session id is in nothing that others see
    EXPECT_EQ(failure(victim).header("session"), "(none)");
    const std::string durable =
        "client-id:victim\ndurable:true\nauto-delete:false\npersistent:true\nactivemq.subscriptionName:s\n"
        "durable-subscription-name:s\nx-queue-name:s\n";
    const auto subscribe = [&](StompClient& client) {
        client.say("SUBSCRIBE\nid:s\ndestination:/topic/s\nreceipt:subscribed\n" + durable + "\n^");
        EXPECT_EQ(client.next().header("receipt-id"), "subscribed");
    };
    StompClient& owner = connected(Transport::tcp, "1.2", "login:alice\nclient-id:victim\n");
    subscribe(owner);
    StompClient& taker = connected(Transport::tcp, "1.2", "login:mallory\nclient-id:victim\n");
    subscribe(taker);
    StompClient& publisher = connected();
    publisher.send("/topic/s", "for both");
    EXPECT_EQ(owner.next().body, "for both");
    EXPECT_EQ(taker.next().body, "for both") << "a subscription of its own";
    taker.say("UNSUBSCRIBE\nid:s\nreceipt:gone\n" + durable + "\n^");
    EXPECT_EQ(taker.next().header("receipt-id"), "gone");
    publisher.send("/topic/s", "still here");
    EXPECT_EQ(owner.next().body, "still here");
    owner.disconnect();
    publisher.send("/topic/s", "meanwhile");
    works(publisher);
    StompClient& again = connected(Transport::tcp, "1.2", "login:alice\nclient-id:victim\n");
    subscribe(again);
    stage.settle();
    EXPECT_FALSE(again.peek()) << "nothing was kept for whoever shows that name";
}

using HostileOperator = HostileSite;

TEST_F(HostileOperator, A36_PagesForOperators) {
    for (const std::string path : {"/metrics",
                                   "/actuator",
                                   "/actuator/env",
                                   "/actuator/heapdump",
                                   "/admin",
                                   "/admin/",
                                   "/api/jolokia",
                                   "/jolokia/exec/java.lang:type=Memory/gc",
                                   "/console",
                                   "/debug/pprof/",
                                   "/debug/vars",
                                   "/status",
                                   "/server-status",
                                   "/stats",
                                   "/health",
                                   "/config",
                                   "/.env",
                                   "/.git/config",
                                   "/stentor",
                                   "/sessions",
                                   "/varz",
                                   "/connz",
                                   "/ws/metrics",
                                   "/ws/../admin",
                                   "/static/../stentor.toml",
                                   "/trace",
                                   "/shutdown"})
        for (const std::string method : {"GET", "POST", "DELETE"}) {
            const std::string said = answer_once(http_request(method, path));
            EXPECT_TRUE(status_of(said) == 404 || status_of(said) == 400) << method << path << said;
        }
}

/// Where the answer of the functions is heard.
class HostileFunctions : public HostileStomp {
protected:
    template <class F>
    void map_failing(const std::string& name, F fails) {
        stage.app.message_mapping("/" + name, [fails](int n) { return n == 0 ? fails() : n; });
        stage.app.message_mapping("/" + name + "/workers", [fails](int n) { return n == 0 ? fails() : n; })
            .on_workers();
        stage.app.message_mapping("/" + name + "/later", [fails](int n) -> awaitable<int> {
            co_await sleep_for(1ms);
            co_return n == 0 ? fails() : n;
        });
        stage.app.subscribe_mapping("/" + name, fails);
    }
    void register_more() override {
        map_failing("throws", []() -> int { throw std::runtime_error("inside: secret"); });
        map_failing("throws-nothing-known", []() -> int { throw 7; });
        map_failing("no-memory", []() -> int { throw std::bad_alloc(); });
        map_failing("gibibyte", []() -> int {
            std::vector<char> much;
            much.reserve(std::size_t{1} << 30);
            throw std::runtime_error(std::to_string(much.capacity()));
        });
        stage.app.message_mapping("/order", [this](const HostileOrder& order) { orders.insert(order.item); });
        stage.app.message_mapping("/text", [this](const std::string& text) { orders.insert(text); });
    }

    std::set<std::string> orders;
};

TEST_F(HostileFunctions, A42_FunctionsThatFail) {
    for (const std::string name : {"throws", "throws-nothing-known", "no-memory", "gibibyte"})
        for (const std::string how : {"", "/workers", "/later"}) {
            SCOPED_TRACE(name + how);
            StompClient& client = connected();
            client.subscribe("errors", "/user/queue/errors");
            for (int i = 0; i < (name == "gibibyte" ? 1 : 3); ++i) {
                client.send("/app/" + name + how, "0", "correlation-id:c" + std::to_string(i) + "\n");
                const StompFrame said = client.next();
                EXPECT_EQ(said.header("code"), "failed");
                EXPECT_EQ(said.header("correlation-id"), "c" + std::to_string(i));
                EXPECT_THAT(said.body, HasSubstr("The message could not be handled"));
                EXPECT_THAT(said.body, Not(HasSubstr("secret")));
                EXPECT_THAT(said.body, Not(HasSubstr("1073741824")));
            }
            works(client);
            StompClient& asks = connected();
            asks.say("SEND\ndestination:/app/" + name + how + "\nreceipt:r\n\n0^");
            EXPECT_EQ(failure(asks).header("receipt-id"), "r");
            if (how.empty()) {
                StompClient& subscribes = connected();
                subscribes.say("SUBSCRIBE\nid:1\ndestination:/app/" + name + "\n\n^");
                EXPECT_EQ(failure(subscribes).header("code"), "failed");
            }
        }
}

/// A payload becomes what the function takes, whatever it says that it is.
TEST_F(HostileFunctions, A37_NamesOfClasses) {
    StompClient& client = connected();
    client.subscribe("errors", "/user/queue/errors");
    const auto send = [&](const std::string& headers, const std::string& body) {
        client.send("/app/order", body, headers);
        stage.settle();
        const bool is_refused = client.peek().has_value();
        if (is_refused) { EXPECT_EQ(client.next().header("code"), "conversion") << body; }
        return !is_refused;
    };
    for (const std::string header :
         {"_type:java.lang.Runtime\n", "__TypeId__:org.springframework.context.support.FileSystemXml\n",
          "transformation:jms-object-xml\n", "class:stentor::App\n", "JMSType:x\n",
          "content-type:application/json;class=java.lang.Runtime\n"})
        EXPECT_TRUE(send(header, R"({"item":"tea","count":1})")) << header;
    for (const std::string type : {"application/x-java-serialized-object", "application/x-python-pickle",
                                   "application/x-php-serialized", "application/xml", "application/x-yaml",
                                   "application/octet-stream", "x/../../y"})
        EXPECT_FALSE(send("content-type:" + type + "\n", R"({"item":"cake","count":1})")) << type;
    EXPECT_TRUE(send("", R"({"@class":"java.lang.Runtime","@type":"x","$type":"System.IO.FileInfo, x",)"
                         R"("__proto__":{"item":"cake"},"constructor":{"a":1},"item":"tea","count":1})"));
    for (const std::string body :
         {R"(["java.lang.Runtime",{"item":"cake","count":1}])", R"({"item":{"@class":"x"},"count":1})",
          R"({"item":"cake","count":{"$numberLong":"1"}})", "!!javax.script.ScriptEngineManager []",
          "O:8:\"stdClass\":0:{}", "<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><x>&y;</x>",
          "\xac\xed\x00\x05sr"})
        EXPECT_FALSE(send("", body)) << body;
    EXPECT_THAT(orders, ElementsAre("tea"));
    works(client);
}

}  // namespace
}  // namespace stentor::test
