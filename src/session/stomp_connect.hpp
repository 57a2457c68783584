#pragma once

#include "session/stomp_settings.hpp"
#include "stomp/frame.hpp"
#include "stomp/negotiation.hpp"

#include <string>
#include <utility>
#include <vector>

namespace stentor::session {

/// What CONNECT and the server agree on, and the first headers of the CONNECTED that says so.
struct Accepted {
    stomp::Version version;
    stomp::Agreement heart_beats;
    std::vector<std::pair<std::string, std::string>> headers;
};

/// Reads CONNECT or STOMP, but for who it is. `unsupported`: no version in common.
Result<Accepted> accept_connect(const stomp::Frame& frame, const StompSettings& settings);

}  // namespace stentor::session
