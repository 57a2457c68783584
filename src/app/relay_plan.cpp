#include "app/relay_plan.hpp"

#include "app/relay_checks.hpp"
#include "app/tls_plan.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace stentor::app {
namespace {

/// What waits to be written is pending publishes, SUBSCRIBEs and UNSUBSCRIBEs, which are few at a time, and
/// an ACK of some 60 bytes for each message of a queue that is not settled.
constexpr std::size_t room_for_others = std::size_t{1024} * 1024;
/// A broker that neither takes nor sends anything is lost after this, where no heart-beats tell it sooner.
constexpr std::chrono::milliseconds longest_write{30'000};

std::string to_text(const net::Remote& remote) {
    const bool is_v6 = remote.host.find(':') != remote.host.npos;
    return (is_v6 ? "[" + remote.host + "]" : remote.host) + ":" + std::to_string(remote.port);
}

}  // namespace

RelayPlan::RelayPlan(const StompRelayConfig& config) {
    std::string fault = fault_of_prefixes(config);
    if (fault.empty()) fault = fault_of(config);
    if (!fault.empty()) throw ConfigError("the broker relay: its " + fault);
    remotes = remotes_of(config);
    const auto tls = tls_context(config.tls);
    for (net::Remote& remote : remotes) remote.tls = tls;
    send = {config.max_pending_bytes + room_for_others, longest_write};
    settings.destination_prefixes = config.destination_prefixes;
    settings.queue_prefixes = config.queue_prefixes;
    settings.mapping = relay::DestinationMapping::make(rules_of(config)).value();
    settings.pending = {config.max_pending, config.max_pending_bytes};
    settings.prefetch = static_cast<std::uint32_t>(config.prefetch);
    settings.upstreams.max_unsettled_bytes = config.max_unsettled_bytes;
    settings.link.addresses.clear();
    for (const net::Remote& remote : remotes) settings.link.addresses.push_back(to_text(remote));
    settings.link.login = config.login;
    settings.link.passcode = passcode_of(config);
    settings.link.virtual_host = config.virtual_host;
    settings.link.heart_beat = {config.heart_beat, config.heart_beat};
    settings.link.connect_timeout = config.connect_timeout;
    settings.link.limits.max_body = config.max_body;
}

void RelayPlan::complete(const broker::Settings& broker) {
    settings.dead_letter_destination = broker.dead_letter_destination;
    settings.upstreams.queue = broker.queue;
    settings.upstreams.queue.max_messages = std::numeric_limits<std::size_t>::max();  // the prefetch
    settings.upstreams.queue.max_bytes = settings.upstreams.max_unsettled_bytes;
    settings.upstreams.topic_backlog = broker.topic_backlog;
    settings.upstreams.max_topic_backlogs_bytes = broker.max_topic_backlogs_bytes;
    settings.upstreams.slow_rules = broker.slow_rules;
}

std::unique_ptr<broker::ExternalBroker> RelayPlan::make(Driver& driver, unsigned shard,
                                                        base::TimerQueue& timers,
                                                        base::Random& random) const {
    relay::Dialer dialer{[this, &driver, shard](std::size_t address, Driver::Connected done) {
                             driver.connect(shard, remotes[address], send, std::move(done));
                         },
                         [&driver](net::Wire& wire, net::WireUser& user) { driver.start_wire(wire, user); }};
    return std::make_unique<relay::StompRelay>(settings, std::move(dialer), timers, random);
}

}  // namespace stentor::app
