#pragma once

#include "app/external_plan.hpp"
#include "app/memory_ledger.hpp"
#include "app/node_plan.hpp"
#include "app/shared_user_quota.hpp"
#include "broker/simple_broker.hpp"
#include "hub/hub.hpp"
#include "security/authentication_manager.hpp"
#include "security/csrf_tokens.hpp"
#include "security/login_guard.hpp"
#include "security/origin.hpp"
#include "session/stomp_session.hpp"
#include "stentor/app.hpp"
#include "stentor/session_scope.hpp"
#include "transport/site.hpp"
#include "transport/sockjs_quota.hpp"

#include <deque>
#include <memory>
#include <string>

namespace stentor::app {

/// One endpoint as registered.
class EndpointPlan final : public EndpointOptions {
public:
    explicit EndpointPlan(std::string at, std::shared_ptr<WebSocketHandler> by);

    EndpointOptions& set_allowed_origins(std::vector<std::string> origins) override;
    EndpointOptions& set_allowed_origin_patterns(std::vector<std::string> patterns) override;
    EndpointOptions& authenticate_by(std::vector<std::string> names) override;
    EndpointOptions& require(Requirement who) override;
    EndpointOptions& with_sockjs(SockjsOptions options) override;

    std::string path;
    std::shared_ptr<WebSocketHandler> handler;  ///< null: sessions speak STOMP
    std::shared_ptr<security::OriginPolicy> origins = std::make_shared<security::OriginPolicy>();
    std::vector<std::string> listed_origins;  ///< and patterns: who may frame the iframe page
    std::optional<std::vector<std::string>> authenticated_by;  ///< nothing: all there are
    security::Providers providers;                             ///< those; there when the application starts
    std::optional<Requirement> required;                       ///< of who opens a session; nothing: nothing
    std::optional<SockjsOptions> sockjs;
};

/// The rules that are in force, and how many there were before.
struct AccessInForce {
    std::uint64_t number = 0;
    hub::Gatekeeper::Policy policy = nullptr;
};

struct NamedProvider {
    std::string name;
    std::shared_ptr<AuthenticationProvider> provider;
};

/// As configured, without a fault.
broker::SlowRule slow_rule(const SlowConsumerConfig& config);

/// All that was registered, and the settings of every shard. Immutable once the application runs.
struct Blueprint {
    Config config;
    std::deque<EndpointPlan> endpoints;
    std::deque<Mapping> mappings;
    std::deque<ExceptionMapping> exception_handlers;
    std::deque<MappingGroup> controllers;
    Converters converters;
    std::shared_ptr<transport::Resources> resources = std::make_shared<transport::Resources>();
    broker::Settings broker;
    std::vector<NamedProvider> named_providers;
    security::Providers providers;                     ///< all of them, for STOMP over TCP
    std::shared_ptr<SharedUserQuota> user_quota;       ///< shared by the shards
    std::shared_ptr<const security::CsrfTokens> csrf;  ///< null: nobody needs them
    std::shared_ptr<ExternalPlan> external;            ///< null: the built-in broker
    std::optional<NodePlan> node;                      ///< where other servers may share it
    AccessInForce access;                              ///< at the start
    hub::Settings hub;
    session::StompSettings stomp;
    SessionScope scope;
    std::optional<controller::Router> router;
    std::shared_ptr<transport::SockjsQuota> sockjs_quota;  ///< shared by the shards
    std::shared_ptr<security::LoginGuard> login_guard;     ///< theirs as well
    std::shared_ptr<MemoryLedger> memory_ledger;           ///< theirs too; null: there is no budget

    /// Takes the configuration over and checks everything. Throws ConfigError.
    void complete(Config with);
    /// Of those names; of all when there are none. Throws ConfigError.
    [[nodiscard]] security::Providers providers_of(const EndpointPlan& plan) const;
    void add_provider(std::string name, std::shared_ptr<AuthenticationProvider> provider);
    [[nodiscard]] transport::SockjsSettings sockjs_settings(const EndpointPlan& plan) const;
    [[nodiscard]] transport::Timeouts timeouts() const;
    [[nodiscard]] websocket::DeflateSettings deflate_settings() const;
    [[nodiscard]] http::Limits http_limits() const;
    [[nodiscard]] transport::ConnectionRules connection_rules() const;
    [[nodiscard]] base::MemoryMarks memory_marks() const;
};

}  // namespace stentor::app
