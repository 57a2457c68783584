// Tests: tests/flow/startup_test.cpp
#include "app/blueprint.hpp"

#include "app/config_checks.hpp"
#include "app/connection_gate.hpp"
#include "app/shared_login_guard.hpp"
#include "messaging/destination.hpp"
#include "net/ip_address.hpp"
#include "net/system_random.hpp"
#include "net/usable_memory.hpp"
#include "stentor/version.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace stentor::app {
namespace {

using namespace std::chrono_literals;

constexpr unsigned most_shards = 256;

void check_prefixes(const std::vector<std::string>& prefixes, const char* what) {
    for (const std::string& prefix : prefixes)
        if (const auto ok = messaging::check_destination(prefix); ok.has_error())
            throw ConfigError(std::string(what) + " '" + prefix + "': " + ok.error().message +
                              "; write it like '/topic'");
}

void check_deflate(const DeflateConfig& deflate) {
    if (const std::string fault = fault_of(deflate); !fault.empty())
        throw ConfigError("websocket.deflate." + fault);
}

void check_slow_rules(const broker::SlowRules& rules) {
    for (const broker::SlowRule& rule : rules.all)
        for (const std::string& prefix : rules.queue_prefixes)
            if (messaging::has_prefix(rule.destinations.text(), prefix))
                throw ConfigError("the policy for slow consumers: its destination is '" +
                                  rule.destinations.text() +
                                  "'; queues lose nothing, name a topic such as '/topic/prices/**'");
}

template <class F>
auto as_config_error(const std::string& where, F f) {
    try {
        return f();
    } catch (const std::invalid_argument& e) { throw ConfigError(where + ": " + e.what()); }
}

session::StompSettings stomp_settings(const StompConfig& config, const SecurityConfig& security) {
    session::StompSettings settings;
    settings.limits.max_body = config.max_body;
    settings.limits.max_headers = config.max_headers;
    settings.limits.max_header_bytes = config.max_header_bytes;
    settings.limits.max_header_line = config.max_header_line;
    settings.limits.max_first_frame = config.max_first_frame;
    settings.destinations = {config.max_destination, config.max_destination_segments};
    settings.heart_beat = {config.heart_beat_send, config.heart_beat_receive};
    settings.connect_timeout = config.connect_timeout;
    settings.frame_timeout = config.frame_timeout;
    settings.disconnect_timeout = config.disconnect_timeout;
    settings.max_subscriptions = config.max_subscriptions;
    settings.max_wildcard_subscriptions = config.max_wildcard_subscriptions;
    settings.max_id = config.max_id;
    settings.max_receipts = config.max_receipts;
    settings.frames_per_turn = config.frames_per_turn;
    settings.rate = {config.max_frames_per_second, config.max_frame_burst};
    settings.acks = {config.prefetch, config.max_prefetch, config.max_unacknowledged_bytes,
                     config.ack_timeout};
    settings.transactions = {config.max_transactions, config.max_transaction_frames,
                             config.max_transaction_bytes, config.transaction_timeout};
    settings.max_temp_queues = config.max_temp_queues;
    settings.selectors = config.selectors;
    settings.logins = {security.anonymous, security.renewal_destination, security.csrf_header};
    return settings;
}

/// Nobody is let wait so long that his connection would be ended before the answer.
security::FailedLogins::Limits login_limits(const Config& config) {
    const LoginsConfig& logins = config.security.logins;
    const auto most = std::min(config.stomp.connect_timeout, config.http.head_timeout) / 2;
    return {logins.free_failures,
            logins.first_delay,
            logins.longest_delay,
            std::min(logins.longest_login_delay, most),
            std::min(logins.longest_wait, most),
            logins.max_waiting,
            logins.max_checks_per_address};
}

/// Attempts that come through a proxy are not counted by its address.
security::FailedLogins::IsEverybodys is_proxy(const ConnectionsConfig& config) {
    std::vector<net::IpRange> trusted;
    for (const std::string& proxy : config.trusted_proxies)
        if (const auto range = net::IpRange::parse(proxy)) trusted.push_back(*range);
    if (trusted.empty()) return {};
    return [trusted = std::move(trusted)](std::string_view host) {
        const auto address = net::IpAddress::parse(host);
        return address && std::ranges::any_of(
                              trusted, [&](const net::IpRange& range) { return range.contains(*address); });
    };
}

std::vector<std::byte> csrf_key(const SecurityConfig& security) {
    std::vector<std::byte> key(32);
    if (security.csrf_key_file.empty()) {
        net::SystemRandom().fill(key);
        return key;
    }
    std::ifstream in(security.csrf_key_file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || text.size() < key.size())
        throw ConfigError("security.csrf_key_file is '" + security.csrf_key_file +
                          "', which is no file of 32 bytes or more; make one with: openssl rand 32");
    const auto bytes = std::as_bytes(std::span(text));
    key.assign(bytes.begin(), bytes.end());
    return key;
}

bool is_loopback(const std::string& address) {
    return address.starts_with("127.") || address == "::1" || address == "localhost";
}

/// A server that everybody can reach and that asks nobody is a choice to be made in words.
void check_exposure(const Config& config, bool asks_nobody) {
    if (!asks_nobody || config.security.anonymous || is_loopback(config.address)) return;
    if (config.tls.client_certificates == "required") return;
    throw ConfigError("address is '" + config.address +
                      "', which others can reach, and nothing asks who they are; add a way for them to log "
                      "in, or set security.anonymous to true");
}

NodePlan node_plan(const NodesConfig& config) {
    net::SystemRandom random;
    return {config.group,
            base::random_id(random),
            {config.beat, config.silence, config.batch_time, config.batch_size, config.answer_timeout,
             config.max_nodes, config.max_users, config.max_user_name, config.max_questions,
             config.max_letter, config.max_list_part}};
}

}  // namespace

