#pragma once

#include "net/connector.hpp"
#include "relay/destination_mapping.hpp"
#include "stentor/relay_config.hpp"
#include "stentor/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::app {

/// What is wrong with it, beginning with the name of the setting; empty when nothing is. Reads the file of
/// the passcode, and never tells what it holds.
std::string fault_of(const StompRelayConfig& relay);
/// The same of its prefixes.
std::string fault_of_prefixes(const StompRelayConfig& relay);

/// "broker.internal:61613", "[::1]:61613".
Result<net::Remote> parse_address(std::string_view text);

/// As configured, with a fault or without.
std::vector<relay::MappingRule> rules_of(const StompRelayConfig& relay);

// Of a configuration without a fault:

/// Where the brokers are, at least one.
std::vector<net::Remote> remotes_of(const StompRelayConfig& relay);
std::string passcode_of(const StompRelayConfig& relay);

}  // namespace stentor::app
