#include "app/relay_checks.hpp"

#include "app/config_text.hpp"
#include "messaging/destination.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <utility>

namespace stentor::app {
namespace {

constexpr std::size_t longest_passcode = 1024;

/// CONNECT has no escapes (STOMP 1.2, "Value Encoding"): what would end a line there is refused here.
bool has_control_character(std::string_view value) {
    return std::ranges::any_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

/// Its first line, as editors and secret stores end it.
Result<std::string> read_passcode(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text(longest_passcode + 3, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.is_open() || in.bad()) return Error{Errc::failed, std::strerror(errno)};
    text.resize(static_cast<std::size_t>(in.gcount()));
    for (const char end : {'\n', '\r'})
        if (text.ends_with(end)) text.pop_back();
    if (text.size() > longest_passcode) return Error{Errc::too_large, "over 1 KiB"};
    return text;
}

std::string fault_of_login(const StompRelayConfig& relay) {
    const std::array<std::pair<const char*, std::string_view>, 3> headers{
        {{"login", relay.login}, {"passcode", relay.passcode}, {"virtual_host", relay.virtual_host}}};
    for (const auto& [name, value] : headers)
        if (has_control_character(value))
            return std::string(name) + " has a control character; give text without line ends";
    if (relay.passcode_file.empty()) return {};
    const auto passcode = read_passcode(relay.passcode_file);
    const std::string start = "passcode_file is " + in_quotes(relay.passcode_file);
    if (passcode.has_error())
        return start + ", which cannot be read (" + passcode.error().message +
               "); name a file with the passcode";
    if (has_control_character(*passcode))
        return start + ", which has more than one line, or a control character; give one line of text";
    return {};
}

std::string fault_of_address(const StompRelayConfig& relay) {
    for (const std::string& address : relay.addresses)
        if (const auto ok = parse_address(address); ok.has_error())
            return "addresses has " + in_quotes(address) + ", which " + ok.error().message +
                   R"(; write it like "broker.internal:61613")";
    if (!relay.addresses.empty()) return {};
    if (relay.host.empty() || has_control_character(relay.host))
        return "host is " + in_quotes(relay.host) + "; give a name or an address";
    if (relay.port == 0) return "port is 0; give the broker's, such as 61613";
    return {};
}

std::string fault_of_limits(const StompRelayConfig& relay) {
    const std::array<std::pair<const char*, std::size_t>, 5> sizes{
        {{"max_body", relay.max_body},
         {"max_pending", relay.max_pending},
         {"max_pending_bytes", relay.max_pending_bytes},
         {"prefetch", relay.prefetch},
         {"max_unsettled_bytes", relay.max_unsettled_bytes}}};
    for (const auto& [name, size] : sizes)
        if (size == 0)
            return std::string(name) + " is 0, which would not mean unlimited; give a larger number";
    if (relay.connect_timeout.count() <= 0)
        return "connect_timeout is 0, which would not mean unlimited; give a duration";
    constexpr std::size_t most = 65'535;  // AMQP 0-9-1's basic.qos has 16 bits
    if (relay.prefetch > most)
        return "prefetch is " + std::to_string(relay.prefetch) + "; give at most " + std::to_string(most);
    if (relay.heart_beat.count() < 0) return "heart_beat is negative; give a duration, or 0 for none";
    return {};
}

/// What the rules themselves do not know: where the broker serves destinations at all.
std::string fault_of_mapping(const StompRelayConfig& relay) {
    for (std::size_t i = 0; i < relay.mapping.size(); ++i) {
        const std::string& joint = relay.mapping[i].joint;
        const std::string at = "mapping[" + std::to_string(i) + "].";
        if (joint.size() != 1)
            return at + "joint is " + in_quotes(joint) + R"(; give one of ".", "/", "-" and "_")";
        const std::string& destination = relay.mapping[i].destination;
        if (std::ranges::none_of(relay.destination_prefixes, [&](const std::string& prefix) {
                return messaging::has_prefix(destination, prefix);
            }))
            return at + "destination is " + in_quotes(destination) +
                   ", which the broker does not serve; begin it with one of broker.destination_prefixes";
    }
    const auto mapping = relay::DestinationMapping::make(rules_of(relay));
    return mapping.has_error() ? mapping.error().message : std::string();
}

}  // namespace

Result<net::Remote> parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == text.npos) return Error{Errc::conversion, "has no port"};
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    else if (host.find(':') != host.npos)
        return Error{Errc::conversion, "has several colons outside of brackets"};
    if (host.empty() || has_control_character(host)) return Error{Errc::conversion, "has no host"};
    const auto port = parse_number(text.substr(colon + 1));
    if (port.has_error() || *port == 0 || *port > std::numeric_limits<std::uint16_t>::max())
        return Error{Errc::conversion, "has no port from 1 to 65535"};
    return net::Remote{std::string(host), static_cast<std::uint16_t>(*port)};
}

std::string fault_of_prefixes(const StompRelayConfig& relay) {
    const std::array<std::pair<const char*, const std::vector<std::string>*>, 2> lists{
        {{"destination_prefixes", &relay.destination_prefixes}, {"queue_prefixes", &relay.queue_prefixes}}};
    for (const auto& [name, list] : lists)
        for (const std::string& prefix : *list) {
            const bool is_mapped = std::ranges::any_of(relay.mapping, [&](const RelayMappingConfig& rule) {
                return rule.destination == prefix + "/**";
            });
            if (!is_mapped && !relay::is_relayable_prefix(prefix))
                return std::string(name) + " has " + in_quotes(prefix) +
                       R"(, which is no plain name to a broker; write it like "/topic", or give it a mapping)";
        }
    return {};
}

std::string fault_of(const StompRelayConfig& relay) {
    for (const auto& check : {fault_of_address, fault_of_login, fault_of_limits, fault_of_mapping})
        if (std::string fault = check(relay); !fault.empty()) return fault;
    return {};
}

std::vector<relay::MappingRule> rules_of(const StompRelayConfig& relay) {
    std::vector<relay::MappingRule> rules;
    for (const RelayMappingConfig& rule : relay.mapping)
        rules.push_back({rule.destination, rule.broker, rule.joint.empty() ? '\0' : rule.joint.front()});
    return rules;
}

std::vector<net::Remote> remotes_of(const StompRelayConfig& relay) {
    std::vector<net::Remote> remotes;
    for (const std::string& address : relay.addresses) remotes.push_back(parse_address(address).value());
    if (remotes.empty()) remotes.push_back({relay.host, relay.port});
    for (net::Remote& remote : remotes) remote.time_limit = relay.connect_timeout;
    return remotes;
}

std::string passcode_of(const StompRelayConfig& relay) {
    return relay.passcode_file.empty() ? relay.passcode : read_passcode(relay.passcode_file).value();
}

}  // namespace stentor::app
