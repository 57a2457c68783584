// Each test finds the log as a new process has it: what the tests before it wrote counts towards no limit of
// its own.
#include "base/log_limit.hpp"

#include <gtest/gtest.h>

namespace stentor {
namespace {

class FreshLog : public testing::EmptyTestEventListener {
    void OnTestStart(const testing::TestInfo&) override { log::start_afresh(); }
};

[[maybe_unused]] const bool listens = [] {
    testing::UnitTest::GetInstance()->listeners().Append(new FreshLog);  // gtest owns it
    return true;
}();

}  // namespace
}  // namespace stentor
