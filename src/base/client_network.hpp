#pragma once

#include <string>
#include <string_view>

namespace stentor::base {

/// An address without its port: "192.0.2.1:40000" -> "192.0.2.1", "[2001:db8::1]:40000" -> "[2001:db8::1]".
std::string_view without_port(std::string_view address);

/// What one client holds of addresses: an IPv4 address, or the 64 bits of an IPv6 address that name its
/// network. `address` has no port. Equal for the same client; not meant to be read.
std::string client_network(std::string_view address);

/// Whether the peer is on this machine: a proxy in front of the server may be, and then it is everybody.
bool is_loopback(std::string_view address);

}  // namespace stentor::base
