// Tests: tests/unit/app/connection_gate_test.cpp
#include "app/connection_gate.hpp"

#include "app/config_text.hpp"
#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace stentor::app {
namespace {

/// For brokers, files, the log, and for what each shard has.
constexpr std::size_t kept_descriptors = 128;

/// Where few are allowed at all, half of them.
std::size_t most_connections(std::size_t wanted, std::size_t descriptors) {
    const std::size_t possible =
        descriptors > 2 * kept_descriptors ? descriptors - kept_descriptors : descriptors / 2;
    return std::min(wanted, std::max<std::size_t>(possible, 1));
}

}  // namespace

std::string fault_of(const ConnectionsConfig& connections) {
    const std::array<std::pair<const char*, std::size_t>, 4> sizes{
        {{"max_connections", connections.max_connections},
         {"per_address", connections.per_address},
         {"new_per_second", connections.new_per_second},
         {"new_burst", connections.new_burst}}};
    for (const auto& [name, size] : sizes)
        if (size == 0)
            return std::string(name) + " is 0, which would not mean unlimited; give a larger number";
    for (const std::string& proxy : connections.trusted_proxies)
        if (!net::IpRange::parse(proxy))
            return "trusted_proxies has " + in_quotes(proxy) +
                   R"(; give addresses and networks such as "10.1.2.3" or "10.0.0.0/8")";
    return {};
}

ConnectionGate::ConnectionGate(const ConnectionsConfig& config, std::size_t descriptors, std::uint64_t seed)
    : count_loopback_(config.count_loopback),
      most_(most_connections(config.max_connections, descriptors)),
      quota_({most_, config.per_address, config.new_per_second, config.new_burst}, seed) {
    for (const std::string& proxy : config.trusted_proxies)
        if (const auto range = net::IpRange::parse(proxy)) trusted_.push_back(*range);
}

bool ConnectionGate::counts(const net::IpAddress& address) const {
    if (!count_loopback_ && address.is_loopback()) return false;
    return std::none_of(trusted_.begin(), trusted_.end(),
                        [&](const net::IpRange& range) { return range.contains(address); });
}

bool ConnectionGate::admits(const std::string& remote_address, base::TimePoint now,
                            net::ConnectionPlace& place) {
    using Answer = net::ConnectionQuota::Answer;
    std::optional<net::IpAddress> address = net::IpAddress::parse(remote_address);
    if (address && !counts(*address)) address.reset();
    const char* reason = nullptr;
    switch (quota_.take(address, now, place)) {
        case Answer::granted: return true;
        case Answer::too_many:
            ++refused_.too_many;
            reason = "max_connections";
            break;
        case Answer::too_many_of_address:
            ++refused_.too_many_of_address;
            reason = "per_address";
            break;
        case Answer::too_fast:
            ++refused_.too_fast;
            reason = "new_per_second";
            break;
    }
    log::warning("connection_refused", {{"peer", remote_address}, {"limit", reason}});
    return false;
}

}  // namespace stentor::app
