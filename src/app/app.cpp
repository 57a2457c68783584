// Tests: tests/flow/server_flow_test.cpp
#include "stentor/app.hpp"

#include "app/config_checks.hpp"
#include "app/inside.hpp"
#include "app/kafka_plan.hpp"
#include "app/pending_answer.hpp"
#include "app/relay_plan.hpp"
#include "base/log.hpp"
#include "security/login_provider.hpp"

#include <exception>
#include <stdexcept>
#include <utility>

namespace stentor {
namespace app {

namespace {

hub::Gatekeeper::Policy policy_of(const AccessRules& rules) {
    if (rules.empty()) return nullptr;
    return std::make_shared<const security::AccessPolicy>(rules);
}

}  // namespace

bool Inside::on_a_shard(std::function<void(Shard&)> task) {
    const std::lock_guard lock(mutex);  // keeps the server from ending meanwhile
    if (!server) return false;
    server->post_to(server->here().value_or(0), std::move(task));
    return true;
}

bool Inside::is_on_a_shard() {
    const std::lock_guard lock(mutex);
    return server && server->here();
}

void Inside::start(Config config) {
    {
        const std::lock_guard lock(mutex);
        if (server) throw ConfigError("the application runs already; stop() it first");
    }
    blueprint.complete(std::move(config));
    {
        const std::lock_guard lock(mutex);
        blueprint.access = {access_number, policy_of(access)};
    }
    const std::shared_ptr<Driver> made = make_driver(blueprint);
    made->start();
    const Listening listening = made->listening();
    std::optional<AccessRules> newer;
    {
        const std::lock_guard lock(mutex);
        server = made;
        if (access_number != blueprint.access.number) newer = access;
    }
    if (newer) set_access(std::move(*newer));
    if (on_listening) on_listening(listening);
}

/// Two that come at the same time reach shards in any order: the number tells which is the later.
Pending<std::size_t> Inside::set_access(AccessRules rules) {
    AccessInForce now{0, policy_of(rules)};
    {
        const std::lock_guard lock(mutex);
        access = std::move(rules);
        now.number = ++access_number;
    }
    return ask_for<std::size_t>(
        *this, [now](Shard& shard) { return shard.set_access(now); }, sum_of);
}

void Inside::stop_server() {
    std::shared_ptr<Driver> ending;
    {
        const std::lock_guard lock(mutex);
        if (server && server->here())
            throw std::logic_error("stop() cannot wait for the thread it is called on; call it from another");
        ending = std::exchange(server, nullptr);
    }
    if (ending) ending->stop();
}

void Inside::reload() {
    {
        const std::lock_guard lock(mutex);
        if (server) server->reload();
    }
    for (const NamedProvider& named : blueprint.named_providers) named.provider->reload();
    for (const auto& callback : on_reload) callback();
}

}  // namespace app

App::App() : inside_(std::make_unique<app::Inside>()) {}

App::~App() { inside_->stop_server(); }

EndpointOptions& App::add_handler(std::string path, std::shared_ptr<WebSocketHandler> handler) {
    if (!handler) throw ConfigError("endpoint '" + path + "' has no handler");
    return inside_->blueprint.endpoints.emplace_back(std::move(path), std::move(handler));
}

EndpointOptions& App::add_stomp_endpoint(std::string path) {
    return inside_->blueprint.endpoints.emplace_back(std::move(path), nullptr);
}

void App::add_resource_handler(std::string path, std::filesystem::path folder) {
    try {
        inside_->blueprint.resources->add_folder(path, folder);
    } catch (const std::exception& e) { throw ConfigError("resources at '" + path + "': " + e.what()); }
}

void App::add_resource(std::string path, std::filesystem::path file) {
    try {
        inside_->blueprint.resources->add_file(path, file);
    } catch (const std::exception& e) { throw ConfigError("resource at '" + path + "': " + e.what()); }
}

void App::enable_simple_broker(std::vector<std::string> destination_prefixes) {
    inside_->blueprint.broker.destination_prefixes = std::move(destination_prefixes);
    inside_->blueprint.external.reset();
}

void App::set_queue_prefixes(std::vector<std::string> prefixes) {
    inside_->blueprint.broker.queue_prefixes = std::move(prefixes);
}

void App::hold_messages(const HoldConfig& config) {
    if (const std::string fault = app::fault_of(config); !fault.empty())
        throw ConfigError("the hold of messages: its " + fault);
    inside_->blueprint.broker.holds.push_back(
        {messaging::DestinationPattern::parse(config.destination).value(), config.hold, config.max_messages,
         config.max_bytes});
}

void App::keep_history(const HistoryConfig& config) {
    if (const std::string fault = app::fault_of(config, inside_->blueprint.broker.queue_prefixes);
        !fault.empty())
        throw ConfigError("the history of messages: its " + fault);
    inside_->blueprint.broker.histories.push_back(
        {messaging::DestinationPattern::parse(config.destination).value(), config.messages, config.bytes,
         config.max_age, config.max_destinations, config.max_total_bytes});
}

void App::set_slow_consumer_policy(const SlowConsumerConfig& config) {
    if (const std::string fault = app::fault_of(config); !fault.empty())
        throw ConfigError("the policy for slow consumers: its " + fault);
    inside_->blueprint.broker.slow_rules.all.push_back(app::slow_rule(config));
}

void App::enable_stomp_broker_relay(const StompRelayConfig& config) {
    inside_->blueprint.external = std::make_shared<app::RelayPlan>(config);
}

void App::enable_kafka_broker(const KafkaConfig& config) {
    inside_->blueprint.external = std::make_shared<app::KafkaPlan>(config);
}

void App::set_application_destination_prefixes(std::vector<std::string> prefixes) {
    inside_->blueprint.hub.application_destination_prefixes = std::move(prefixes);
}

void App::set_authenticator(std::shared_ptr<const Authenticator> authenticator) {
    add_authentication_provider("authenticator",
                                std::make_shared<security::LoginProvider>(std::move(authenticator)));
}

void App::add_authentication_provider(std::string name, std::shared_ptr<AuthenticationProvider> provider) {
    inside_->blueprint.add_provider(std::move(name), std::move(provider));
}

AccessRules& App::access() { return inside_->access; }

Pending<std::size_t> App::set_access(AccessRules rules) { return inside_->set_access(std::move(rules)); }

Mapping& App::add_mapping(Mapping mapping) {
    return inside_->blueprint.mappings.emplace_back(std::move(mapping));
}

ExceptionMapping& App::add_exception_handler(ExceptionMapping mapping) {
    return inside_->blueprint.exception_handlers.emplace_back(std::move(mapping));
}

void App::add_converter(BoundConverter converter) { inside_->blueprint.converters.add(std::move(converter)); }

Listeners& App::listeners() { return inside_->blueprint.stomp.hooks.listeners; }

Interceptors& App::interceptors() { return inside_->blueprint.stomp.hooks.interceptors; }

void App::set_session_factory(std::type_index type, SessionScope::Factory factory) {
    inside_->blueprint.scope.set(type, std::move(factory));
}

void App::on_listening(std::function<void(const Listening&)> callback) {
    inside_->on_listening = std::move(callback);
}

void App::on_reload(std::function<void()> callback) { inside_->on_reload.push_back(std::move(callback)); }

void App::start(Config config) { inside_->start(std::move(config)); }

int App::run(Config config) {
    {
        const bool reloads = !config.tls.certificate.empty() || !inside_->blueprint.named_providers.empty() ||
                             !inside_->on_reload.empty();
        auto signal = std::make_unique<net::StopSignal>(reloads);
        const std::lock_guard lock(inside_->mutex);
        inside_->stop_signal = std::move(signal);
    }
    int exit_code = 0;
    try {
        inside_->start(std::move(config));
        while (!inside_->stop_signal->wait()) inside_->reload();
    } catch (const ConfigError& e) {
        log::error("wrong_configuration", {{"reason", e.what()}});
        exit_code = 2;
    } catch (const std::exception& e) {
        log::error("cannot_start", {{"reason", e.what()}});
        exit_code = 1;
    }
    inside_->stop_server();
    const std::lock_guard lock(inside_->mutex);
    inside_->stop_signal.reset();
    return exit_code;
}

void App::stop() {
    {
        const std::lock_guard lock(inside_->mutex);
        if (inside_->stop_signal) return inside_->stop_signal->raise();
    }
    inside_->stop_server();
}

Messenger& App::messenger() { return inside_->messenger; }

UserRegistry& App::user_registry() { return inside_->user_registry; }
Nodes& App::nodes() { return inside_->nodes; }
Inspector& App::inspector() { return inside_->inspector; }

}  // namespace stentor
