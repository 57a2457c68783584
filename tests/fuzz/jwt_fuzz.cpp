// Tokens and key sets of strangers: refused, whatever they are, as nobody else has the key.
#include "security/jwt_verifier.hpp"
#include "security/shown_token.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace stentor::security;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

const KeySet& our_keys() {
    static const KeySet keys =
        KeySet::from_json(R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
                          R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
                          KeySet::Secrets::ignored)
            .value();
    return keys;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const WallTime now{std::chrono::seconds(1'700'000'000)};
    const JwtRules rules{
        {JwsAlgorithm::es256, JwsAlgorithm::rs256, JwsAlgorithm::eddsa, JwsAlgorithm::hs256}, {}, {}};
    if (const auto token = take_apart(text, 8192)) {
        require(text.starts_with(token->jws.signing_input));
        require(verify(*token, rules, our_keys(), now).has_error());
        if (const auto who = check_claims(token->claims, {}, now)) {
            require(!who->principal.name.empty());
            require(who->valid_for && who->valid_for->count() > 0);
        }
        if (const auto keys = KeySet::from_json(token->jws.payload, KeySet::Secrets::allowed))
            (void)verify(*token, rules, *keys, now);
    }
    if (const auto keys = KeySet::from_json(text, KeySet::Secrets::ignored)) require(!keys->empty());
    (void)shown_cookie(text, "token");
    return 0;
}
