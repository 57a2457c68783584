#include "stentor/version.hpp"

namespace stentor {

const char* version() noexcept { return STENTOR_VERSION; }

}  // namespace stentor
