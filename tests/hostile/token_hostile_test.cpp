// Forged tokens in CONNECT and in the opening request, against an application that knows one issuer.
#include "stentor/jwt_config.hpp"
#include "support/pipe_stage.hpp"
#include "support/token_maker.hpp"
#include "testing/carriers.hpp"
#include "testing/client_frames.hpp"
#include "testing/stomp_client.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace stentor::test {
namespace {

class HostileTokens : public testing::Test {
protected:
    void SetUp() override {
        const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
        file = ::testing::TempDir() + info->name() + ".keys";
        std::ofstream(file) << R"({"keys":[)" << maker.jwk_named("k1") << "," << rsa.jwk_named("k2") << "]}";
        config.issuer = "https://id";
        config.audience = {"chat"};
        config.algorithms = {"ES256", "RS256", "HS256"};
        config.key_file = file;
        stage.app.add_authentication_provider("jwt", jwt(config));
        stage.app.add_stomp_endpoint("/ws");
        stage.config.stomp.user_messages = true;
        stage.start();
    }
    void TearDown() override { std::remove(file.c_str()); }

    static std::string at(std::int64_t seconds_from_now) {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now).count() +
                              seconds_from_now);
    }
    static std::string claims(const std::string& more) {
        return R"({"iss":"https://id","aud":"chat")" + more + "}";
    }
    static std::string right() { return claims(R"(,"sub":"alice","exp":)" + at(100)); }

    /// The command that a CONNECT with this token is answered with.
    std::string answer(const std::string& token) { return answer(token, stage); }
    static std::string answer(const std::string& token, Stage& by) {
        StompClient client(by, Transport::tcp);
        client.say("CONNECT\naccept-version:1.2\nhost:x\nAuthorization:Bearer " + token + "\n\n^");
        const StompFrame frame = client.next();
        EXPECT_EQ(client.ends(), frame.command == "ERROR");
        return frame.command;
    }
    void refuse(const std::string& token) { EXPECT_EQ(answer(token), "ERROR") << token.substr(0, 200); }

    TokenMaker maker = TokenMaker::ec();
    TokenMaker rsa = TokenMaker::rsa();
    JwtConfig config;
    PipeStage stage;
    std::string file;
};

TEST_F(HostileTokens, A10_NamesOfTokens) {
    const auto token_of = [&](const std::string& name) {
        return maker.token("ES256", claims(R"(,"sub":")" + name + R"(","exp":)" + at(100)));
    };
    for (const std::string& none : {std::string(), std::string(256, 'x'), std::string(1024, '/'),
                                    std::string(R"(a\nb)"), std::string(R"(a\u0000b)")})
        refuse(token_of(none));

    StompClient alice(stage, Transport::tcp);
    const auto log_in = [&](StompClient& client, const std::string& name) {
        client.say("CONNECT\naccept-version:1.2\nhost:x\nAuthorization:Bearer " + token_of(name) + "\n\n^");
        EXPECT_EQ(client.next().command, "CONNECTED") << name;
        client.subscribe("1", "/user/queue/x");
    };
    log_in(alice, "alice");
    for (const std::string name :
         {"a/b", "/", "*", "**", "{name}", "#", ">", "a b", " alice", "alice ", ".", "..", "%61lice", "%2F",
          "alice/queue", "alice%2Fqueue", "../alice", "Alice", "alice:x"}) {
        SCOPED_TRACE(name);
        StompClient odd(stage, Transport::websocket);
        log_in(odd, name);
        alice.send(user_destination(name, "/queue/x"), "by a client");
        EXPECT_EQ(odd.next().body, "by a client");
        stage.app.messenger().send_to_user(name, "/queue/x", std::string("by the application"));
        EXPECT_EQ(odd.next().body, "by the application");
        stage.settle();
        EXPECT_FALSE(alice.peek()) << "what is for another reached alice";
        odd.send("/user/alice/queue/x", "for alice");
        EXPECT_EQ(alice.next().body, "for alice");
        stage.settle();
        EXPECT_FALSE(odd.peek()) << "what is for alice reached another";
    }
}

TEST_F(HostileTokens, A25_NoAlgorithm) {
    ASSERT_EQ(answer(maker.token("ES256", right())), "CONNECTED");
    const std::string payload = base64url(right());
    for (const char* const alg : {"none", "None", "NONE", "nOnE", ""}) {
        const std::string header = base64url(std::string(R"({"alg":")") + alg + "\"}");
        refuse(header + "." + payload + ".");
        refuse(header + "." + payload + ".c2ln");
    }
}

TEST_F(HostileTokens, A26_AnotherAlgorithmThanTheKeys) {
    ASSERT_EQ(answer(rsa.token("RS256", right())), "CONNECTED");
    refuse(TokenMaker::hmac(rsa.pem()).token("HS256", right()));
    refuse(TokenMaker::hmac(maker.pem()).token("HS256", right(), R"(,"kid":"k1")"));
    refuse(rsa.signed_text("RS256", R"({"alg":"ES256","kid":"k2"})", right()));
    refuse(rsa.token("PS256", right()));
    refuse(rsa.token("RS512", right()));
}

