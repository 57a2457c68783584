#include "security/jwt_verifier.hpp"

#include "http/grammar.hpp"
#include "security/json_object.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace stentor::security {
namespace {

bool is_type(const boost::json::object& header, std::string_view wanted) {
    constexpr std::string_view prefix = "application/";
    std::string_view type = string_in(header, "typ").value_or("");
    if (type.size() > prefix.size() && http::equal_ignoring_case(type.substr(0, prefix.size()), prefix))
        type.remove_prefix(prefix.size());
    return http::equal_ignoring_case(type, wanted);
}

}  // namespace

Result<ShownJwt> take_apart(std::string_view token, std::size_t max_size) {
    if (token.size() > max_size) return Error{Errc::too_large, "the token is too large"};
    auto jws = parse_jws(token);
    if (jws.has_error()) return jws.error();
    auto claims = parse_json_object(jws->payload);
    if (!claims) return Error{Errc::malformed, "the token's claims are no JSON object"};
    std::string issuer(string_in(*claims, "iss").value_or(""));
    return ShownJwt{std::move(*jws), std::move(*claims), std::move(issuer)};
}

Result<Authentication> verify(const ShownJwt& token, const JwtRules& rules, const KeySet& keys,
                              WallTime now) {
    const boost::json::object& header = token.jws.header;
    const auto algorithm = jws_algorithm(string_in(header, "alg").value_or(""));
    if (!algorithm || std::ranges::find(rules.algorithms, *algorithm) == rules.algorithms.end())
        return Error{Errc::forbidden, "alg is none of the algorithms"};
    if (!rules.type.empty() && !is_type(header, rules.type))
        return Error{Errc::forbidden, "typ is not the type"};
    std::string_view id;
    if (header.contains("kid")) {
        const auto named = string_in(header, "kid");
        if (!named || named->empty()) return Error{Errc::forbidden, "kid is no text, or empty"};
        id = *named;
    }
    const auto candidates = keys.candidates(id, *algorithm);
    if (candidates.empty()) return Error{Errc::not_found, "no key is the token's"};
    const bool is_signed = std::ranges::any_of(candidates, [&](const VerifyKey* key) {
        return key->verifies(*algorithm, token.jws.signing_input, token.jws.signature);
    });
    if (!is_signed) return Error{Errc::forbidden, "the signature is wrong"};
    return check_claims(token.claims, rules.claims, now);
}

}  // namespace stentor::security
