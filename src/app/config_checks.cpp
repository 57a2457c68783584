#include "app/config_checks.hpp"

#include "app/access_settings.hpp"
#include "app/config_text.hpp"
#include "app/connection_gate.hpp"
#include "app/identity_checks.hpp"
#include "app/kafka_plan.hpp"
#include "app/relay_checks.hpp"
#include "messaging/destination.hpp"
#include "messaging/destination_pattern.hpp"
#include "security/origin.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace stentor::app {
namespace {

constexpr std::chrono::milliseconds longest_hold{1'000};
constexpr std::size_t longest_group = 64;
constexpr std::size_t smallest_letter = 4 * 1024;
constexpr std::size_t letter_frame = 1024;  ///< more than what is around a letter on its way

/// What is checked, with the places of its settings.
struct Checked {
    const ServerConfig& config;
    const Sources& sources;

    /// `setting` is a path, or the beginning of one that names an entry of a list of tables.
    [[noreturn]] void refuse(const std::string& setting, const std::string& what) const {
        auto source = sources.find(setting);
        if (source == sources.end()) source = sources.find(setting.substr(0, setting.rfind('.')));
        throw ConfigError((source == sources.end() ? "" : source->second + ": ") + setting + " " + what);
    }
};

void check_path(const Checked& checked, const std::string& setting, const std::string& path,
                const std::string& example) {
    if (path.empty()) checked.refuse(setting, "is missing; add one such as \"" + example + "\"");
    if (const auto ok = messaging::check_destination(path); ok.has_error())
        checked.refuse(setting, "is " + in_quotes(path) + ": " + ok.error().message + "; write it like \"" +
                                    example + "\"");
}

void check_prefixes(const Checked& checked, const std::string& setting,
                    const std::vector<std::string>& prefixes, const std::string& example) {
    for (const std::string& prefix : prefixes)
        if (const auto ok = messaging::check_destination(prefix); ok.has_error())
            checked.refuse(setting, "has " + in_quotes(prefix) + ": " + ok.error().message +
                                        "; write it like \"" + example + "\"");
}

void check_type(const Checked& checked, const std::string& setting, const std::string& type,
                const std::string& only) {
    if (type != only)
        checked.refuse(setting, "is " + in_quotes(type) + "; the only choice is \"" + only + "\"");
}

template <class F>
void check_origins(const Checked& checked, const std::string& setting, F set) {
    try {
        set();
    } catch (const std::invalid_argument& e) {
        checked.refuse(setting, std::string("has an entry that is wrong: ") + e.what() +
                                    "; write it like \"https://app.example.com\"");
    }
}

void check_endpoints(const Checked& checked) {
    const std::vector<EndpointConfig>& endpoints = checked.config.endpoint;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        const EndpointConfig& endpoint = endpoints[i];
        const std::string entry = "endpoint[" + std::to_string(i) + "].";
        check_path(checked, entry + "path", endpoint.path, "/stomp");
        check_type(checked, entry + "type", endpoint.type, "stomp");
        security::OriginPolicy policy;
        check_origins(checked, entry + "allowed_origins",
                      [&] { policy.set_allowed_origins(endpoint.allowed_origins); });
        check_origins(checked, entry + "allowed_origin_patterns",
                      [&] { policy.set_allowed_origin_patterns(endpoint.allowed_origin_patterns); });
        if (std::any_of(endpoints.begin(), endpoints.begin() + static_cast<std::ptrdiff_t>(i),
                        [&](const EndpointConfig& other) { return other.path == endpoint.path; }))
            checked.refuse(entry + "path", "is " + in_quotes(endpoint.path) +
                                               ", as another endpoint's; give one of them another path");
    }
}

void check_resources(const Checked& checked) {
    const std::vector<ResourceConfig>& resources = checked.config.resources;
    for (std::size_t i = 0; i < resources.size(); ++i) {
        const std::string entry = "resources[" + std::to_string(i) + "].";
        if (resources[i].path != "/") check_path(checked, entry + "path", resources[i].path, "/static");
        if (resources[i].folder.empty())
            checked.refuse(entry + "folder", "is missing; add the folder to serve");
        std::error_code error;
        if (!std::filesystem::is_directory(resources[i].folder, error))
            checked.refuse(entry + "folder", "is " + in_quotes(resources[i].folder) +
                                                 ", which is no folder; name one that exists");
    }
}

/// `fault` begins with the name of a setting in `table`.
void check_fault(const Checked& checked, const std::string& table, const std::string& fault) {
    if (fault.empty()) return;
    const std::size_t end = fault.find(' ');
    checked.refuse(table + fault.substr(0, end), fault.substr(end + 1));
}

/// As fault_of.
std::string fault_of_pattern(const std::string& destination) {
    if (destination.empty()) return R"(destination is missing; add one such as "/topic/prices/**")";
    const auto pattern = messaging::DestinationPattern::parse(destination);
    if (!pattern.has_error()) return {};
    return "destination is " + in_quotes(destination) + ": " + pattern.error().message +
           R"(; write it like "/topic/prices/**")";
}

void check_access(const Checked& checked) {
    const auto read = read_access(checked.config.access);
    if (const auto* fault = std::get_if<AccessFault>(&read))
        check_fault(checked, "access[" + std::to_string(fault->rule) + "].", fault->what);
}

struct BrokerType {
    std::string_view name;
    std::string_view table;  ///< its own settings; the built-in broker's are lists beside the type
};
constexpr std::array<BrokerType, 3> broker_types{
    {{"simple", {}}, {"stomp-relay", "broker.relay."}, {"kafka", "broker.kafka."}}};

/// Settings that would be without effect are a mistake, and mostly in the type.
void check_broker_type(const Checked& checked) {
    const BrokerConfig& broker = checked.config.broker;
    std::string choices;
    bool is_known = false;
    for (const BrokerType& type : broker_types) {
        is_known = is_known || type.name == broker.type;
        choices += (choices.empty() ? "\"" : ", \"") + std::string(type.name) + "\"";
    }
    if (!is_known)
        checked.refuse("broker.type", "is " + in_quotes(broker.type) + "; the choices are " + choices);
    const std::string but = ", but broker.type is \"" + broker.type + "\"; ";
    for (const BrokerType& type : broker_types) {
        if (type.table.empty() || type.name == broker.type) continue;
        const auto given = checked.sources.lower_bound(type.table);
        if (given != checked.sources.end() && given->first.starts_with(type.table))
            checked.refuse(given->first, "is given" + but + "make that \"" + std::string(type.name) +
                                             "\", or leave this out");
    }
    if (broker.type == "simple") return;
    const std::string leave_out = "is the built-in broker's" + but + "leave it out";
    if (!broker.hold.empty()) checked.refuse("broker.hold[0]", leave_out);
    if (!broker.history.empty()) checked.refuse("broker.history[0]", leave_out);
}

void check_broker(const Checked& checked) {
    const BrokerConfig& broker = checked.config.broker;
    check_broker_type(checked);
    if (broker.destination_prefixes.empty())
        checked.refuse("broker.destination_prefixes", "is empty; give at least one such as \"/topic\"");
    check_prefixes(checked, "broker.destination_prefixes", broker.destination_prefixes, "/topic");
    check_prefixes(checked, "broker.queue_prefixes", broker.queue_prefixes, "/queue");
    check_prefixes(checked, "application.destination_prefixes",
                   checked.config.application.destination_prefixes, "/app");
    for (const std::string& queue : broker.queue_prefixes)
        if (std::none_of(broker.destination_prefixes.begin(), broker.destination_prefixes.end(),
                         [&](const std::string& prefix) { return messaging::has_prefix(queue, prefix); }))
            checked.refuse("broker.queue_prefixes", "has " + in_quotes(queue) +
                                                        ", which the broker does not serve; add it to "
                                                        "broker.destination_prefixes");
    for (std::size_t i = 0; i < broker.hold.size(); ++i)
        check_fault(checked, "broker.hold[" + std::to_string(i) + "].", fault_of(broker.hold[i]));
    for (std::size_t i = 0; i < broker.history.size(); ++i)
        check_fault(checked, "broker.history[" + std::to_string(i) + "].",
                    fault_of(broker.history[i], broker.queue_prefixes));
    for (std::size_t i = 0; i < broker.slow_consumer.size(); ++i)
        check_fault(checked, "broker.slow_consumer[" + std::to_string(i) + "].",
                    fault_of(broker.slow_consumer[i]));
    const NodesConfig& nodes = checked.config.nodes;
    if (broker.type == "stomp-relay") {
        check_fault(checked, "broker.", fault_of_prefixes(relay_of(broker)));
        check_fault(checked, "broker.relay.", fault_of(relay_of(broker)));
        check_fault(checked, "nodes.",
                    fault_of(nodes, {broker.relay.max_body, broker.relay.max_pending_bytes}));
    }
    if (broker.type == "kafka") {
        if (const std::string fault = fault_of(kafka_of(broker)); !fault.empty())
            checked.refuse("broker.type", "is \"kafka\", but " + fault);
        check_fault(checked, "nodes.",
                    fault_of(nodes, {broker.kafka.max_body, broker.kafka.max_pending_bytes}));
    }
}

}  // namespace

StompRelayConfig relay_of(const BrokerConfig& broker) {
    StompRelayConfig relay = broker.relay;
    relay.destination_prefixes = broker.destination_prefixes;
    relay.queue_prefixes = broker.queue_prefixes;
    return relay;
}

KafkaConfig kafka_of(const BrokerConfig& broker) {
    KafkaConfig kafka = broker.kafka;
    kafka.destination_prefixes = broker.destination_prefixes;
    kafka.queue_prefixes = broker.queue_prefixes;
    return kafka;
}

std::string fault_of(const HistoryConfig& history, const std::vector<std::string>& queue_prefixes) {
    if (std::string fault = fault_of_pattern(history.destination); !fault.empty()) return fault;
    if (std::ranges::any_of(queue_prefixes, [&](const std::string& prefix) {
            return messaging::has_prefix(history.destination, prefix);
        }))
        return "destination is " + in_quotes(history.destination) + ", a queue; only topics have a history";
    const std::array<std::pair<const char*, std::size_t>, 4> sizes{
        {{"messages", history.messages},
         {"bytes", history.bytes},
         {"max_destinations", history.max_destinations},
         {"max_total_bytes", history.max_total_bytes}}};
    for (const auto& [name, size] : sizes)
        if (size == 0)
            return std::string(name) + " is 0, which would not mean unlimited; give a larger number";
    if (history.max_age < std::chrono::milliseconds(0))
        return "max_age is negative; give a duration, or 0 for ever";
    if (history.bytes > history.max_total_bytes)
        return "bytes is " + size_text(history.bytes) + ", more than max_total_bytes, " +
               size_text(history.max_total_bytes) + "; give one destination less than all of them";
    return {};
}

std::string fault_of(const DeflateConfig& deflate) {
    if (deflate.max_window_bits < 9 || deflate.max_window_bits > 15)
        return "max_window_bits is " + std::to_string(deflate.max_window_bits) + "; give 9 to 15";
    if (deflate.level < 1 || deflate.level > 9)
        return "level is " + std::to_string(deflate.level) + "; give 1 (fastest) to 9 (smallest)";
    return {};
}

std::string fault_of(const HoldConfig& hold) {
    if (std::string fault = fault_of_pattern(hold.destination); !fault.empty()) return fault;
    if (hold.hold <= std::chrono::milliseconds(0) || hold.hold > longest_hold)
        return "hold is " + duration_text(hold.hold) + "; give " +
               duration_text(std::chrono::milliseconds(1)) + " to " + duration_text(longest_hold);
    if (hold.max_messages == 0)
        return "max_messages is 0, which would not mean unlimited; give a larger number";
    if (hold.max_bytes == 0) return "max_bytes is 0, which would not mean unlimited; give a larger number";
    return {};
}

std::string fault_of(const SlowConsumerConfig& slow) {
    if (slow.destination.empty()) return R"(destination is missing; add one such as "/topic/prices/**")";
    if (const auto pattern = messaging::DestinationPattern::parse(slow.destination); pattern.has_error())
        return "destination is " + in_quotes(slow.destination) + ": " + pattern.error().message +
               R"(; write it like "/topic/prices/**")";
    if (slow.policy != "close" && slow.policy != "drop_oldest" && slow.policy != "conflate")
        return "policy is " + in_quotes(slow.policy) +
               R"(; the choices are "close", "drop_oldest" and "conflate")";
    if (slow.policy == "conflate" && slow.key.empty())
        return R"(key is missing; "conflate" needs the name of a header such as "symbol")";
    if (slow.policy != "conflate" && !slow.key.empty())
        return "key is " + in_quotes(slow.key) + ", which only \"conflate\" has a use for; leave it out";
    if (slow.max_messages == 0)
        return "max_messages is 0, which would not mean unlimited; give a larger number";
    if (slow.max_bytes == 0) return "max_bytes is 0, which would not mean unlimited; give a larger number";
    return {};
}

std::string fault_of(const SecurityConfig& security) {
    if (security.denied != "error" && security.denied != "tell")
        return "denied is " + in_quotes(security.denied) + R"(; the choices are "error" and "tell")";
    return {};
}

std::string fault_of(const MemoryConfig& memory) {
    if (memory.budget && *memory.budget != 0 && *memory.budget < smallest_budget)
        return "budget is " + std::to_string(*memory.budget) +
               " bytes; give at least 16MiB, 0 for half of what there is, or \"unlimited\"";
    if (memory.slow_publishers < 10 || memory.slow_publishers > 100)
        return "slow_publishers is " + std::to_string(memory.slow_publishers) + "; give 10 to 100 percent";
    if (memory.refuse_connections < memory.slow_publishers || memory.refuse_connections > 100)
        return "refuse_connections is " + std::to_string(memory.refuse_connections) +
               "; give slow_publishers to 100 percent";
    if (memory.close_consumers < memory.refuse_connections || memory.close_consumers > 100)
        return "close_consumers is " + std::to_string(memory.close_consumers) +
               "; give refuse_connections to 100 percent";
    return {};
}

std::string fault_of(const NodesConfig& nodes) {
    const auto is_plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
               c == '_';
    };
    if (nodes.group.empty() || nodes.group.size() > longest_group ||
        !std::ranges::all_of(nodes.group, is_plain))
        return "group is " + in_quotes(nodes.group) + R"(; give up to 64 letters, digits, "-" and "_")";
    if (nodes.beat <= std::chrono::milliseconds(0) || nodes.silence < 2 * nodes.beat)
        return "silence is " + duration_text(nodes.silence) + "; give at least twice the beat, " +
               duration_text(nodes.beat);
    if (nodes.batch_time <= std::chrono::milliseconds(0) ||
        nodes.answer_timeout <= std::chrono::milliseconds(0))
        return "batch_time and answer_timeout are longer than 0";
    const std::array<std::pair<const char*, std::size_t>, 6> sizes{{{"batch_size", nodes.batch_size},
                                                                    {"max_nodes", nodes.max_nodes},
                                                                    {"max_users", nodes.max_users},
                                                                    {"max_user_name", nodes.max_user_name},
                                                                    {"max_questions", nodes.max_questions},
                                                                    {"max_list_part", nodes.max_list_part}}};
    for (const auto& [name, size] : sizes)
        if (size == 0)
            return std::string(name) + " is 0, which would not mean unlimited; give a larger number";
    if (nodes.max_letter < smallest_letter ||
        nodes.max_letter / 2 < nodes.max_list_part + nodes.max_user_name)
        return "max_letter is " + size_text(nodes.max_letter) +
               "; give at least 4KiB, and twice the room for max_list_part and max_user_name together";
    return {};
}

/// A larger letter would end the relay's connection at who reads it, each time that it is sent; or never
/// leave.
std::string fault_of(const NodesConfig& nodes, const BrokerRoom& room) {
    if (!nodes.enabled) return {};
    const std::string start = "max_letter is " + size_text(nodes.max_letter) + ", but the broker's ";
    if (nodes.max_letter > room.max_body)
        return start + "max_body is " + size_text(room.max_body) + "; give at most that, or raise it";
    if (nodes.max_letter + letter_frame > room.max_pending_bytes)
        return start + "max_pending_bytes is " + size_text(room.max_pending_bytes) + "; give at least " +
               size_text(letter_frame) + " less than that, or raise it";
    return {};
}

std::string fault_of(const LoginsConfig& logins) {
    if (logins.first_delay <= std::chrono::milliseconds(0) || logins.first_delay > logins.longest_delay)
        return "first_delay is " + duration_text(logins.first_delay) + "; give up to longest_delay, " +
               duration_text(logins.longest_delay);
    if (logins.longest_login_delay <= std::chrono::milliseconds(0) ||
        logins.longest_login_delay > logins.longest_delay)
        return "longest_login_delay is " + duration_text(logins.longest_login_delay) +
               "; give up to longest_delay, " + duration_text(logins.longest_delay);
    const std::array<std::pair<const char*, std::size_t>, 3> sizes{
        {{"max_waiting", logins.max_waiting},
         {"max_checks", logins.max_checks},
         {"max_checks_per_address", logins.max_checks_per_address}}};
    for (const auto& [name, size] : sizes)
        if (size == 0)
            return std::string(name) + " is 0, which would not mean unlimited; give a larger number";
    return {};
}

void check_config(const ServerConfig& config, const Sources& sources) {
    const Checked checked{config, sources};
    if (config.address.empty())
        checked.refuse("address", R"(is empty; give "127.0.0.1", or "0.0.0.0" for every interface)");
    if (config.stomp_port && *config.stomp_port != 0 && *config.stomp_port == config.port)
        checked.refuse("stomp_port", "is " + std::to_string(config.port) + ", as port; give another one");
    check_fault(checked, "websocket.deflate.", fault_of(config.websocket.deflate));
    check_fault(checked, "connections.", fault_of(config.connections));
    check_fault(checked, "memory.", fault_of(config.memory));
    check_fault(checked, "nodes.", fault_of(config.nodes));
    check_fault(checked, "security.logins.", fault_of(config.security.logins));
    check_fault(checked, "security.", fault_of(config.security));
    check_endpoints(checked);
    check_access(checked);
    check_broker(checked);
    check_resources(checked);
    for (std::size_t i = 0; i < config.jwt.size(); ++i)
        check_fault(checked, "jwt[" + std::to_string(i) + "].", fault_of(config.jwt, i));
    if (config.session_cookie != SessionCookieConfig{})
        check_fault(checked, "session_cookie.", fault_of(config.session_cookie));
}

}  // namespace stentor::app
