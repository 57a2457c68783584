// Wrong passcodes and forged requests, against an application whose users are in a file.
#include "app/users_provider.hpp"
#include "support/login_fields.hpp"
#include "support/pipe_stage.hpp"
#include "testing/carriers.hpp"
#include "testing/client_frames.hpp"
#include "testing/stomp_client.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::test {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;
using testing::HasSubstr;
using testing::Not;

const std::string guesser = "203.0.113.7:1000";

class HostileLogins : public testing::Test {
protected:
    void SetUp() override {
        stage.config.security.logins.max_waiting = 20;
        provider = std::make_shared<app::UsersProvider>(file.path(), stage.config.security.logins);
        stage.app.add_authentication_provider("users", provider);
        stage.app.add_stomp_endpoint("/ws").with_sockjs();
        stage.start();
    }
    void TearDown() override {
        StompClient& honest = begin("bob", "secret", "192.0.2.99:1");
        EXPECT_EQ(now(honest).command, "CONNECTED") << "somebody else cannot log in";
        clients.clear();
    }

    StompClient& open(const std::string& address = guesser, Transport transport = Transport::tcp,
                      const std::string& fields = {}) {
        return *clients.emplace_back(
            std::make_unique<StompClient>(stage, transport, "/ws", Opening{Peer{address}, fields}));
    }
    /// An attempt to log in, that may not be answered yet.
    StompClient& begin(const std::string& login, const std::string& passcode,
                       const std::string& address = guesser) {
        StompClient& made = open(address);
        made.say("CONNECT\naccept-version:1.2\nhost:x\nlogin:" + login + "\npasscode:" + passcode + "\n\n^");
        return made;
    }
    /// What has been answered by now; no command: nothing.
    StompFrame now(StompClient& client) {
        stage.settle();
        return client.peek().value_or(StompFrame());
    }
    HttpAnswer handshake(const std::string& fields, const std::string& address = guesser) {
        return ask(stage, *stage.connect(Speaks::http, Peer{address}), upgrade_request("/ws", fields));
    }

    const TestUsersFile file{::testing::TempDir(),
                             ::testing::UnitTest::GetInstance()->current_test_info()->name()};
    PipeStage stage;
    std::shared_ptr<app::UsersProvider> provider;
    std::vector<std::unique_ptr<StompClient>> clients;
};

TEST_F(HostileLogins, A04_ConnectWithoutACsrfToken) {
    const std::string known = basic("alice:secret") + own_origin;
    const auto token_of = [&](const std::string& fields) { return csrf_token_of(stage, fields); };
    const auto answer = [&](const std::string& header) {
        StompClient& page = open(guesser, Transport::websocket, known);
        page.say("CONNECT\naccept-version:1.2\nhost:x\n" + header + "\n^SEND\ndestination:/topic/x\n\nhi^");
        return page.next().command;
    };
    const std::string token = token_of(known);
    ASSERT_EQ(answer("X-CSRF-TOKEN:" + token + "\n"), "CONNECTED");
    std::string other = token;
    other.back() = other.back() == '0' ? '1' : '0';
    for (const std::string& wrong :
         {""s, "X-CSRF-TOKEN:\n"s, "X-CSRF-TOKEN:" + other + "\n", "X-CSRF-TOKEN:" + token + "0\n",
          "X-CSRF-TOKEN:" + token.substr(2) + "\n", "X-CSRF-TOKEN:" + std::string(token.size(), '0') + "\n",
          "X-CSRF-TOKEN:" + token_of(basic("bob:secret") + own_origin) + "\n",
          "X-XSRF-TOKEN:" + token + "\n"})
        EXPECT_EQ(answer(wrong), "ERROR") << wrong;
    EXPECT_EQ(token_of(basic("alice:secret") + "Origin: https://evil.example\r\n"), "");
    EXPECT_EQ(token_of(basic("alice:secret")), "") << "nor without an origin";
    EXPECT_EQ(handshake(basic("alice:secret")).status, 403);
}