TEST_F(HostileTokens, A27_KeyIdsThatAreNone) {
    for (const std::string& kid : {std::string("../../dev/null"), std::string("' OR 1=1"), std::string("K1"),
                                   std::string(), std::string(4000, 'k')})
        refuse(maker.token("ES256", right(), R"(,"kid":")" + kid + '"'));
    refuse(maker.token("ES256", right(), R"(,"kid":["k1"])"));
}

TEST_F(HostileTokens, A28_KeysThatATokenBrings) {
    const TokenMaker own = TokenMaker::ec();
    refuse(own.token("ES256", right(), R"(,"jwk":)" + own.jwk()));
    refuse(own.token("ES256", right(),
                     R"(,"kid":"k1","jku":"http://127.0.0.1:1/keys","x5u":"http://127.0.0.1:1/")"));
    refuse(own.token("ES256", claims(R"(,"sub":"alice","iss":"http://127.0.0.1:1/","exp":)" + at(100))));
}

TEST_F(HostileTokens, A29_OneIdAtTwoIssuers) {
    const TokenMaker others = TokenMaker::ec();
    const std::string other_file = file + ".other";
    std::ofstream(other_file) << R"({"keys":[)" << others.jwk_named("k1") << "]}";
    JwtConfig own = config;
    JwtConfig other = config;
    other.issuer = "https://other";
    other.key_file = other_file;
    PipeStage two;
    two.app.add_authentication_provider("jwt", jwt({own, other}));
    two.app.add_stomp_endpoint("/ws");
    two.start();
    std::remove(other_file.c_str());
    const auto of = [](const std::string& issuer) {
        return R"({"iss":")" + issuer + R"(","aud":"chat","sub":"alice","exp":)" + at(100) + "}";
    };
    const std::string kid = R"(,"kid":"k1")";
    EXPECT_EQ(answer(maker.token("ES256", of("https://id"), kid), two), "CONNECTED");
    EXPECT_EQ(answer(others.token("ES256", of("https://other"), kid), two), "CONNECTED");
    EXPECT_EQ(answer(maker.token("ES256", of("https://other"), kid), two), "ERROR");
    EXPECT_EQ(answer(others.token("ES256", of("https://id"), kid), two), "ERROR");
}

TEST_F(HostileTokens, A30_ClaimsThatAreWrong) {
    const std::string who = R"(,"sub":"alice")";
    const std::string exp = R"(,"exp":)" + at(100);
    for (const std::string& more :
         {who, who + R"(,"exp":)" + at(-100), who + R"(,"exp":)" + at(100) + "000", who + R"(,"exp":-1)",
          who + R"(,"exp":1e309)", who + R"(,"exp":")" + at(100) + '"', who + R"(,"exp":)" + at(10'000'000),
          who + exp + R"(,"nbf":)" + at(1000), who + exp + R"(,"iat":)" + at(1000), exp, exp + R"(,"sub":"")",
          exp + R"(,"sub":1)", who + exp + exp, who + R"(,"sub":"root")" + exp})
        refuse(maker.token("ES256", claims(more)));
    refuse(maker.token("ES256", R"({"iss":"https://id","aud":["other"],"sub":"alice")" + exp + "}"));
    refuse(maker.token("ES256", R"({"iss":"https://other","aud":"chat","sub":"alice")" + exp + "}"));
    refuse(maker.token("ES256", right(), R"(,"crit":["exp"])"));
    refuse(maker.token("ES256", right(), R"(,"b64":false)"));
}

TEST_F(HostileTokens, A31_SignaturesThatAreNone) {
    const std::string good = maker.token("ES256", right());
    const std::string text = good.substr(0, good.rfind('.') + 1);
    refuse(text + base64url(std::string(64, '\0')));
    refuse(text + base64url(std::string(64, '\xff')));
    refuse(text + base64url(maker.signed_by_openssl("ES256", text.substr(0, text.size() - 1))));
    refuse(good + "AA");
    refuse(good + "==");
    refuse(good.substr(0, good.size() - 2));
    const std::string other = rsa.token("RS256", right());
    refuse(other.substr(0, other.rfind('.') + 1) + base64url(std::string(256, '\1')));
    refuse(other.substr(0, other.size() - 4));
}

TEST_F(HostileTokens, A32_SizesAndOtherForms) {
    refuse(maker.token(
        "ES256", claims(R"(,"sub":"alice","exp":)" + at(100) + R"(,"x":")" + std::string(6000, 'x') + '"')));
    refuse("e30.e30.e30.e30.e30");
    refuse(maker.token("ES256", right(), R"(,"zip":"DEF")"));
    refuse(".....");
    refuse("e30");
}

TEST_F(HostileTokens, A33_ATokenInTheTarget) {
    // Nobody said that it is to be looked at: the client is nobody, who has to say who he is in CONNECT.
    const auto stream = stage.connect(Speaks::http);
    EXPECT_EQ(
        ask(stage, *stream, upgrade_request("/ws?access_token=" + maker.token("ES256", right()))).status,
        101);
    stream->send(masked_text("CONNECT\naccept-version:1.2\nhost:x\n\n" + std::string(1, '\0')));
    EXPECT_TRUE(stage.until([&] {
        stream->receive();
        return stream->input.find("ERROR\n") != std::string::npos;
    }));
    EXPECT_EQ(stream->input.find("CONNECTED"), std::string::npos);
}

TEST_F(HostileTokens, A05_GuessedTokensWithARequest) {
    JwtConfig everywhere = config;
    everywhere.cookie = "token";
    everywhere.query_parameter = "access_token";
    const std::string good = maker.token("ES256", right());
    const std::string old = maker.token("ES256", claims(R"(,"sub":"alice","exp":)" + at(-100)));
    const auto wrong = [&](int n) {
        return good.substr(0, good.size() - 8) + std::to_string(10'000'000 + n);
    };
    for (const std::string where : {"cookie", "query", "bearer"}) {
        SCOPED_TRACE(where);
        PipeStage site;
        site.app.add_authentication_provider("jwt", jwt(everywhere));
        site.app.add_stomp_endpoint("/ws");
        site.start();
        const auto show = [&](const std::string& token, const std::string& address) {
            std::string target = "/ws", fields = "Origin: http://localhost\r\n";
            if (where == "cookie") fields += "Cookie: a=b; token=" + token + "\r\n";
            else if (where == "query") target += "?access_token=" + token;
            else fields += "Authorization: Bearer " + token + "\r\n";
            const auto stream = site.connect(Speaks::http, Peer{address});
            stream->send(upgrade_request(target, fields));
            site.settle();
            stream->receive();
            if (stream->input.empty()) site.pass(std::chrono::seconds(5));  // it waits
            return ask(site, *stream, "").status;
        };
        int n = 0;
        while (n < 100 && show(wrong(n), "203.0.113.7:1") == 401) ++n;
        EXPECT_GE(n, 8);
        EXPECT_LE(n, 16);
        EXPECT_EQ(show(wrong(n), "203.0.113.7:1"), 429) << "told to come again, and not looked at";
        EXPECT_EQ(show(good, "203.0.113.7:1"), 429);
        // A page that goes on showing an old one, or the same wrong one, guesses nothing.
        for (int i = 0; i < 100; ++i) EXPECT_EQ(show(i % 2 == 0 ? old : wrong(0), "192.0.2.1:1"), 401);
        EXPECT_EQ(show(good, "192.0.2.1:1"), 101);
    }
}

TEST_F(HostileTokens, A35_CookieBombsAndDoubles) {
    JwtConfig by_cookie = config;
    by_cookie.cookie = "token";
    PipeStage site;
    site.app.add_authentication_provider("jwt", jwt(by_cookie));
    site.app.add_stomp_endpoint("/ws").with_sockjs();
    site.start();
    const auto status = [&](const std::string& fields) {
        return ask(site, *site.connect(Speaks::http),
                   upgrade_request("/ws", "Origin: http://localhost\r\n" + fields))
            .status;
    };
    const std::string good = "token=" + maker.token("ES256", right());
    ASSERT_EQ(status("Cookie: " + good + "\r\n"), 101);
    // Of a cookie that is there twice one may be a sub-domain's: nobody can tell which.
    for (const std::string& twice :
         {good + "; " + good, "token=x; " + good, good + "; token=x", good + "; token=", "token=; " + good,
          good + ";token =x", good + "\r\nCookie: token=x", "token=x\r\ncookie: " + good})
        EXPECT_EQ(status("Cookie: " + twice + "\r\n"), 401) << twice;
    for (const std::string& other :
         {"Token=" + good.substr(6), "xtoken=" + good.substr(6), std::string("token"),
          "token" + good.substr(6), std::string(1000, ';'), std::string("=; =; =")})
        EXPECT_EQ(status("Cookie: " + other + "\r\n"), 101) << "nobody: CONNECT asks: " << other;
    for (const std::string& broken : {"token=\"" + good.substr(6) + '"', good + ".", "token=" + good})
        EXPECT_EQ(status("Cookie: " + broken + "\r\n"), 401) << broken;

    std::string many, lines;
    for (int i = 0; i < 100; ++i) {
        many += "c" + std::to_string(i) + "=" + std::string(160, 'x') + "; ";
        lines += "Cookie: c" + std::to_string(i) + "=x\r\n";
    }
    EXPECT_EQ(status("Cookie: " + many + good + "\r\n"), 431);
    EXPECT_EQ(status(lines + "Cookie: " + good + "\r\n"), 431);
    std::string few;
    for (int i = 0; i < 1000; ++i) few += "c=" + std::to_string(i) + ";";
    EXPECT_EQ(status("Cookie: " + few + good + "\r\n"), 101);
}

}  // namespace
}  // namespace stentor::test
