#include "sockjs_client.hpp"

#include <gmock/gmock.h>

namespace stentor::transport {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

using Client = SockjsClient;

/// "STENTOR_SOCKJS=<32 digits>" of a response that issues it.
std::string issued(std::string_view response) {
    const std::string cookie = field(response, "Set-Cookie").value_or("");
    return cookie.substr(0, cookie.find(';'));
}

std::string with(const std::string& cookie) { return cookie.empty() ? "" : "Cookie: " + cookie + "\r\n"; }

const std::string other_cookie = "STENTOR_SOCKJS=" + std::string(32, '9');

/// A client with a session; requests come from addresses as given.
struct BoundClient : Client {
    std::string from(const std::string& address, const std::string& request) {
        return bench.send(bench.connect(address), request);
    }
    std::string opened = from("10.0.0.1:1", post(xhr));
    std::string own = issued(opened);
    std::string absent = from("10.0.0.9:1", post("/sockjs/000/absent-1/xhr_send", R"(["x"])"));

    /// What requests of that cookie and address get: the same whether they send or receive.
    std::string sends(const std::string& cookie, const std::string& address) {
        return from(address, post(xhr_send, R"(["x"])", with(cookie)));
    }
    std::string receives(const std::string& cookie, const std::string& address) {
        return from(address, post(xhr, "", with(cookie)));
    }
};

TEST(SockjsBinding, TheResponseThatOpensASessionIssuesACookie) {
    BoundClient client;
    EXPECT_THAT(client.own, StartsWith("STENTOR_SOCKJS="));
    EXPECT_EQ(client.own.size(), 15U + 32U);
    EXPECT_THAT(*field(client.opened, "Set-Cookie"), EndsWith("; Path=/sockjs; HttpOnly; SameSite=Strict"));
    const std::string sent = client.sends(client.own, "10.0.0.1:2");
    EXPECT_EQ(field(sent, "Set-Cookie"), std::nullopt) << "and no other does";
    client.bench.notes.send("x");
    client.bench.turn();
    EXPECT_EQ(field(client.receives(client.own, "10.0.0.1:2"), "Set-Cookie"), std::nullopt);
}

TEST(SockjsBinding, AStreamIssuesItTooAndEveryCookieIsAnother) {
    Client client;
    const std::string first = issued(client.request(post("/sockjs/000/session1/xhr_streaming")));
    const std::string second = issued(client.request(post("/sockjs/000/session2/xhr_streaming")));
    EXPECT_THAT(first, StartsWith("STENTOR_SOCKJS="));
    EXPECT_THAT(second, StartsWith("STENTOR_SOCKJS="));
    EXPECT_NE(first, second);
}

TEST(SockjsBinding, WhoBringsACookieKeepsItAndTheSessionIsBoundToIt) {
    Client client;
    const std::string said = client.request(post(xhr, "", with(other_cookie)));
    EXPECT_EQ(field(said, "Set-Cookie"), std::nullopt);
    EXPECT_THAT(client.request(post(xhr_send, "[]")), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(client.request(post(xhr_send, "[]", with(other_cookie))), StartsWith("HTTP/1.1 204 "));
}

TEST(SockjsS13, OnceShownTheCookieAloneOpensTheSession) {
    BoundClient client;
    EXPECT_THAT(client.sends(client.own, "10.0.0.1:2"), StartsWith("HTTP/1.1 204 "));
    EXPECT_THAT(client.sends(client.own, "10.0.0.2:2"), StartsWith("HTTP/1.1 204 ")) << "from anywhere";
    for (const std::string& cookie : {std::string(), other_cookie}) {
        EXPECT_EQ(client.sends(cookie, "10.0.0.1:3"), client.absent);
        EXPECT_EQ(client.receives(cookie, "10.0.0.1:3"), client.absent);
    }
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "text x", "text x"));
}

TEST(SockjsBinding, AClientThatKeepsNoCookiesIsKnownByItsAddress) {
    BoundClient client;
    EXPECT_THAT(client.sends("", "10.0.0.1:2"), StartsWith("HTTP/1.1 204 "));
    EXPECT_EQ(client.sends("", "10.0.0.2:2"), client.absent);
    EXPECT_EQ(client.receives("", "10.0.0.2:2"), client.absent);
}