EndpointPlan::EndpointPlan(std::string at, std::shared_ptr<WebSocketHandler> by)
    : path(std::move(at)), handler(std::move(by)) {
    if (const auto ok = messaging::check_destination(path); ok.has_error())
        throw ConfigError("endpoint '" + path + "': " + ok.error().message + "; write it like '/ws'");
}

EndpointOptions& EndpointPlan::set_allowed_origins(std::vector<std::string> list) {
    listed_origins.insert(listed_origins.end(), list.begin(), list.end());
    as_config_error("endpoint '" + path + "'", [&] { origins->set_allowed_origins(std::move(list)); });
    return *this;
}

EndpointOptions& EndpointPlan::set_allowed_origin_patterns(std::vector<std::string> list) {
    listed_origins.insert(listed_origins.end(), list.begin(), list.end());
    as_config_error("endpoint '" + path + "'",
                    [&] { origins->set_allowed_origin_patterns(std::move(list)); });
    return *this;
}

EndpointOptions& EndpointPlan::authenticate_by(std::vector<std::string> names) {
    authenticated_by = std::move(names);
    return *this;
}

EndpointOptions& EndpointPlan::require(Requirement who) {
    if (!handler)
        throw ConfigError("endpoint '" + path + "' speaks STOMP; say by App::access() who may connect there");
    required = std::move(who);
    return *this;
}

EndpointOptions& EndpointPlan::with_sockjs(SockjsOptions options) {
    if (options.iframe && !options.client_url.starts_with('/') && !options.client_url.starts_with("http"))
        throw ConfigError("endpoint '" + path +
                          "': the SockJS iframe needs a client_url that begins with / or http");
    if (options.heartbeat.value_or(1ms) <= 0ms || options.disconnect_delay.value_or(1ms) <= 0ms)
        throw ConfigError("endpoint '" + path +
                          "': the SockJS heartbeat and disconnect_delay are longer than 0");
    sockjs = std::move(options);
    return *this;
}

broker::SlowRule slow_rule(const SlowConsumerConfig& config) {
    using broker::SlowPolicy;
    SlowPolicy policy = SlowPolicy::close;
    if (config.policy == "drop_oldest") policy = SlowPolicy::drop_oldest;
    if (config.policy == "conflate") policy = SlowPolicy::conflate;
    return {messaging::DestinationPattern::parse(config.destination).value(), policy, config.key,
            config.max_messages, config.max_bytes};
}

