#include "identity_bench.hpp"

#include <gmock/gmock.h>

namespace stentor::transport {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class HttpIdentity : public ::testing::Test, public IdentityBench {};

TEST_F(HttpIdentity, AHandshakeSaysWhoItIs) {
    EXPECT_EQ(status_line(ask(upgrade("/ws", by_token))), switched);
    EXPECT_EQ(who(), "alice");
    EXPECT_FALSE(bench.notes.known->is_ambient);
    EXPECT_EQ(bench.notes.known->valid_for, std::chrono::milliseconds(60'000));
    EXPECT_EQ(status_line(ask(upgrade("/ws", by_cookie + own_origin))), switched);
    EXPECT_TRUE(bench.notes.known->is_ambient);
    EXPECT_EQ(status_line(ask(upgrade("/ws"))), switched);
    EXPECT_EQ(who(), "nobody");
}

TEST_F(HttpIdentity, ARefusedCredentialOpensNothing) {
    const std::string refused = ask(upgrade("/ws", "Authorization: Bearer wrong\r\n"));
    EXPECT_THAT(refused, StartsWith("HTTP/1.1 401 "));
    EXPECT_EQ(field(refused, "WWW-Authenticate"), "Bearer");
    EXPECT_EQ(field(refused, "Cache-Control"), "no-store");
    EXPECT_EQ(body_of(refused), "Bad credentials\n");
    EXPECT_TRUE(bench.notes.id.empty());
}

TEST_F(HttpIdentity, WhatCannotBeCheckedNowIsToldSo) {
    const std::string answer = ask(upgrade("/ws", "Authorization: Bearer broken\r\n"));
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
    EXPECT_EQ(field(answer, "Retry-After"), "1");
}

TEST_F(HttpIdentity, A34_AMalformedAuthorizationIsABadRequest) {
    EXPECT_THAT(ask(upgrade("/ws", "Authorization: Basic !\r\n")), StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(ask(upgrade("/ws", by_token + by_token)), StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpIdentity, AnEndpointMayOpenNothingForNobody) {
    bench.site.endpoints[0].must_know = true;
    EXPECT_THAT(ask(upgrade("/ws")), StartsWith("HTTP/1.1 401 "));
    EXPECT_EQ(status_line(ask(upgrade("/ws", by_token))), switched);
}

TEST_F(HttpIdentity, AnEndpointMayRequireSomethingOfWhoOpensASession) {
    bench.site.endpoints[0].required = authenticated();
    EXPECT_EQ(status_line(ask(upgrade("/ws", by_token))), switched);
    EXPECT_THAT(ask(upgrade("/ws")), StartsWith("HTTP/1.1 401 "));
    bench.site.endpoints[0].required = has_role("ADMIN");
    EXPECT_THAT(ask(upgrade("/ws", by_token)), StartsWith("HTTP/1.1 403 "));
}

TEST_F(HttpIdentity, ACredentialThatABrowserShowsByItselfNeedsAnOrigin) {
    EXPECT_THAT(ask(upgrade("/ws", by_cookie)), StartsWith("HTTP/1.1 403 "));
    EXPECT_THAT(ask(upgrade("/ws", "Authorization: Basic YWxpY2U6cmlnaHQ=\r\n")),
                StartsWith("HTTP/1.1 403 "));
    EXPECT_TRUE(bench.notes.id.empty());
    EXPECT_EQ(status_line(ask(upgrade("/ws", by_cookie + "Sec-Fetch-Site: same-origin\r\n"))), switched);
    EXPECT_THAT(ask(upgrade("/ws", by_cookie + "Sec-Fetch-Site: cross-site\r\n")),
                StartsWith("HTTP/1.1 403 "));
    EXPECT_THAT(ask(upgrade("/ws", by_cookie + "Origin: http://evil.example\r\n")),
                StartsWith("HTTP/1.1 403 "));
}

TEST_F(HttpIdentity, UnlessThatIsSwitchedOff) {
    bench.site.require_origin = false;
    EXPECT_EQ(status_line(ask(upgrade("/ws", by_cookie))), switched);
}

TEST_F(HttpIdentity, TheWireAndTheRequestMustAgree) {
    bench.by_wire = Authentication{{"alice"}};
    EXPECT_EQ(status_line(ask(upgrade("/ws"))), switched);
    EXPECT_EQ(who(), "alice");
    EXPECT_EQ(status_line(ask(upgrade("/ws", by_token))), switched);
    EXPECT_THAT(ask(upgrade("/ws", "Authorization: Bearer of-bob\r\n")), StartsWith("HTTP/1.1 401 "));
    EXPECT_THAT(ask(upgrade("/ws", "Authorization: Bearer wrong\r\n")), StartsWith("HTTP/1.1 401 "));
}

TEST_F(HttpIdentity, NothingMoreIsReadWhileItIsBeingFoundOut) {
    knows->later = true;
    auto& link = bench.connect();
    EXPECT_EQ(bench.send(link, upgrade("/ws", by_token)), "");
    bench.advance(1s);
    EXPECT_EQ(link.pipe->take_output(), "");
    knows->answer_all();
    bench.turn();
    EXPECT_EQ(status_line(link.pipe->take_output()), switched);
    EXPECT_EQ(who(), "alice");
}

TEST_F(HttpIdentity, ARefusalThatComesLaterLeavesTheConnectionToTheNextRequest) {
    knows->later = true;
    auto& link = bench.connect();
    bench.send(link, post("/sockjs/000/session1/xhr", "", "Authorization: Bearer wrong\r\n") + get("/none"));
    knows->answer_all();
    bench.turn();
    const std::string said = link.pipe->take_output();
    EXPECT_THAT(said, StartsWith("HTTP/1.1 401 "));
    EXPECT_THAT(said, HasSubstr("HTTP/1.1 404 "));
}

TEST_F(HttpIdentity, AnAnswerThatDoesNotComeIsGivenUp) {
    knows->later = true;
    auto& link = bench.connect();
    bench.send(link, upgrade("/ws", by_token));
    bench.advance(10s);
    EXPECT_THAT(link.pipe->take_output(), StartsWith("HTTP/1.1 503 "));
    knows->answer_all();
    EXPECT_TRUE(bench.notes.id.empty());
}

TEST_F(HttpIdentity, WhoLeavesMeanwhileIsNobodyAnyMore) {
    knows->later = true;
    auto& link = bench.connect();
    bench.send(link, upgrade("/ws", by_token));
    link.pipe->close();
    bench.turn();
    knows->answer_all();
    bench.turn();
    EXPECT_EQ(bench.notes.events.back(), "closed 1006") << "that is seen when it is read from again";
}

const std::string xhr = "/sockjs/000/session1/xhr";
const std::string xhr_send = "/sockjs/000/session1/xhr_send";

TEST_F(HttpIdentity, ASockjsSessionIsWhoOpenedIt) {
    EXPECT_THAT(ask(post(xhr, "", by_token)), HasSubstr("\r\n\r\no\n"));
    EXPECT_EQ(who(), "alice");
    EXPECT_THAT(ask(post(xhr_send, R"(["x"])", by_token)), StartsWith("HTTP/1.1 204 "));
    EXPECT_THAT(ask(post(xhr_send, R"(["x"])", "Authorization: Bearer of-bob\r\n")),
                StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(ask(post(xhr_send, R"(["x"])")), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(ask(post(xhr_send, R"(["x"])", "Authorization: Bearer wrong\r\n")),
                StartsWith("HTTP/1.1 401 "));
}

TEST_F(HttpIdentity, ASockjsClientThatShowsTheSameIsNotCheckedAgain) {
    ask(post(xhr, "", by_token));
    EXPECT_EQ(knows->asked, 1);
    for (int i = 0; i < 3; ++i) ask(post(xhr_send, R"(["x"])", by_token));
    EXPECT_EQ(knows->asked, 1);
    const std::string another = "Authorization: Bearer of-alice\r\nCookie: theme=dark\r\n";
    for (int i = 0; i < 3; ++i)
        EXPECT_THAT(ask(post(xhr_send, R"(["x"])", another)), StartsWith("HTTP/1.1 204 "));
    EXPECT_EQ(knows->asked, 2);
}

TEST_F(HttpIdentity, WhoShowsTheSameOnAnotherConnectionIsNotWhomACertificateNames) {
    bench.by_wire = Authentication{{"alice"}};
    EXPECT_THAT(ask(post(xhr, "")), HasSubstr("\r\n\r\no\n"));
    EXPECT_THAT(ask(post(xhr_send, R"(["x"])")), StartsWith("HTTP/1.1 204 "));
    bench.by_wire.reset();
    EXPECT_THAT(ask(post(xhr_send, R"(["x"])")), StartsWith("HTTP/1.1 404 "));
    bench.by_wire = Authentication{{"eve"}};
    EXPECT_THAT(ask(post(xhr_send, R"(["x"])")), StartsWith("HTTP/1.1 404 "));
}

TEST_F(HttpIdentity, WhatABrowserShowsByItselfNeedsAnOriginEachTime) {
    EXPECT_THAT(ask(post(xhr, "", by_cookie + own_origin)), HasSubstr("\r\n\r\no\n"));
    EXPECT_THAT(ask(post(xhr_send, R"(["x"])", by_cookie + own_origin)), StartsWith("HTTP/1.1 204 "));
    EXPECT_EQ(knows->asked, 1);
    EXPECT_THAT(ask(post(xhr_send, R"(["x"])", by_cookie)), StartsWith("HTTP/1.1 403 "));
    EXPECT_THAT(ask(post(xhr_send, R"(["x"])", by_cookie + "Sec-Fetch-Site: same-origin\r\n")),
                StartsWith("HTTP/1.1 204 "));
}

TEST_F(HttpIdentity, ASendToASessionThatIsNotThereAsksNobody) {
    EXPECT_THAT(ask(post(xhr_send, R"(["x"])", by_token)), StartsWith("HTTP/1.1 404 "));
    EXPECT_EQ(knows->asked, 0);
}

TEST_F(HttpIdentity, TwoRequestsThatOpenOneSessionAtOnceAreOneSession) {
    knows->later = true;
    auto& first = bench.connect();
    auto& second = bench.connect();
    bench.send(first, post(xhr, "", by_token));
    bench.send(second, post(xhr, "", by_token));
    knows->answer_all();
    bench.turn();
    EXPECT_THAT(first.pipe->take_output(), HasSubstr("\r\n\r\no\n"));
    EXPECT_EQ(second.pipe->take_output(), "") << "it waits for messages";
    EXPECT_EQ(bench.sockjs.find(SockjsSessions::key_of(bench.site.endpoints[1], "session1")) != nullptr,
              true);
}

TEST_F(HttpIdentity, A33_NoCredentialIsLogged) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    ask(upgrade("/ws?access_token=hunter2", "Authorization: Bearer hunter2\r\nCookie: s=hunter2\r\n"));
    ask(upgrade("/ws", "Authorization: Basic aHVudGVyMjpodW50ZXIy\r\n"));
    const std::string logged =
        testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
    EXPECT_THAT(logged, HasSubstr("request_refused"));
    EXPECT_THAT(logged, Not(HasSubstr("hunter2")));
    EXPECT_THAT(logged, Not(HasSubstr("aHVudGVyM")));
}

}  // namespace
}  // namespace stentor::transport
