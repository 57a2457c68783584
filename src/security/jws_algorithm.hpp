#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace stentor::security {

/// How a token is signed (RFC 7518 3.1, RFC 8037 3.1). There is no "none".
enum class JwsAlgorithm : std::uint8_t {
    rs256,
    rs384,
    rs512,
    ps256,
    ps384,
    ps512,
    es256,
    es384,
    es512,
    eddsa,
    hs256,
    hs384,
    hs512,
};

/// The algorithm of that name, written exactly so: "RS256", "EdDSA".
std::optional<JwsAlgorithm> jws_algorithm(std::string_view name);

}  // namespace stentor::security
