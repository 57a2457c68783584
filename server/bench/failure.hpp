#pragma once

#include <stdexcept>

namespace stentor::bench {

/// The measurement cannot go on: what() is for the user, and names the server it is about.
class Failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The command line or the machine does not allow what is asked for; nothing was measured.
class WrongUse : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The largest frame, message or response head that is taken from a server.
constexpr std::size_t max_frame = 64UL << 20;

}  // namespace stentor::bench
