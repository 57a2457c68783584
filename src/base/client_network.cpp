#include "base/client_network.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <optional>

namespace stentor::base {
namespace {

std::optional<in6_addr> ipv6(std::string_view address) {
    if (!address.starts_with('[') || !address.ends_with(']')) return std::nullopt;
    const std::string_view inside = address.substr(1, address.size() - 2);
    const std::string text(inside.substr(0, inside.find('%')));  // without the interface
    in6_addr parsed{};
    if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return std::nullopt;
    return parsed;
}

}  // namespace

std::string_view without_port(std::string_view address) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string_view::npos || address.ends_with(']')) return address;
    return address.substr(0, colon);
}

std::string client_network(std::string_view address) {
    const auto parsed = ipv6(address);
    if (!parsed) return std::string(address);
    const std::size_t size = IN6_IS_ADDR_V4MAPPED(&*parsed) ? 16 : 8;
    return {reinterpret_cast<const char*>(&*parsed), size};
}

bool is_loopback(std::string_view address) {
    if (const auto parsed = ipv6(address))
        return IN6_IS_ADDR_LOOPBACK(&*parsed) ||
               (IN6_IS_ADDR_V4MAPPED(&*parsed) && parsed->s6_addr[12] == 127);
    return address.starts_with("127.");
}

}  // namespace stentor::base
