#pragma once

namespace stentor {

/// "1.2.3"
[[nodiscard]] const char* version() noexcept;

}  // namespace stentor
