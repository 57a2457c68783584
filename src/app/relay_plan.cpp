#include "app/relay_plan.hpp"

#include "relay/destination_mapping.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace stentor::app {
namespace {

/// What waits to be written is pending publishes, and SUBSCRIBEs and UNSUBSCRIBEs, which are few at a time.
constexpr std::size_t room_for_subscriptions = std::size_t{256} * 1024;
/// A broker that neither takes nor sends anything is lost after this, where no heart-beats tell it sooner.
constexpr std::chrono::milliseconds longest_write{30'000};

/// CONNECT has no escapes (STOMP 1.2, "Value Encoding"): what would end a line there is refused here.
void check_header(const std::string& value, const char* what) {
    if (std::ranges::any_of(value, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
        throw ConfigError(std::string("the broker relay's ") + what + " has a control character");
}

void check_prefixes(const std::vector<std::string>& prefixes) {
    for (const std::string& prefix : prefixes)
        if (!relay::is_relayable_prefix(prefix))
            throw ConfigError("broker relay prefix '" + prefix +
                              "': only plain names can be relayed; write it like '/topic'");
}

void check_limits(const StompRelayConfig& config) {
    if (config.connect_timeout.count() <= 0 || config.max_body == 0 || config.max_pending == 0 ||
        config.max_pending_bytes == 0)
        throw ConfigError("the broker relay's limits cannot be 0: it would not mean unlimited");
    if (config.heart_beat.count() < 0) throw ConfigError("the broker relay's heart-beat cannot be negative");
}

}  // namespace

RelayPlan::RelayPlan(const StompRelayConfig& config) {
    if (config.host.empty() || config.port == 0)
        throw ConfigError("the broker relay needs a host and a port, such as 127.0.0.1 and 61613");
    check_header(config.login, "login");
    check_header(config.passcode, "passcode");
    check_header(config.virtual_host, "virtual host");
    check_prefixes(config.destination_prefixes);
    check_prefixes(config.queue_prefixes);
    check_limits(config);

    remotes = {{config.host, config.port, config.connect_timeout}};
    send = {config.max_pending_bytes + room_for_subscriptions, longest_write};
    settings.destination_prefixes = config.destination_prefixes;
    settings.queue_prefixes = config.queue_prefixes;
    settings.pending = {config.max_pending, config.max_pending_bytes};
    settings.link.addresses = {config.host + ":" + std::to_string(config.port)};
    settings.link.login = config.login;
    settings.link.passcode = config.passcode;
    settings.link.virtual_host = config.virtual_host;
    settings.link.heart_beat = {config.heart_beat, config.heart_beat};
    settings.link.connect_timeout = config.connect_timeout;
    settings.link.limits.max_body = config.max_body;
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
