#pragma once

#include "net/connection_quota.hpp"
#include "stentor/connections_config.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stentor::app {

/// How many connections were not taken since the start, and why.
struct RefusedConnections {
    std::uint64_t too_many = 0;
    std::uint64_t too_many_of_address = 0;
    std::uint64_t too_fast = 0;
};

/// What is wrong with it, beginning with the setting's name; empty when nothing is.
std::string fault_of(const ConnectionsConfig& connections);

/// Decides which newcomers are taken, and counts and logs those that are not. The listener's thread's own, as
/// the quota in it.
class ConnectionGate {
public:
    /// `descriptors`: how many this process may have.
    ConnectionGate(const ConnectionsConfig& config, std::size_t descriptors, std::uint64_t seed);

    [[nodiscard]] bool admits(const std::string& remote_address, base::TimePoint now,
                              net::ConnectionPlace& place);
    [[nodiscard]] const RefusedConnections& refused() const { return refused_; }
    /// How many there may be.
    [[nodiscard]] std::size_t most() const { return most_; }

private:
    [[nodiscard]] bool counts(const net::IpAddress& address) const;

    const bool count_loopback_;
    std::vector<net::IpRange> trusted_;
    std::size_t most_;
    net::ConnectionQuota quota_;
    RefusedConnections refused_;
};

}  // namespace stentor::app
