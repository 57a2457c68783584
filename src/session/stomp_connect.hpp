#pragma once

#include "session/stomp_settings.hpp"
#include "stentor/session.hpp"
#include "stomp/frame.hpp"
#include "stomp/negotiation.hpp"

#include <string>
#include <utility>
#include <vector>

namespace stentor::session {

/// What CONNECT and the server agree on, and the headers of the CONNECTED that says so.
struct Accepted {
    stomp::Version version;
    stomp::Agreement heart_beats;
    std::vector<std::pair<std::string, std::string>> headers;
};

/// Answers CONNECT or STOMP. Whom the transport has authenticated stays who he is, whatever CONNECT says;
/// another gets the authenticator's principal. `unsupported`: no version in common.
Result<Accepted> accept_connect(const stomp::Frame& frame, const StompSettings& settings,
                                SessionState& state);

}  // namespace stentor::session
