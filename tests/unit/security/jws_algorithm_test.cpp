#include "security/jws_algorithm.hpp"

#include <gtest/gtest.h>

namespace stentor::security {
namespace {

TEST(JwsAlgorithm, HasTheNamesOfRfc7518) {
    EXPECT_EQ(jws_algorithm("RS256"), JwsAlgorithm::rs256);
    EXPECT_EQ(jws_algorithm("PS384"), JwsAlgorithm::ps384);
    EXPECT_EQ(jws_algorithm("ES512"), JwsAlgorithm::es512);
    EXPECT_EQ(jws_algorithm("EdDSA"), JwsAlgorithm::eddsa);
    EXPECT_EQ(jws_algorithm("HS256"), JwsAlgorithm::hs256);
}

/// RFC 8725 3.2, CVE-2015-9235.
TEST(JwsAlgorithm, NoneIsNoneOfThem) {
    for (const char* const name :
         {"none", "None", "NONE", "nOnE", "", "rs256", "RS256 ", "ES256K", "HS1", "RS1"})
        EXPECT_FALSE(jws_algorithm(name)) << name;
}

}  // namespace
}  // namespace stentor::security
