#include "identity_bench.hpp"

#include <gmock/gmock.h>

namespace stentor::transport {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class IdentityRoutes : public ::testing::Test, public IdentityBench {
protected:
    /// Of {"headerName":"X-CSRF-TOKEN","token":"..."}
    static std::string token_of(const std::string& response) {
        const std::string body = body_of(response);
        const std::size_t at = body.find(R"("token":")");
        return at == std::string::npos ? "" : body.substr(at + 9, body.size() - at - 11);
    }
};

TEST_F(IdentityRoutes, ACsrfTokenIsForWhomTheRequestShows) {
    const std::string response = ask(get("/ws/csrf", by_cookie + own_origin));
    EXPECT_THAT(response, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(body_of(response), StartsWith(R"({"headerName":"X-CSRF-TOKEN","token":")"));
    EXPECT_TRUE(csrf.is_valid(token_of(response), {"alice"}));
    EXPECT_FALSE(csrf.is_valid(token_of(response), {"bob"}));
    EXPECT_THAT(field(response, "Cache-Control").value_or(""), HasSubstr("no-store"));
    EXPECT_EQ(field(response, "Access-Control-Allow-Origin"), "http://x");
}

TEST_F(IdentityRoutes, APagesOwnGetHasNoOriginAndNeedsNone) {
    EXPECT_THAT(ask(get("/ws/csrf", by_cookie + "Sec-Fetch-Site: same-origin\r\n")),
                StartsWith("HTTP/1.1 200 "));
}

TEST_F(IdentityRoutes, OtherOriginsGetNoCsrfToken) {
    const std::string evil = "Origin: http://evil.example\r\n";
    EXPECT_THAT(ask(get("/ws/csrf", by_cookie + evil)), StartsWith("HTTP/1.1 403 "));
    EXPECT_THAT(ask(get("/ws/csrf", by_cookie)), StartsWith("HTTP/1.1 403 "));
    auto open = std::make_shared<security::OriginPolicy>();
    open->set_allowed_origins({"*"});
    bench.site.endpoints[0].origins = open;
    EXPECT_THAT(ask(get("/ws/csrf", by_cookie + evil)), StartsWith("HTTP/1.1 403 "))
        << "also where all of them may open sessions";
    auto listed = std::make_shared<security::OriginPolicy>();
    listed->set_allowed_origins({"http://app.example"});
    bench.site.endpoints[0].origins = listed;
    EXPECT_THAT(ask(get("/ws/csrf", by_cookie + "Origin: http://app.example\r\n")),
                StartsWith("HTTP/1.1 200 "));
}

TEST_F(IdentityRoutes, NobodyGetsNoCsrfToken) {
    EXPECT_THAT(ask(get("/ws/csrf")), StartsWith("HTTP/1.1 401 "));
    EXPECT_THAT(ask(post("/ws/csrf", "", by_token)), StartsWith("HTTP/1.1 405 "));
}

TEST_F(IdentityRoutes, WhereNobodyIsAskedThereAreNone) {
    bench.site.endpoints[0].providers = nullptr;
    EXPECT_THAT(ask(get("/ws/csrf")), StartsWith("HTTP/1.1 404 "));
    EXPECT_THAT(ask(post("/ws/renew")), StartsWith("HTTP/1.1 404 "));
}

TEST_F(IdentityRoutes, ButForWhomACertificateNames) {
    bench.site.endpoints[0].providers = nullptr;
    bench.by_wire = Authentication{{"alice"}, {}, true};
    EXPECT_TRUE(csrf.is_valid(token_of(ask(get("/ws/csrf", own_origin))), {"alice"}));
    EXPECT_THAT(ask(get("/ws/csrf")), StartsWith("HTTP/1.1 403 "));
}

TEST_F(IdentityRoutes, ARenewalReachesTheSession) {
    auto& link = bench.connect();
    EXPECT_EQ(bench.send(link, post("/ws/renew?session=s1", "", by_token)), "");
    EXPECT_EQ(bench.renewals, std::vector<std::string>{"s1 alice"});
    bench.renewed(true);
    bench.turn();
    const std::string said = link.pipe->take_output();
    EXPECT_THAT(said, StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(body_of(said), R"({"renewed":true})");
}

TEST_F(IdentityRoutes, OneThatIsNotTheirsOrNotThereLooksTheSame) {
    auto& link = bench.connect();
    bench.send(link, post("/ws/renew?x=y&session=s2", "", by_token));
    bench.renewed(false);
    bench.turn();
    EXPECT_THAT(link.pipe->take_output(), StartsWith("HTTP/1.1 404 "));
}

TEST_F(IdentityRoutes, ASessionThatDoesNotAnswerIsGivenUp) {
    auto& link = bench.connect();
    bench.send(link, post("/ws/renew?session=s1", "", by_token));
    bench.advance(5s);
    EXPECT_THAT(link.pipe->take_output(), StartsWith("HTTP/1.1 503 "));
    bench.renewed(true);
    bench.turn();
    EXPECT_EQ(link.pipe->take_output(), "");
}

TEST_F(IdentityRoutes, AConnectionThatIsGoneBeforeTheAnswerIsNotAnswered) {
    auto& link = bench.connect();
    bench.send(link, post("/ws/renew?session=s1", "", by_token));
    link.wire.abort();
    bench.turn();
    bench.renewed(true);
    bench.turn();
    EXPECT_EQ(link.pipe->take_output(), "");
}

TEST_F(IdentityRoutes, ARenewalShowsSomethingThatHolds) {
    EXPECT_THAT(ask(post("/ws/renew?session=s1")), StartsWith("HTTP/1.1 401 "));
    EXPECT_THAT(ask(post("/ws/renew?session=s1", "", "Authorization: Bearer wrong\r\n")),
                StartsWith("HTTP/1.1 401 "));
    EXPECT_TRUE(bench.renewals.empty());
    EXPECT_THAT(ask(get("/ws/renew?session=s1", by_token)), StartsWith("HTTP/1.1 405 "));
}

TEST_F(IdentityRoutes, PagesOfAllowedOriginsMayAskBeforehand) {
    const std::string answer =
        ask("OPTIONS /ws/renew HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\n"
            "Access-Control-Request-Headers: authorization\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 204 "));
    EXPECT_EQ(field(answer, "Access-Control-Allow-Headers"), "authorization");
    EXPECT_EQ(field(answer, "Access-Control-Allow-Methods"), "OPTIONS, POST");
}

}  // namespace
}  // namespace stentor::transport