TEST_F(HostileLogins, A05_PasscodesWithoutEnd) {
    for (int i = 0; i < 6; ++i) EXPECT_EQ(now(begin("alice", "guess")).command, "ERROR");
    // Then each attempt waits twice as long before anything is checked.
    for (const auto wait : {1s, 2s, 4s}) {
        StompClient& guess = begin("alice", "guess");
        stage.pass(wait - 100ms);
        EXPECT_EQ(now(guess).command, "") << wait.count();
        stage.pass(200ms);
        EXPECT_EQ(now(guess).body, "Bad credentials") << wait.count();
    }
    // What would wait for longer than 5 s is told when to come again, whether it is right or wrong.
    const std::uint64_t checks = provider->checks();
    for (const std::string passcode : {"guess", "secret"}) {
        StompClient& early = begin("alice", passcode);
        const StompFrame said = now(early);
        EXPECT_EQ(said.body, "Too many logins have failed; try again in 8 s");
        EXPECT_EQ(said.header("code"), "unavailable");
        EXPECT_EQ(said.header("retry-after"), "8");
        EXPECT_TRUE(early.ends());
    }
    EXPECT_EQ(provider->checks(), checks) << "and is not checked";
    stage.pass(8s);
    StompClient& right = begin("alice", "secret");
    stage.pass(5s);
    EXPECT_EQ(now(right).command, "CONNECTED") << "his login's own delay is 5 s at most";
    EXPECT_EQ(provider->checks(), checks + 1);
}

TEST_F(HostileLogins, A05_ANeverEndingGuesserHasOneAttemptAMinute) {
    for (int second = 0; second < 600; ++second) {
        for (int i = 0; i < 3; ++i) begin("login" + std::to_string(i), "guess");
        stage.pass(1s);
        clients.clear();  // also of those that wait
    }
    EXPECT_LE(provider->checks(), 6U + 6U + 10U) << "the free ones, those that doubled, and one a minute";
    EXPECT_GE(provider->checks(), 8U);
}

TEST_F(HostileLogins, A05_GuessesWithTheRequestThatOpensASession) {
    const auto guess = [&](const std::string& passcode) {
        return handshake(basic("alice:" + passcode) + own_origin);
    };
    for (int i = 0; i < 6; ++i) EXPECT_EQ(guess("guess" + std::to_string(i)).status, 401);
    for (const auto wait : {1s, 2s, 4s}) {
        const auto stream = stage.connect(Speaks::http, Peer{guesser});
        stream->send(upgrade_request("/ws", basic("alice:guess") + own_origin));
        stage.pass(wait);
        EXPECT_EQ(ask(stage, *stream, "").status, 401) << wait.count();
    }
    const std::uint64_t checks = provider->checks();
    for (const std::string passcode : {"guess", "secret"}) {
        const HttpAnswer answer = guess(passcode);
        EXPECT_EQ(answer.status, 429);
        EXPECT_THAT(answer.head, HasSubstr("\r\nRetry-After: 8\r\n"));
        EXPECT_THAT(answer.head, Not(HasSubstr("WWW-Authenticate")));
    }
    const HttpAnswer over_sockjs =
        ask(stage, *stage.connect(Speaks::http, Peer{guesser}),
            http_request("POST", "/ws/000/abcdefgh/xhr", basic("alice:secret") + own_origin));
    EXPECT_EQ(over_sockjs.status, 429);
    EXPECT_EQ(provider->checks(), checks);
    EXPECT_EQ(handshake(basic("bob:secret") + own_origin, "192.0.2.1:1").status, 101) << "elsewhere";
}

class HostileLoginsBehindAProxy : public HostileLogins {
protected:
    void SetUp() override {
        stage.config.connections.trusted_proxies = {"203.0.113.0/24"};
        HostileLogins::SetUp();
    }
};

