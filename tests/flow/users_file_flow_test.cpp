#include "flow_test.hpp"
#include "stentor/users.hpp"
#include "support/login_fields.hpp"

namespace stentor::test {
namespace {

/// Logins by a users file, over every transport.
class UsersFileFlow : public FlowTest {
protected:
    void start() {
        app().add_authentication_provider("users", users_file(file.path()));
        app().add_stomp_endpoint("/ws").with_sockjs();
        stage->start();
    }
    static std::string connect_frame(const std::string& headers) {
        return "CONNECT\naccept-version:1.2\nhost:x\n" + headers + "\n^";
    }
    static std::string login(const std::string& name, const std::string& passcode) {
        return "login:" + name + "\npasscode:" + passcode + "\n";
    }
    /// The answer to CONNECT, behind a request with these fields.
    StompFrame answer(Transport transport, const std::string& headers, const std::string& fields = {}) {
        StompClient& made = *clients.emplace_back(
            std::make_unique<StompClient>(*stage, transport, "/ws", Opening{Peer(), fields}));
        made.say(connect_frame(headers));
        StompFrame said = made.next();
        if (said.command == "ERROR") { EXPECT_TRUE(made.ends()) << "and the session ends"; }
        return said;
    }
    void expect_refused(const StompFrame& said) {
        EXPECT_EQ(said.command, "ERROR");
        EXPECT_EQ(said.body, "Bad credentials");
        EXPECT_EQ(said.header("code"), "forbidden");
    }
    std::string csrf_header(const std::string& fields) {
        return "X-CSRF-TOKEN:" + csrf_token_of(*stage, fields) + "\n";
    }

    const TestUsersFile file{::testing::TempDir(),
                             "users_file_flow_" +
                                 std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
                                 std::to_string(reinterpret_cast<std::uintptr_t>(this))};
};
INSTANTIATE_TEST_SUITE_P(On, UsersFileFlow, testing::Values(1U, 2U), shards_of);

TEST_P(UsersFileFlow, ThePasscodeDecidesOverEveryTransport) {
    start();
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        const StompFrame right = answer(transport, login("alice", "secret"));
        EXPECT_EQ(right.command, "CONNECTED");
        EXPECT_EQ(right.header("user-name"), "alice");
        // Nobody's name tells that there is somebody.
        const StompFrame wrong = answer(transport, login(clients.size() % 4 < 2 ? "bob" : "carol", "Secret"));
        expect_refused(wrong);
        const StompFrame unknown = answer(transport, login("nobody " + name_of(transport), "secret"));
        EXPECT_EQ(unknown.command, wrong.command);
        EXPECT_EQ(unknown.headers, wrong.headers);
        EXPECT_EQ(unknown.body, wrong.body);
    }
}

TEST_P(UsersFileFlow, WhoShowsNothingIsRefused) {
    start();
    for (const Transport transport : stomp_transports) expect_refused(answer(transport, ""));
}

TEST_P(UsersFileFlow, AWrongPasscodeIsNobodyNotEvenWhereNobodyMayCome) {
    stage->config.security.anonymous = true;
    start();
    for (const Transport transport : stomp_transports) {
        SCOPED_TRACE(name_of(transport));
        const StompFrame nobody = answer(transport, "");
        EXPECT_EQ(nobody.command, "CONNECTED");
        EXPECT_EQ(nobody.header("user-name"), "(none)");
        expect_refused(answer(transport, login("nobody " + name_of(transport), "wrong")));
        expect_refused(answer(transport, "login:nobody2 " + name_of(transport) + "\n"));
    }
    for (const std::string path : {"/ws", "/ws/000/abcdefgh/websocket"}) {
        const std::string wrong = basic("alice:wrong") + own_origin;
        EXPECT_EQ(ask_once(upgrade_request(path, wrong)).status, 401) << path;
    }
}

TEST_P(UsersFileFlow, BasicOfTheRequestIsWhoTheClientIs) {
    start();
    const std::string alice = basic("alice:secret") + own_origin;
    for (const Transport transport : stomp_transports) {
        if (transport == Transport::tcp) continue;
        SCOPED_TRACE(name_of(transport));
        EXPECT_EQ(answer(transport, csrf_header(alice), alice).header("user-name"), "alice");
        EXPECT_EQ(answer(transport, login("alice", "secret"), alice).header("user-name"), "alice")
            << "a passcode of CONNECT needs no token";
        EXPECT_EQ(answer(transport, "", alice).body, "The CSRF token is missing or wrong");
    }
}

/// Each with a login that failed seldom, since failures delay a login.
TEST_P(UsersFileFlow, AWrongPasscodeOfConnectDoesNotFallBackToTheRequests) {
    start();
    const std::string alice = basic("alice:secret") + own_origin;
    const std::string token = csrf_header(alice);
    for (const Transport transport : stomp_transports) {
        if (transport == Transport::tcp) continue;
        SCOPED_TRACE(name_of(transport));
        expect_refused(answer(transport, token + login("bob", "secret"), alice));
        expect_refused(answer(transport, token + login("nobody " + name_of(transport), "secret"), alice));
        expect_refused(answer(transport, token + "passcode:secret\n", alice));
    }
    expect_refused(answer(Transport::websocket, token + login("alice", "wrong"), alice));
    expect_refused(answer(Transport::xhr, token + login("alice", ""), alice));
}

TEST_P(UsersFileFlow, AWrongPasscodeOfTheRequestEndsItThere) {
    start();
    HttpAnswer first;
    for (const std::string pair : {"alice:wrong", "nobody:secret", "nobody:wrong"}) {
        SCOPED_TRACE(pair);
        const HttpAnswer said = ask_once(upgrade_request("/ws", basic(pair) + own_origin));
        EXPECT_EQ(said.status, 401);
        EXPECT_THAT(said.head, HasSubstr("WWW-Authenticate: Basic realm=\"stentor\""));
        if (first.status == 0) first = said;
        EXPECT_EQ(said.body, first.body);
        EXPECT_EQ(ask_once(http_request("POST", "/ws/000/abcdefgh/xhr", basic(pair) + own_origin)).status,
                  401);
        EXPECT_EQ(ask_once(http_request("GET", "/ws/csrf", basic(pair) + own_origin)).status, 401);
    }
}

}  // namespace
}  // namespace stentor::test
