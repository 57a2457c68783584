#include "security/jws_algorithm.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::security {
namespace {

using Named = std::pair<std::string_view, JwsAlgorithm>;
constexpr std::array<Named, 13> algorithms{{{"RS256", JwsAlgorithm::rs256},
                                            {"RS384", JwsAlgorithm::rs384},
                                            {"RS512", JwsAlgorithm::rs512},
                                            {"PS256", JwsAlgorithm::ps256},
                                            {"PS384", JwsAlgorithm::ps384},
                                            {"PS512", JwsAlgorithm::ps512},
                                            {"ES256", JwsAlgorithm::es256},
                                            {"ES384", JwsAlgorithm::es384},
                                            {"ES512", JwsAlgorithm::es512},
                                            {"EdDSA", JwsAlgorithm::eddsa},
                                            {"HS256", JwsAlgorithm::hs256},
                                            {"HS384", JwsAlgorithm::hs384},
                                            {"HS512", JwsAlgorithm::hs512}}};

}  // namespace

std::optional<JwsAlgorithm> jws_algorithm(std::string_view name) {
    const auto* const found = std::ranges::find(algorithms, name, &Named::first);
    if (found == algorithms.end()) return std::nullopt;
    return found->second;
}

}  // namespace stentor::security