void Blueprint::add_provider(std::string name, std::shared_ptr<AuthenticationProvider> provider) {
    if (!provider) throw ConfigError("the authentication provider '" + name + "' is null");
    if (std::ranges::find(named_providers, name, &NamedProvider::name) != named_providers.end())
        throw ConfigError("there are two authentication providers '" + name +
                          "'; give one of them another name");
    named_providers.push_back({std::move(name), std::move(provider)});
}

security::Providers Blueprint::providers_of(const EndpointPlan& plan) const {
    if (!plan.authenticated_by) return providers;
    security::Providers chosen;
    for (const std::string& name : *plan.authenticated_by) {
        const auto found = std::ranges::find(named_providers, name, &NamedProvider::name);
        if (found == named_providers.end())
            throw ConfigError("endpoint '" + plan.path + "': there is no authentication provider '" + name +
                              "'; add it, or leave the name out");
        chosen.push_back(found->provider);
    }
    return chosen;
}

void Blueprint::complete(Config with) {
    config = std::move(with);
    check_prefixes(broker.destination_prefixes, "broker prefix");
    check_prefixes(broker.queue_prefixes, "queue prefix");
    check_prefixes(hub.application_destination_prefixes, "application prefix");
    check_deflate(config.websocket.deflate);
    if (const std::string fault = fault_of(config.connections); !fault.empty())
        throw ConfigError("connections." + fault);
    if (const std::string fault = fault_of(config.memory); !fault.empty())
        throw ConfigError("memory." + fault);
    if (config.memory.budget == std::size_t{0})
        config.memory.budget = std::max(smallest_budget, net::usable_memory() / 2);
    if (const std::string fault = fault_of(config.security); !fault.empty())
        throw ConfigError("security." + fault);
    if (const std::string fault = fault_of(config.nodes); !fault.empty()) throw ConfigError("nodes." + fault);
    if (external)
        if (const std::string fault = fault_of(config.nodes, external->room()); !fault.empty())
            throw ConfigError("nodes." + fault);
    if (const std::string fault = fault_of(config.security.logins); !fault.empty())
        throw ConfigError("security.logins." + fault);
    for (auto own = endpoints.begin(); own != endpoints.end(); ++own)
        if (std::any_of(endpoints.begin(), own,
                        [&](const EndpointPlan& other) { return other.path == own->path; }))
            throw ConfigError("endpoint '" + own->path +
                              "' is registered twice; give one of them another path");
    providers.clear();
    for (const NamedProvider& named : named_providers) providers.push_back(named.provider);
    for (EndpointPlan& plan : endpoints) {
        plan.providers = providers_of(plan);
        if (plan.providers.empty() && !config.security.anonymous && is_loopback(config.address) &&
            config.tls.client_certificates != "required")
            plan.origins->require_known_host();
    }
    csrf = config.security.csrf ? std::make_shared<const security::CsrfTokens>(csrf_key(config.security))
                                : nullptr;
    check_exposure(config, providers.empty());
    user_quota = std::make_shared<SharedUserQuota>(config.security.max_sessions_per_user);
    auto built = controller::Router::build(mappings, exception_handlers, controllers, converters);
    if (built.has_error()) throw ConfigError(built.error().message);
    router = std::move(*built);

    std::array<std::byte, sizeof(std::uint64_t)> seed;
    net::SystemRandom().fill(seed);
    sockjs_quota = std::make_shared<transport::SockjsQuota>(
        transport::SockjsQuota::Limits{config.sockjs.max_sessions, config.sockjs.session_rate,
                                       config.sockjs.session_burst},
        std::bit_cast<std::uint64_t>(seed));
    login_guard = std::make_shared<SharedLoginGuard>(login_limits(config), std::bit_cast<std::uint64_t>(seed),
                                                     is_proxy(config.connections));
    node = external && config.nodes.enabled ? std::optional(node_plan(config.nodes)) : std::nullopt;
    memory_ledger = config.memory.budget ? std::make_shared<MemoryLedger>(most_shards) : nullptr;
    broker.queue = {config.queue.max_messages, config.queue.max_bytes, config.queue.delivery_limit,
                    config.queue.redelivery_delay, config.queue.max_redelivery_delay};
    broker.topic_backlog = {config.queue.max_topic_backlog, config.queue.max_topic_backlog_bytes,
                            config.queue.delivery_limit, config.queue.redelivery_delay,
                            config.queue.max_redelivery_delay};
    broker.max_topic_backlogs_bytes = config.queue.max_topic_backlogs_bytes;
    broker.replay = {config.queue.max_replay, config.queue.max_replay_bytes};
    broker.slow_rules.queue_prefixes = external ? external->queue_prefixes() : broker.queue_prefixes;
    check_slow_rules(broker.slow_rules);
    broker.slow_rules.rest.max_messages = config.queue.max_topic_backlog;
    broker.slow_rules.rest.max_bytes = config.queue.max_topic_backlog_bytes;
    broker.in_runs = true;
    hub.replies_through_broker = !external;
    broker.dead_letter_destination = config.queue.dead_letter_destination;
    if (external) external->complete(broker);
    hub.user_messages = config.stomp.user_messages;
    session::Hooks hooks = std::move(stomp.hooks);
    stomp = stomp_settings(config.stomp, config.security);
    stomp.hooks = std::move(hooks);
    stomp.tells_denied = config.security.denied == "tell";
    stomp.hold_back = config.send.buffer_limit / 2;
    stomp.slow_rules = broker.slow_rules;
    stomp.slow_rules.rest.max_bytes = config.send.buffer_limit;
    stomp.server = std::string("stentor/") + version();
}

