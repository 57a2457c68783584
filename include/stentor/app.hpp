#pragma once

#include "stentor/access.hpp"
#include "stentor/config.hpp"
#include "stentor/detail/authenticate.hpp"
#include "stentor/events.hpp"
#include "stentor/inspection.hpp"
#include "stentor/interceptor.hpp"
#include "stentor/mapping.hpp"
#include "stentor/messenger.hpp"
#include "stentor/nodes.hpp"
#include "stentor/security.hpp"
#include "stentor/session_scope.hpp"
#include "stentor/user_registry.hpp"
#include "stentor/websocket_handler.hpp"

#include <chrono>
#include <concepts>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <typeindex>
#include <utility>
#include <vector>

namespace stentor {

/// What an endpoint serves to SockJS clients. `xhr`, `xhr_streaming`, `eventsource` and, unless switched off,
/// `websocket` always; the others run as scripts or pages of the endpoint's origin and need to be asked for.
struct SockjsOptions {
    bool websocket = true;        ///< also the raw WebSocket at `.../websocket`
    bool jsonp = false;           ///< for browsers without CORS
    bool htmlfile = false;        ///< for Internet Explorer's streaming
    bool iframe = false;          ///< the page in which clients of other origins run their transports
    std::string client_url = {};  ///< where that page loads sockjs-client from: begins with `/` or `http`
    bool cookie_needed = false;   ///< sets JSESSIONID, for load balancers that keep sessions together by it
    bool any_session_id =
        false;  ///< takes session ids that are short or have other characters than [A-Za-z0-9_-]
    /// Binds a session over HTTP to the browser that opened it, by a random cookie STENTOR_SOCKJS; without
    /// it, and for clients that keep no cookies, to the address it was opened from.
    bool session_cookie = true;
    // Each instead of SockjsConfig's:
    std::optional<std::chrono::milliseconds> heartbeat = std::nullopt;
    std::optional<std::chrono::milliseconds> disconnect_delay = std::nullopt;
    std::optional<std::size_t> stream_limit = std::nullopt;
};

/// How clients may open sessions at one path. Belongs to start-up.
class EndpointOptions {
public:
    virtual ~EndpointOptions() = default;
    /// Web origins that may open sessions, besides the endpoint's own ("https://app.example.com"; "*" for
    /// all). Throws ConfigError for anything else.
    virtual EndpointOptions& set_allowed_origins(std::vector<std::string> origins) = 0;
    /// The same with wildcards: "https://*.example.com", "http://localhost:*".
    virtual EndpointOptions& set_allowed_origin_patterns(std::vector<std::string> patterns) = 0;
    /// How clients may say here who they are: names of add_authentication_provider(), "authenticator" for
    /// set_authenticator()'s. All of them unless told otherwise; with an empty list nobody is anybody.
    virtual EndpointOptions& authenticate_by(std::vector<std::string> providers) = 0;
    /// Who may open sessions here, by what the request shows. Of a handler's endpoint: for one that speaks
    /// STOMP, whose clients may say later who they are, there is App::access(). Throws ConfigError.
    virtual EndpointOptions& require(Requirement required) = 0;
    /// Serves the path to SockJS clients too.
    virtual EndpointOptions& with_sockjs(SockjsOptions options = {}) = 0;
};

/// Where a running application listens.
struct Listening {
    std::string address;
    std::uint16_t port = 0;
    std::optional<std::uint16_t> stomp_port;
};

/// A messaging application: what it serves, then run(). Start here.
///
///     stentor::App app;
///     app.enable_simple_broker({"/queue", "/topic"});
///     app.set_application_destination_prefixes({"/app"});
///     app.add_stomp_endpoint("/ws").with_sockjs();
///     app.message_mapping("/hello", greet).send_to("/topic/greeting");
///     return app.run({.port = 8080});
///
/// Everything but stop(), set_access(), messenger() and user_registry() is called by one thread, before run()
/// or start().
class App {
public:
    App();
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    /// Sessions at `path` are the handler's (raw WebSocket, or SockJS).
    EndpointOptions& add_handler(std::string path, std::shared_ptr<WebSocketHandler> handler);
    /// Sessions at `path` speak STOMP.
    EndpointOptions& add_stomp_endpoint(std::string path);
    /// Serves the files below `folder`, all read at start-up.
    void add_resource_handler(std::string path, std::filesystem::path folder);
    void add_resource(std::string path, std::filesystem::path file);

