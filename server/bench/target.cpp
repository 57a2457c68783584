#include "target.hpp"

#include "failure.hpp"

#include <charconv>
#include <optional>

namespace stentor::bench {
namespace {

template <typename Number>
std::optional<Number> whole_number(std::string_view text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::vector<pid_t> parse_pids(std::string_view text) {
    std::vector<pid_t> pids;
    for (std::size_t comma = 0; comma != std::string_view::npos; text.remove_prefix(comma + 1)) {
        comma = text.find(',');
        const auto pid = whole_number<pid_t>(text.substr(0, comma));
        if (!pid || *pid <= 0)
            throw WrongUse("'" + std::string(text.substr(0, comma)) + "' is no process id");
        pids.push_back(*pid);
        if (comma == std::string_view::npos) break;
    }
    return pids;
}

/// Removes the scheme.
Transport parse_scheme(std::string_view& url) {
    const struct {
        std::string_view text;
        Transport transport;
    } schemes[] = {{"ws://", Transport::websocket}, {"stomp://", Transport::tcp}, {"xhr://", Transport::xhr}};
    for (const auto& scheme : schemes) {
        if (!url.starts_with(scheme.text)) continue;
        url.remove_prefix(scheme.text.size());
        return scheme.transport;
    }
    throw WrongUse("a URL begins with ws://, stomp:// or xhr://");
}

void parse_authority(std::string_view authority, Target& target) {
    const std::size_t colon = authority.rfind(':');
    const auto port = colon == std::string_view::npos
                          ? std::nullopt
                          : whole_number<std::uint16_t>(authority.substr(colon + 1));
    if (!port || *port == 0) throw WrongUse("a URL has host and port, as in ws://127.0.0.1:8080/stomp");
    std::string_view host = authority.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.empty()) throw WrongUse("the URL has no host");
    target.host = host;
    target.port = *port;
}

Target parse(std::string_view text) {
    Target target;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0 ||
        text.substr(0, equals).find("://") != std::string_view::npos)
        throw WrongUse("it has no name");
    target.name = text.substr(0, equals);
    std::string_view url = text.substr(equals + 1);
    const std::size_t at = url.rfind('@');
    if (at != std::string_view::npos) {
        target.pids = parse_pids(url.substr(at + 1));
        url = url.substr(0, at);
    }
    target.transport = parse_scheme(url);
    const std::size_t slash = url.find('/');
    parse_authority(url.substr(0, slash), target);
    if (slash != std::string_view::npos) target.path = url.substr(slash);
    if (target.transport == Transport::tcp && target.path != "/") throw WrongUse("stomp:// has no path");
    return target;
}

}  // namespace

Target parse_target(std::string_view text) {
    try {
        return parse(text);
    } catch (const WrongUse& e) {
        throw WrongUse("--target " + std::string(text) + ": " + e.what() + " (NAME=URL[@PID[,PID...]])");
    }
}

}  // namespace stentor::bench
