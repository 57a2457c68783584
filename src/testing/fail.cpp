#include "testing/fail.hpp"

#include "stentor/testing/failure.hpp"

namespace stentor::test {

void fail(std::string what) { throw testing::Failure(what); }

}  // namespace stentor::test
