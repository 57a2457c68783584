#pragma once

#include "stentor/result.hpp"
#include "stomp/frame.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace stentor::stomp {

/// The highest version both know. No header means 1.0. Blanks around items are tolerated. None in common is
/// `unsupported`, with the message "Supported protocol versions are 1.0, 1.1, 1.2".
Result<Version> negotiate_version(std::optional<std::string_view> accept_version);

/// A `heart-beat:x,y` header: x = what the sender can do, y = what it wants to get; zero = not at all.
struct HeartBeat {
    std::chrono::milliseconds can_send{0};
    std::chrono::milliseconds wants{0};
    friend bool operator==(const HeartBeat&, const HeartBeat&) = default;
};

/// Absent means 0,0. A blank around the comma is tolerated; anything else but two non-negative decimal
/// numbers is malformed. Values above 2^31-1 ms are malformed.
Result<HeartBeat> parse_heart_beat(std::optional<std::string_view> header);

/// What the server then does (STOMP 1.2, "Heart-beating"): send at least every `send`, expect something at
/// least every `expect`; zero = never. Values between 1 ms and 1 s are taken as 1 s, above 600 s as 600 s;
/// zero stays zero.
struct Agreement {
    std::chrono::milliseconds send{0};
    std::chrono::milliseconds expect{0};
    friend bool operator==(const Agreement&, const Agreement&) = default;
};
Agreement agree(const HeartBeat& server, const HeartBeat& client);

}  // namespace stentor::stomp