    /// The destinations the built-in broker serves; "/topic" and "/queue" by default.
    void enable_simple_broker(std::vector<std::string> destination_prefixes);
    /// Which of them are queues (each message to exactly one subscriber); those below "/queue" by default.
    /// With none, every destination is broadcast, as by Spring's simple broker.
    void set_queue_prefixes(std::vector<std::string> prefixes);
    /// Lets messages of busy topics wait for more of them, for less work. Of several that match a destination
    /// the first one counts. Throws ConfigError.
    void hold_messages(const HoldConfig& config);
    /// Keeps messages of topics for those who subscribe later. Of several that match a destination the first
    /// one counts. Throws ConfigError.
    void keep_history(const HistoryConfig& config);
    /// Lets subscribers of some topics miss messages while they are slow, rather than be closed. Of several
    /// that match a destination the first one counts. Throws ConfigError.
    void set_slow_consumer_policy(const SlowConsumerConfig& config);
    /// Puts a STOMP broker such as RabbitMQ in the built-in broker's place, shared with other servers. It may
    /// be away, also at the start: what clients are subscribed to lives on, what they send meanwhile is
    /// refused. Throws ConfigError.
    void enable_stomp_broker_relay(const StompRelayConfig& config);
    /// Puts Apache Kafka in the built-in broker's place, shared with other servers (docs/kafka.md). It may be
    /// away, also at the start. Throws ConfigError, also where the library was built without it.
    void enable_kafka_broker(const KafkaConfig& config);
    /// Messages below these go to the mapped functions; "/app" by default.
    void set_application_destination_prefixes(std::vector<std::string> prefixes);

    /// One more way to find out who a client is, asked after those that were there before. A credential that
    /// one of them refuses ends the session, whatever others would say. Throws ConfigError when there is one
    /// of that name.
    void add_authentication_provider(std::string name, std::shared_ptr<AuthenticationProvider> provider);
    /// A provider named "authenticator", for CONNECT's `login` and `passcode`, or HTTP Basic's.
    void set_authenticator(std::shared_ptr<const Authenticator> authenticator);
    /// The same by `function(const Credentials&)`, which returns a std::optional<Principal>, a
    /// std::optional<Authentication>, an AuthenticationAnswer, or as a coroutine (coroutine.hpp) one of
    /// these. Nothing means: refused, if there is a login or a token; otherwise, nobody. Called by all shards
    /// at the same time, for whatever a client shows.
    template <class F>
        requires std::invocable<F&, const Credentials&>
    void set_authenticator(F function) {
        add_authentication_provider("authenticator", detail::provider_of(std::move(function)));
    }

    /// The rules of what clients may do, that are in force when the application starts.
    [[nodiscard]] AccessRules& access();
    /// Other rules, also while it runs. What clients have and may not have by these ends: a subscription,
    /// which its client hears of on its error destination with the code `forbidden`, or a session. Tells how
    /// many of both that were, on all shards, when the rules are in force everywhere. On this server. Any
    /// thread.
    Pending<std::size_t> set_access(AccessRules rules);

    /// Calls `function` for messages sent to a prefix + `pattern`; see mapping.hpp for what it may take and
    /// return.
    template <class F>
    Mapping& message_mapping(std::string pattern, F function) {
        return add_mapping(
            Mapping(Mapping::Kind::message, std::move(pattern), stentor::bind(std::move(function))));
    }
    template <class M, class O>
    Mapping& message_mapping(std::string pattern, M function, O& object) {
        return add_mapping(
            Mapping(Mapping::Kind::message, std::move(pattern), stentor::bind(function, object)));
    }
    /// Calls `function` when a client subscribes to a prefix + `pattern`; the result goes to that
    /// subscription alone.
    template <class F>
    Mapping& subscribe_mapping(std::string pattern, F function) {
        return add_mapping(
            Mapping(Mapping::Kind::subscribe, std::move(pattern), stentor::bind(std::move(function))));
    }
    template <class M, class O>
    Mapping& subscribe_mapping(std::string pattern, M function, O& object) {
        return add_mapping(
            Mapping(Mapping::Kind::subscribe, std::move(pattern), stentor::bind(function, object)));
    }
    /// Calls `function(const E&, ...)` when a mapped function throws an E.
    template <class E, class F>
    ExceptionMapping& exception_handler(F function) {
        return add_exception_handler(ExceptionMapping(stentor::bind_exception<E>(std::move(function))));
    }