TEST_F(HostileLoginsBehindAProxy, A05_GuessesDelayNobodyElseBehindIt) {
    for (int i = 0; i < 12; ++i)
        EXPECT_EQ(now(begin("login" + std::to_string(i), "guess")).command, "ERROR") << i;
    EXPECT_EQ(now(begin("bob", "secret")).command, "CONNECTED");
}

TEST_F(HostileLogins, A05_AConnectThatCameLateIsAnsweredAllTheSame) {
    for (int i = 0; i < 12; ++i) {
        begin("alice", "guess", "198.51.100." + std::to_string(i) + ":1");
        if (i > 5) stage.pass(5s);
    }
    StompClient& owner = open("192.0.2.1:1");
    stage.pass(9s);
    owner.say("CONNECT\naccept-version:1.2\nhost:x\nlogin:alice\npasscode:secret\n\n^");
    stage.pass(4s);
    EXPECT_EQ(now(owner).command, "") << "others delay him, past the time for a CONNECT";
    stage.pass(2s);
    EXPECT_EQ(now(owner).command, "CONNECTED");
}

TEST_F(HostileLogins, A05_OneLoginFromManyAddresses) {
    for (int i = 1; i <= 30; ++i) {
        begin("alice", "guess", "198.51.100." + std::to_string(i) + ":1");
        stage.pass(5s);
    }
    StompClient& owner = begin("alice", "secret", "192.0.2.1:1");
    EXPECT_EQ(now(owner).command, "") << "others delay him";
    stage.pass(5s);
    EXPECT_EQ(now(owner).command, "CONNECTED") << "and do not lock him out";
}

TEST_F(HostileLogins, A05_ManyGuessesAtOnce) {
    for (int i = 0; i < 6; ++i) now(begin("alice", "guess"));
    const std::uint64_t checks = provider->checks();
    int refused = 0;
    for (int i = 0; i < 100; ++i)
        refused += now(begin("login" + std::to_string(i), "guess")).header("retry-after") == "6";
    EXPECT_EQ(refused, 95) << "they take turns, a second apart, and wait for 5 s at most";
    EXPECT_EQ(provider->checks(), checks);
    stage.pass(6s);
    EXPECT_EQ(provider->checks(), checks + 5);
    EXPECT_EQ(now(begin("alice", "secret", "192.0.2.1:1")).command, "");
    stage.pass(2s);
    EXPECT_EQ(now(*clients.back()).command, "CONNECTED");
}

TEST_F(HostileLogins, A06_NoPasscodeAndAccountsThatOthersShip) {
    for (const std::string headers : {"", "login:alice\n", "login:alice\npasscode:\n", "passcode:secret\n",
                                      "login:\npasscode:\n", "login:guest\npasscode:guest\n",
                                      "login:admin\npasscode:admin\n", "login:system\npasscode:manager\n",
                                      "login:artemis\npasscode:artemis\n", "login:root\npasscode:\n"}) {
        StompClient& nobody = open("127.0.0.1:5000", Transport::tcp);
        nobody.say("CONNECT\naccept-version:1.2\nhost:x\n" + headers + "\n^");
        EXPECT_EQ(now(nobody).body, "Bad credentials") << headers;
        stage.pass(1min);
    }
    // Where nobody is asked who he is, a login makes nobody somebody.
    PipeStage open_to_all;
    open_to_all.app.add_stomp_endpoint("/ws");
    open_to_all.start();
    StompClient guest(open_to_all, Transport::tcp);
    guest.say("CONNECT\naccept-version:1.2\nhost:x\nlogin:guest\npasscode:guest\n\n^");
    EXPECT_EQ(guest.next().header("user-name"), "(none)");
}