TEST(SockjsBinding, AnEventSourceWithoutCredentialsAndASenderWithThemAreOneClient) {
    Client client;
    client.request(get("/sockjs/000/session1/eventsource"));
    EXPECT_THAT(client.request(post(xhr_send, "[]", with(other_cookie))), StartsWith("HTTP/1.1 204 "));
    EXPECT_THAT(client.request(get("/sockjs/000/session1/eventsource")), HasSubstr("c[2010,"))
        << "it is the session's own, not a stranger's";
}

TEST(SockjsS14, ASessionPreparedForAVictimIsNotTheVictims) {
    Client attacker;
    attacker.request(post(xhr, "", with(other_cookie)));
    const std::string victims = "STENTOR_SOCKJS=" + std::string(32, '1');
    for (const std::string& cookie : {std::string(), victims})
        EXPECT_THAT(attacker.request(post(xhr, "", with(cookie))), StartsWith("HTTP/1.1 404 "));
}

TEST(SockjsBinding, WhereItIsSwitchedOffTheAddressDecides) {
    Client client;
    client.bench.sockjs_settings().session_cookie = false;
    EXPECT_EQ(field(client.request(post(xhr, "", with(other_cookie))), "Set-Cookie"), std::nullopt);
    EXPECT_THAT(client.request(post(xhr_send, "[]")), StartsWith("HTTP/1.1 204 "));
}

TEST(SockjsBinding, BothCookiesAreSetWhereBothAreWanted) {
    Client client;
    client.bench.sockjs_settings().cookie_needed = true;
    const std::string said = client.request(post(xhr));
    EXPECT_THAT(said, HasSubstr("Set-Cookie: JSESSIONID=dummy; path=/\r\nSet-Cookie: STENTOR_SOCKJS="));
}

TEST(SockjsS18, TooManyNewSessionsOfOneAddressAre429) {
    Client client;
    client.bench.site.sockjs_quota = std::make_shared<SockjsQuota>(SockjsQuota::Limits{100, 20, 2});
    const auto open = [&](int n) {
        return client.request(post("/sockjs/000/flood-00" + std::to_string(n) + "/xhr"));
    };
    EXPECT_EQ(body_of(open(1)), "o\n");
    EXPECT_EQ(body_of(open(2)), "o\n");
    const std::string refused = open(3);
    EXPECT_THAT(refused, StartsWith("HTTP/1.1 429 "));
    EXPECT_EQ(field(refused, "Retry-After"), "1");
    EXPECT_EQ(body_of(open(1)), "") << "a poll of a session that is there is none";
    client.bench.advance(50ms);
    EXPECT_EQ(body_of(open(3)), "o\n");
    EXPECT_EQ(client.bench.sockjs.size(), 3U);
}

TEST(SockjsS18, MoreSessionsThanTheCapAre503UntilOneIsForgotten) {
    Client client;
    client.bench.site.sockjs_quota = std::make_shared<SockjsQuota>(SockjsQuota::Limits{1, 20, 100});
    client.open();
    EXPECT_THAT(client.request(post("/sockjs/000/session2/xhr")), StartsWith("HTTP/1.1 503 "));
    client.bench.advance(5s);
    client.bench.turn();
    EXPECT_EQ(body_of(client.request(post("/sockjs/000/session2/xhr"))), "o\n");
}

TEST(SockjsS19, MoreMessagesThanTheLimitInOneBodyAre413) {
    Client client;
    client.bench.sockjs_settings().max_messages = 2;
    client.open();
    EXPECT_THAT(client.request(post(xhr_send, R"(["a","b"])")), StartsWith("HTTP/1.1 204 "));
    EXPECT_THAT(client.request(post(xhr_send, R"(["a","b","c"])")), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(client.bench.notes.events, ElementsAre("opened", "text a", "text b")) << "all or nothing";
}

TEST(SockjsSettings, HeartbeatAndDisconnectDelayAreTheEndpointsOwn) {
    Client client;
    client.bench.sockjs_settings().heartbeat = 2s;
    client.bench.sockjs_settings().disconnect_delay = 3s;
    client.open();
    auto& poll = client.receive(xhr);
    client.bench.advance(2s);
    EXPECT_EQ(body_of(poll.pipe->take_output()), "h\n");
    client.bench.advance(3s);
    EXPECT_EQ(client.bench.sockjs.size(), 0U);
}

}  // namespace
}  // namespace stentor::transport