    /// Converts payloads and results of these types from and to bodies of that content type: "Quotes and
    /// orders are application/x-protobuf", say. Types that are JSON stay so where nothing else is said; for
    /// others see has_message_converter.
    template <class... T, class C>
    void add_message_converter(std::string content_type, C converter) {
        static_assert(sizeof...(T) > 0,
                      "stentor: add_message_converter<T>(...) names the types that it converts");
        static_assert((MessageConverter<C, T> && ...),
                      "stentor: a message converter has `Result<void> read(std::string_view, T&) const` and "
                      "`std::string write(const T&) const` for each type, which has a default constructor");
        const auto shared = std::make_shared<const C>(std::move(converter));
        (add_converter(bind_converter<T>(content_type, shared)), ...);
    }
    /// Calls `listener(const E&)` for each event of that kind (events.hpp). By several shards at the same
    /// time; what it throws is logged.
    template <Event E, class F>
    void on(F listener) {
        listeners().of<E>().emplace_back(std::move(listener));
    }
    /// Shows every frame of a connected client to `interceptor(InboundFrame&)`, and its CONNECT, before it
    /// has its effect (interceptor.hpp). It returns a Verdict, or nothing when all may pass.
    template <class F>
    void intercept_inbound(F interceptor) {
        interceptors().inbound.emplace_back(detail::verdicts_of<InboundFrame>(std::move(interceptor)));
    }
    /// Shows every MESSAGE for every subscription to `interceptor(OutboundMessage&)`. Costs each delivery a
    /// call.
    template <class F>
    void intercept_outbound(F interceptor) {
        interceptors().outbound.emplace_back(detail::verdicts_of<OutboundMessage>(std::move(interceptor)));
    }
    /// How a session's own T is made, when a function first asks for Scoped<T>: `factory(Session&)` returns a
    /// T, or a std::unique_ptr or std::shared_ptr to one. Called on the session's shard.
    template <class T, class F>
    void session_scope(F factory) {
        set_session_factory(typeid(T), [factory = std::move(factory)](Session& session) {
            return detail::shared_object<T>(factory(session));
        });
    }

    /// Called once, on the caller's thread of run() or start(), when clients can connect.
    void on_listening(std::function<void(const Listening&)> callback);

    /// Called on the thread of run() for each SIGHUP, after certificates and providers have read their files
    /// anew.
    void on_reload(std::function<void()> callback);

    /// Runs until SIGTERM, SIGINT or stop(): then sessions are closed with 1001. Returns the process's exit
    /// code: 0, or 2 when the configuration is wrong, 1 when it could not start; both are logged.
    int run(Config config = {});
    /// Starts in the background. Throws ConfigError or std::system_error.
    void start(Config config = {});
    /// Ends run(), or what start() began. Any thread; waits only when it is start()'s, and then it must not
    /// be called by a handler or a mapped function (std::logic_error on a shard).
    void stop();

    /// Any thread.
    [[nodiscard]] Messenger& messenger();
    [[nodiscard]] UserRegistry& user_registry();
    /// All servers on the same external broker. Any thread.
    [[nodiscard]] Nodes& nodes();
    /// Sessions, destinations and queues as they are now. Any thread.
    [[nodiscard]] Inspector& inspector();

private:
    friend class app::Inside;
    Mapping& add_mapping(Mapping mapping);
    ExceptionMapping& add_exception_handler(ExceptionMapping mapping);
    void add_converter(BoundConverter converter);
    Listeners& listeners();
    Interceptors& interceptors();
    void set_session_factory(std::type_index type, SessionScope::Factory factory);

    std::unique_ptr<app::Inside> inside_;
};

}  // namespace stentor
