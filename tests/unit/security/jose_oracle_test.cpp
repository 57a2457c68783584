// libjose's tool signs, and what it signed holds here; what it would not verify does not.
#include "security/jwt_verifier.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace stentor::security {
namespace {

using namespace std::chrono_literals;

constexpr WallTime now{1'700'000'000s};

class JoseOracle : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        if (!runs("jose alg >/dev/null 2>&1")) GTEST_SKIP() << "the program jose is not installed";
        const std::string name = ::testing::TempDir() + "joseXXXXXX";
        std::string made = name;
        ASSERT_NE(::mkdtemp(made.data()), nullptr);
        folder = made;
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    [[nodiscard]] static bool runs(const std::string& command) { return std::system(command.c_str()) == 0; }
    [[nodiscard]] bool jose(const std::string& arguments) const {
        return runs("cd " + folder + " && jose " + arguments + " >/dev/null 2>&1");
    }
    void write(const std::string& file, const std::string& text) const {
        std::ofstream(folder + "/" + file) << text;
    }
    [[nodiscard]] std::string read(const std::string& file) const {
        std::ostringstream text;
        text << std::ifstream(folder + "/" + file).rdbuf();
        return text.str();
    }
    /// What we say of it.
    [[nodiscard]] bool holds(const std::string& token) const {
        const auto shown = take_apart(token, 8192);
        if (shown.has_error()) return false;
        const JwtRules rules{{*jws_algorithm(GetParam())}, {}, {}};
        const auto keys = KeySet::from_json(read("public.jwk"), KeySet::Secrets::allowed);
        return verify(*shown, rules, keys.value(), now).has_value();
    }
    /// What jose says of its signature.
    [[nodiscard]] bool jose_verifies(const std::string& token) const {
        write("token", token);
        return jose("jws ver -i token -k public.jwk");
    }

    std::string folder;
};

TEST_P(JoseOracle, AgreesOnWhatIsSigned) {
    const std::string alg = GetParam();
    ASSERT_TRUE(jose("jwk gen -i '{\"alg\":\"" + alg + "\"}' -o key.jwk"));
    if (alg.starts_with("HS")) ASSERT_TRUE(runs("cp " + folder + "/key.jwk " + folder + "/public.jwk"));
    else ASSERT_TRUE(jose("jwk pub -i key.jwk -o public.jwk"));
    write("claims", R"({"sub":"alice","exp":1700000100})");
    ASSERT_TRUE(jose("jws sig -I claims -k key.jwk -c -o signed"));
    const std::string good = read("signed");
    ASSERT_TRUE(jose_verifies(good));
    EXPECT_TRUE(holds(good)) << good;
    // A character of each part, the signature's last bits among them.
    const std::size_t second = good.rfind('.');
    for (const std::size_t at : {good.find('.') + 5, second + 1, second + 20, good.size() - 1}) {
        std::string bad = good;
        bad[at] = bad[at] == 'A' ? 'Q' : 'A';
        EXPECT_FALSE(holds(bad)) << bad;
        EXPECT_FALSE(jose_verifies(bad)) << bad;
    }
}

INSTANTIATE_TEST_SUITE_P(Algorithms, JoseOracle,
                         ::testing::Values("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
                                           "ES384", "ES512", "HS256", "HS384", "HS512"));

}  // namespace
}  // namespace stentor::security
