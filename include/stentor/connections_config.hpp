#pragma once

#include <boost/describe/class.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace stentor {

/// Who may connect how often. An IPv6 client's address is its network, /64. What is more gets a 503, or is
/// closed where it speaks TLS or STOMP over TCP, and is counted (docs/introspection.md).
struct ConnectionsConfig {
    std::size_t max_connections = 65'536;  ///< of all clients, and no more than the descriptors this process
                                           ///< may have, less 128
    std::size_t per_address = 256;         ///< of one address
    std::size_t new_per_second = 50;       ///< of one address
    std::size_t new_burst = 100;           ///< of those at once
    bool count_loopback = false;  ///< whether the limits for one address hold for 127.0.0.0/8 and ::1, where
                                  ///< a proxy on this machine is one address for all clients
    std::vector<std::string> trusted_proxies =
        {};  ///< addresses and networks, such as "10.0.0.0/8", for which those limits do not hold either
};
BOOST_DESCRIBE_STRUCT(ConnectionsConfig, (),
                      (max_connections, per_address, new_per_second, new_burst, count_loopback,
                       trusted_proxies))

}  // namespace stentor
