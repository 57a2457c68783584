// Random walks of STOMP clients against a model of what they may be told. STENTOR_MODEL_SEEDS=1000 in the
// environment walks as many in one test, from STENTOR_MODEL_FIRST_SEED on.
#include "flow/frame_walk.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace stentor::test {
namespace {

unsigned from_environment(const char* name, unsigned otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

class FrameModelFlow : public testing::TestWithParam<unsigned> {};

TEST_P(FrameModelFlow, ClientsAreToldWhatTheModelSays) { FrameWalk(GetParam()).run(10'000); }

INSTANTIATE_TEST_SUITE_P(Seed, FrameModelFlow, testing::Range(1U, 9U), testing::PrintToStringParamName());

TEST(FrameModelLoop, AsManySeedsAsAreAskedFor) {
    const unsigned first = from_environment("STENTOR_MODEL_FIRST_SEED", 1'000);
    const unsigned count = from_environment("STENTOR_MODEL_SEEDS", 10);
    for (unsigned seed = first; seed < first + count; ++seed)
        if (!FrameWalk(seed).run(1'000)) return;
}

}  // namespace
}  // namespace stentor::test
