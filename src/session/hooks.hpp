#pragma once

#include "stentor/events.hpp"
#include "stentor/interceptor.hpp"

namespace stentor::session {

/// The application's functions between its sessions and the rest. Immutable.
struct Hooks {
    Listeners listeners;
    Interceptors interceptors;
};

}  // namespace stentor::session
