// Tests: tests/unit/session/stomp_session_test.cpp, tests/unit/session/stomp_login_test.cpp
#include "session/stomp_connect.hpp"

#include <algorithm>

namespace stentor::session {
namespace {

/// What the server offers a client: the configured intervals, or the client's own where those are shorter
/// (down to 1 s).
stomp::HeartBeat offer_to(const stomp::HeartBeat& client, const stomp::HeartBeat& configured) {
    const auto shorter = [](std::chrono::milliseconds own, std::chrono::milliseconds theirs) {
        return theirs.count() == 0 ? own : std::min(own, std::max(theirs, std::chrono::milliseconds(1000)));
    };
    return {shorter(configured.can_send, client.wants), shorter(configured.wants, client.can_send)};
}

std::string to_header(const stomp::HeartBeat& beat) {
    return std::to_string(beat.can_send.count()) + "," + std::to_string(beat.wants.count());
}

}  // namespace

Result<Accepted> accept_connect(const stomp::Frame& frame, const StompSettings& settings) {
    const auto version = stomp::negotiate_version(frame.header("accept-version"));
    if (version.has_error()) return version.error();
    const bool beats = *version != stomp::Version::v1_0;  // 1.0 knows no such header
    const auto beat = stomp::parse_heart_beat(beats ? frame.header("heart-beat") : std::nullopt);
    if (beat.has_error()) return beat.error();

    Accepted accepted{*version, {}, {{"version", std::string(to_string(*version))}}};
    if (beats) {
        const stomp::HeartBeat offer = offer_to(*beat, settings.heart_beat);
        accepted.heart_beats = stomp::agree(offer, *beat);
        accepted.headers.emplace_back("heart-beat", to_header(offer));
    }
    return accepted;
}

}  // namespace stentor::session
