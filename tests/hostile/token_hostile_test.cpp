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
        JwtConfig config;
        config.issuer = "https://id";
        config.audience = {"chat"};
        config.algorithms = {"ES256", "RS256", "HS256"};
        config.key_file = file;
        stage.app.add_authentication_provider("jwt", jwt(config));
        stage.app.add_stomp_endpoint("/ws");
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
    std::string answer(const std::string& token) {
        StompClient client(stage, Transport::tcp);
        client.say("CONNECT\naccept-version:1.2\nhost:x\nAuthorization:Bearer " + token + "\n\n^");
        const StompFrame frame = client.next();
        EXPECT_EQ(client.ends(), frame.command == "ERROR");
        return frame.command;
    }
    void refuse(const std::string& token) { EXPECT_EQ(answer(token), "ERROR") << token.substr(0, 200); }

    TokenMaker maker = TokenMaker::ec();
    TokenMaker rsa = TokenMaker::rsa();
    PipeStage stage;
    std::string file;
};

TEST_F(HostileTokens, K01_NoAlgorithm) {
    ASSERT_EQ(answer(maker.token("ES256", right())), "CONNECTED");
    const std::string payload = base64url(right());
    for (const char* const alg : {"none", "None", "NONE", "nOnE", ""}) {
        const std::string header = base64url(std::string(R"({"alg":")") + alg + "\"}");
        refuse(header + "." + payload + ".");
        refuse(header + "." + payload + ".c2ln");
    }
}

TEST_F(HostileTokens, K02_AnotherAlgorithmThanTheKeys) {
    ASSERT_EQ(answer(rsa.token("RS256", right())), "CONNECTED");
    refuse(TokenMaker::hmac(rsa.pem()).token("HS256", right()));
    refuse(TokenMaker::hmac(maker.pem()).token("HS256", right(), R"(,"kid":"k1")"));
    refuse(rsa.signed_text("RS256", R"({"alg":"ES256","kid":"k2"})", right()));
    refuse(rsa.token("PS256", right()));
    refuse(rsa.token("RS512", right()));
}

TEST_F(HostileTokens, K03_KeyIdsThatAreNone) {
    for (const std::string& kid : {std::string("../../dev/null"), std::string("' OR 1=1"), std::string("K1"),
                                   std::string(), std::string(4000, 'k')})
        refuse(maker.token("ES256", right(), R"(,"kid":")" + kid + '"'));
    refuse(maker.token("ES256", right(), R"(,"kid":["k1"])"));
}

TEST_F(HostileTokens, K04_KeysThatATokenBrings) {
    const TokenMaker own = TokenMaker::ec();
    refuse(own.token("ES256", right(), R"(,"jwk":)" + own.jwk()));
    refuse(own.token("ES256", right(),
                     R"(,"kid":"k1","jku":"http://127.0.0.1:1/keys","x5u":"http://127.0.0.1:1/")"));
    refuse(own.token("ES256", claims(R"(,"sub":"alice","iss":"http://127.0.0.1:1/","exp":)" + at(100))));
}

TEST_F(HostileTokens, K05_ClaimsThatAreWrong) {
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

TEST_F(HostileTokens, K06_SignaturesThatAreNone) {
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

TEST_F(HostileTokens, K07_SizesAndOtherForms) {
    refuse(maker.token(
        "ES256", claims(R"(,"sub":"alice","exp":)" + at(100) + R"(,"x":")" + std::string(6000, 'x') + '"')));
    refuse("e30.e30.e30.e30.e30");
    refuse(maker.token("ES256", right(), R"(,"zip":"DEF")"));
    refuse(".....");
    refuse("e30");
}

TEST_F(HostileTokens, K08_ATokenInTheTarget) {
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

}  // namespace
}  // namespace stentor::test