transport::SockjsSettings Blueprint::sockjs_settings(const EndpointPlan& plan) const {
    transport::SockjsSettings settings;
    const SockjsOptions& options = *plan.sockjs;
    settings.websocket = options.websocket;
    settings.jsonp = options.jsonp;
    settings.htmlfile = options.htmlfile;
    settings.iframe = options.iframe;
    settings.client_url = options.client_url;
    settings.frame_ancestors = plan.listed_origins;
    settings.cookie_needed = options.cookie_needed;
    settings.strict_ids = !options.any_session_id;
    settings.session_cookie = options.session_cookie;
    settings.heartbeat = options.heartbeat.value_or(config.sockjs.heartbeat);
    settings.disconnect_delay = options.disconnect_delay.value_or(config.sockjs.disconnect_delay);
    settings.stream_limit = options.stream_limit.value_or(config.sockjs.stream_limit);
    settings.buffer_limit = config.sockjs.buffer_limit;
    settings.max_buffered = config.sockjs.max_buffered;
    settings.max_messages = config.sockjs.max_messages;
    return settings;
}

websocket::DeflateSettings Blueprint::deflate_settings() const {
    const DeflateConfig& own = config.websocket.deflate;
    return {own.enabled,
            own.server_no_context_takeover,
            own.client_no_context_takeover,
            static_cast<int>(own.max_window_bits),
            own.min_size,
            static_cast<int>(own.level)};
}

transport::Timeouts Blueprint::timeouts() const {
    return {config.http.head_timeout, config.http.keep_alive_timeout, config.websocket.ping_interval,
            config.websocket.pong_timeout, config.websocket.close_timeout};
}

http::Limits Blueprint::http_limits() const {
    return {.max_head = config.http.max_head,
            .max_line = config.http.max_header_line,
            .max_target = config.http.max_uri,
            .max_fields = config.http.max_headers,
            .max_body = config.http.max_body};
}

base::MemoryMarks Blueprint::memory_marks() const {
    return {config.memory.budget.value_or(0), config.memory.slow_publishers, config.memory.refuse_connections,
            config.memory.close_consumers};
}

transport::ConnectionRules Blueprint::connection_rules() const {
    return {.max_requests = config.http.max_requests,
            .max_pipelined = config.http.max_pipelined,
            .max_pipelined_bytes = config.http.max_pipelined_bytes,
            .min_body_rate = std::max<std::size_t>(config.http.min_body_rate, 1),
            .body_grace = config.http.body_grace,
            .strict_transport_security = config.tls.strict_transport_security};
}

}  // namespace stentor::app
