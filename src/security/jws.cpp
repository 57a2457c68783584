#include "security/jws.hpp"

#include "security/base64url.hpp"
#include "security/json_object.hpp"

#include <algorithm>
#include <utility>

namespace stentor::security {
namespace {

Error malformed(const char* what) { return {Errc::malformed, what}; }

}  // namespace

Result<Jws> parse_jws(std::string_view token) {
    const auto dots = std::ranges::count(token, '.');
    if (dots == 4) return Error{Errc::unsupported, "the token is encrypted"};
    if (dots != 2) return malformed("the token has not three parts");
    const std::size_t first = token.find('.');
    const std::size_t second = token.find('.', first + 1);

    const auto header = decode_base64url(token.substr(0, first));
    auto payload = decode_base64url(token.substr(first + 1, second - first - 1));
    auto signature = decode_base64url(token.substr(second + 1));
    if (!header || !payload || !signature) return malformed("a part of the token is not base64url");
    if (signature->empty()) return malformed("the token has no signature");
    auto fields = parse_json_object(*header);
    if (!fields) return malformed("the token's header is no JSON object");
    // Whoever does not understand what is critical has to refuse it (RFC 7515 4.1.11), and nothing is here.
    for (const char* const name : {"crit", "b64", "zip", "enc"})
        if (fields->contains(name)) return Error{Errc::unsupported, std::string("the header has ") + name};
    return Jws{std::move(*fields), std::move(*payload), std::move(*signature), token.substr(0, second)};
}

}  // namespace stentor::security
