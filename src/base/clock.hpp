#pragma once

#include <chrono>

namespace stentor::base {

/// Timeouts are measured on the steady clock only. Pure rooms get `now` as an argument and never ask for it.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/// "No deadline": later than any other.
inline constexpr TimePoint never = TimePoint::max();

}  // namespace stentor::base
