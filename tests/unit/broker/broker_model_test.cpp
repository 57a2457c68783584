// Random steps against a simple model. STENTOR_MODEL_SEEDS=1000 in the environment runs as many seeds in one
// test, from STENTOR_MODEL_FIRST_SEED on.
#include "unit/broker/broker_model.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace stentor::broker {
namespace {

using test::BrokerModel;

unsigned from_environment(const char* name, unsigned otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

class BrokerModelTest : public ::testing::TestWithParam<unsigned> {};

TEST_P(BrokerModelTest, TheBrokersDoWhatTheModelSays) { BrokerModel(GetParam()).run(10'000); }

INSTANTIATE_TEST_SUITE_P(Seed, BrokerModelTest, ::testing::Range(1U, 13U),
                         ::testing::PrintToStringParamName());

TEST(BrokerModelLoop, AsManySeedsAsAreAskedFor) {
    const unsigned first = from_environment("STENTOR_MODEL_FIRST_SEED", 1'000);
    const unsigned count = from_environment("STENTOR_MODEL_SEEDS", 20);
    for (unsigned seed = first; seed < first + count; ++seed)
        if (!BrokerModel(seed).run(1'000)) return;
}

}  // namespace
}  // namespace stentor::broker
