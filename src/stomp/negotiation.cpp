#include "stomp/negotiation.hpp"

#include "stomp/lexical.hpp"

#include <algorithm>

namespace stentor::stomp {

namespace {

using std::chrono::milliseconds;

std::optional<Version> to_version(std::string_view name) {
    for (const Version version : {Version::v1_2, Version::v1_1, Version::v1_0})
        if (to_string(version) == name) return version;
    return std::nullopt;
}

std::optional<milliseconds> parse_milliseconds(std::string_view text) {
    constexpr std::size_t beyond = 1ULL << 31;
    const std::optional<std::size_t> value = parse_decimal(text, beyond);
    if (!value || *value == beyond) return std::nullopt;
    return milliseconds(*value);
}

std::string_view without_blanks_behind(std::string_view text) {
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

std::string_view without_blanks_before(std::string_view text) {
    return text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
}

/// The interval of one direction: nothing unless one side can and the other wants.
milliseconds interval(milliseconds can, milliseconds wants) {
    using namespace std::chrono_literals;
    if (can <= 0ms || wants <= 0ms) return 0ms;
    return std::clamp<milliseconds>(std::max(can, wants), 1s, 600s);
}

}  // namespace

Result<Version> negotiate_version(std::optional<std::string_view> accept_version) {
    if (!accept_version) return Version::v1_0;
    std::optional<Version> highest;
    std::string_view rest = *accept_version;
    for (bool more = true; more;) {
        const std::size_t comma = rest.find(',');
        // An empty optional is less than any version.
        highest = std::max(highest, to_version(trim_blanks(rest.substr(0, comma))));
        more = comma != rest.npos;
        if (more) rest.remove_prefix(comma + 1);
    }
    if (!highest) return Error{Errc::unsupported, "Supported protocol versions are 1.0, 1.1, 1.2"};
    return *highest;
}

Result<HeartBeat> parse_heart_beat(std::optional<std::string_view> header) {
    if (!header) return HeartBeat{};
    const Error malformed{Errc::malformed, "heart-beat is not two numbers of milliseconds"};
    const std::size_t comma = header->find(',');
    if (comma == header->npos) return malformed;
    const auto can_send = parse_milliseconds(without_blanks_behind(header->substr(0, comma)));
    const auto wants = parse_milliseconds(without_blanks_before(header->substr(comma + 1)));
    if (!can_send || !wants) return malformed;
    return HeartBeat{*can_send, *wants};
}

Agreement agree(const HeartBeat& server, const HeartBeat& client) {
    return {.send = interval(server.can_send, client.wants),
            .expect = interval(client.can_send, server.wants)};
}

}  // namespace stentor::stomp