TEST_F(HostileLogins, A07_UsersFilesThatAreWrong) {
    std::ifstream in(file.path());
    const std::string good((std::istreambuf_iterator<char>(in)), {});
    const auto starts = [&] {
        PipeStage other;
        try {
            other.app.add_authentication_provider("users", users_file(file.path()));
            other.start();
        } catch (const ConfigError& error) {
            EXPECT_THAT(error.what(), HasSubstr(file.path()));
            return false;
        }
        return true;
    };
    EXPECT_TRUE(starts());
    const auto refused = [&](const std::string& text) {
        file.write(text);
        EXPECT_FALSE(starts()) << text;
        provider->reload();  // a server that runs keeps its users
    };
    refused("");
    refused("\n\n# nobody\n");
    for (const std::string line :
         {"eve"s, "eve:"s, ":"s, "eve:secret"s, "eve:$2b$04$short"s, "eve:*"s, "eve:!"s, " :x"s,
          "a/b:" + TestUsersFile::hash, "alice:" + TestUsersFile::hash})
        refused(good + line + "\n");
    refused(good + std::string("eve\0:x\n", 7));
    file.write(good);
    std::filesystem::permissions(file.path(), std::filesystem::perms(0666));
    EXPECT_FALSE(starts()) << "everybody can write to it";
    std::filesystem::remove(file.path());
    EXPECT_FALSE(starts()) << "it is not there";
    provider->reload();
    EXPECT_EQ(now(begin("alice", "secret")).command, "CONNECTED");
}

TEST_F(HostileLogins, A34_BasicThatIsNone) {
    ASSERT_EQ(handshake(basic("alice:secret") + own_origin).status, 101);
    const std::string malformed[] = {basic("alice"),
                                     basic(":secret"),
                                     basic(":"),
                                     basic("alice:sec\0ret"s),
                                     basic("alice\r\nX: y:secret"),
                                     basic("alice:" + std::string(1000, 'x')),
                                     "Authorization: Basic\r\n",
                                     "Authorization: Basic !!!!\r\n",
                                     "Authorization: Basic YWxpY2U6c2VjcmV0=\r\n",
                                     "Authorization: Basic YWxpY2U6c2VjcmV\r\n",
                                     "Authorization: Basic YWxpY2U6 c2VjcmV0\r\n",
                                     "Authorization: Bearer\r\n",
                                     basic("alice:secret") + basic("alice:secret"),
                                     basic("alice:secret") + basic("bob:secret"),
                                     basic("alice:secret") + "authorization: Bearer x\r\n"};
    for (const std::string& fields : malformed) {
        const HttpAnswer answer = handshake(fields + own_origin);
        EXPECT_EQ(answer.status, 400) << fields;
        EXPECT_THAT(answer.head, Not(HasSubstr("X: y")));
    }
    for (const std::string& fields :
         {basic("alice:Secret"), basic("eve:secret"), basic("alice:"), basic("alice:secret:x"),
          basic("Alice:secret"), basic("\xff\xfe:secret")})
        EXPECT_EQ(handshake(fields + own_origin, "127.0.0.1:1").status, 401) << fields;
}

TEST_F(HostileLogins, A41_UnknownUsersSoundAsKnownOnes) {
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"alice", "guess"}, {"bob", "guess"}, {"nobody", "guess"}, {"nobody", "secret"}, {"Alice", "secret"}};
    std::optional<StompFrame> first;
    std::optional<HttpAnswer> first_by_http;
    for (const auto& [login, passcode] : wrong) {
        const std::uint64_t checks = provider->checks();
        const StompFrame said = now(begin(login, passcode, "127.0.0.1:1"));
        EXPECT_EQ(provider->checks(), checks + 1) << login << ": a hash is computed, whoever is there";
        if (!first) first = said;
        EXPECT_EQ(said.headers, first->headers) << login;
        EXPECT_EQ(said.body, first->body) << login;
        const HttpAnswer by_http = handshake(basic(login + ":" + passcode) + own_origin, "127.0.0.1:1");
        EXPECT_EQ(provider->checks(), checks + 2) << login;
        if (!first_by_http) first_by_http = by_http;
        EXPECT_EQ(by_http.head, first_by_http->head) << login;
        EXPECT_EQ(by_http.body, first_by_http->body) << login;
    }
    EXPECT_EQ(first->body, "Bad credentials");
    EXPECT_EQ(first_by_http->status, 401);
}

}  // namespace
}  // namespace stentor::test
