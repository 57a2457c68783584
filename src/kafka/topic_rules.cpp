#include "kafka/topic_rules.hpp"

#include "messaging/destination.hpp"

#include <algorithm>
#include <utility>

namespace stentor::kafka {
namespace {

constexpr std::size_t max_topic_name = 249;  // Kafka's own: file names are made of it

bool is_topic_character(char c) {
    const bool is_letter_or_digit =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_letter_or_digit || c == '.' || c == '_' || c == '-';
}

Error unsupported(std::string message) { return {Errc::unsupported, std::move(message)}; }
Error no_topic_name() {
    return unsupported("Kafka's topics have letters, digits, '-' and '_' only, and 249 of them");
}

bool below_any(const std::vector<std::string>& prefixes, std::string_view destination) {
    return std::ranges::any_of(prefixes,
                               [&](const std::string& p) { return messaging::has_prefix(destination, p); });
}

std::vector<std::string_view> segments_of(std::string_view text, char joint) {
    std::vector<std::string_view> segments;
    for (;;) {
        const std::size_t end = text.find(joint);
        segments.push_back(text.substr(0, end));
        if (end == text.npos) return segments;
        text.remove_prefix(end + 1);
    }
}

/// Whether some text is made by both, segment by segment.
bool overlap(std::string_view one, std::string_view other, char joint) {
    const auto variable = [](std::string_view segment) { return segment.find('{') != segment.npos; };
    return std::ranges::equal(
        segments_of(one, joint), segments_of(other, joint),
        [&](std::string_view a, std::string_view b) { return a == b || variable(a) || variable(b); });
}

/// "/topic/*" and "/topic/{room}" stand for the same destinations.
bool same_shape(std::string_view pattern, std::string_view rule) {
    return std::ranges::equal(
        segments_of(pattern, '/'), segments_of(rule, '/'),
        [](std::string_view a, std::string_view b) { return a == b || (a == "*" && b.starts_with('{')); });
}

std::string dotted(std::string_view destination) {
    std::string name(destination.substr(1));
    std::ranges::replace(name, '/', '.');
    return name;
}

}  // namespace

bool is_topic_name(std::string_view name) {
    return !name.empty() && name.size() <= max_topic_name && name != "." && name != ".." &&
           std::ranges::all_of(name, is_topic_character);
}

Result<TopicRules> TopicRules::make(const std::vector<RuleText>& rules, Prefixes prefixes, bool has_default) {
    TopicRules made;
    made.prefixes_ = std::move(prefixes);
    made.has_default_ = has_default;
    for (const RuleText& text : rules) {
        auto rule = made.parse(text);
        if (rule.has_error()) return rule.error();
        if (const auto ok = made.check_alone(*rule); ok.has_error()) return ok.error();
        for (const Rule& other : made.rules_)
            if (const auto ok = made.check_against(*rule, other); ok.has_error()) return ok.error();
        made.rules_.push_back(std::move(*rule));
    }
    return made;
}

Result<TopicRules::Rule> TopicRules::parse(const RuleText& text) const {
    auto destination = messaging::DestinationPattern::parse(text.destination);
    if (destination.has_error()) return destination.error();
    auto made = NameTemplate::parse(text.destination);
    if (made.has_error()) return made.error();
    auto topic = NameTemplate::parse(text.topic);
    if (topic.has_error()) return topic.error();
    Rule rule{std::move(*destination), std::move(*made), std::move(*topic), std::nullopt};
    if (text.key.empty()) return rule;
    auto key = NameTemplate::parse(text.key);
    if (key.has_error()) return key.error();
    rule.key = std::move(*key);
    return rule;
}

Result<void> TopicRules::check_alone(const Rule& rule) const {
    const std::string& text = rule.destination.text();
    const auto fault = [&](const std::string& what) {
        return unsupported("the rule for '" + text + "' " + what);
    };
    if (!handles(text)) return fault("is not below the broker's prefixes");
    if (text.find('*') != text.npos) return fault("has a '*': name it, as '{room}', so that it can be told");
    for (const std::string_view segment : segments_of(rule.topic.text(), '.'))
        if (segment.find('{') != segment.npos &&
            (segment.front() != '{' || segment.find('}') + 1 != segment.size()))
            return fault("has a variable in its topic that is not a whole part between dots");
    std::string example = rule.topic.text();
    std::erase_if(example, [](char c) { return c == '{' || c == '}'; });
    if (!is_topic_name(example)) return fault("has a topic that is no name to Kafka");
    if (is_queue(text) && rule.key)
        return fault("has a key: a queue's consumers share the topic, and get records of all keys");

    std::vector<std::string_view> used = rule.topic.variable_names();
    if (rule.key) std::ranges::copy(rule.key->variable_names(), std::back_inserter(used));
    std::vector<std::string_view> wanted = rule.destination.variable_names();
    std::ranges::sort(used);
    std::ranges::sort(wanted);
    if (used != wanted) return fault("needs each variable of its destination once, in its topic or its key");
    const auto first = segments_of(rule.topic.text(), '.').front();
    const bool is_long = rule.topic.text().find('.') != std::string::npos;
    const auto is_first = [&](const std::string& prefix) {
        return first.starts_with('{') || segments_of(prefix.substr(1), '/').front() == first;
    };
    if (has_default_ && is_long && std::ranges::any_of(prefixes_.destinations, is_first) &&
        !(rule.topic.text() == dotted(text) && !rule.key))
        return fault("has a topic that another destination has by default");
    return {};
}

Result<void> TopicRules::check_against(const Rule& rule, const Rule& other) const {
    const std::string both =
        "the rules for '" + rule.destination.text() + "' and '" + other.destination.text() + "' ";
    if (overlap(rule.destination.text(), other.destination.text(), '/'))
        return unsupported(both + "match the same destination");
    if (overlap(rule.topic.text(), other.topic.text(), '.'))
        return unsupported(both + "lead to the same topic");
    return {};
}

bool TopicRules::handles(std::string_view destination) const {
    return below_any(prefixes_.destinations, destination);
}

bool TopicRules::is_queue(std::string_view destination) const {
    return below_any(prefixes_.queues, destination);
}

Result<Place> TopicRules::place_by(const Rule& rule, const messaging::Variables& variables) {
    const auto topic = rule.topic.fill(variables);
    if (!topic || !is_topic_name(*topic)) return no_topic_name();
    for (const std::string_view name : rule.topic.variable_names())
        for (const auto& [variable, value] : variables)
            if (variable == name && value.find('.') != value.npos) return no_topic_name();
    if (!rule.key) return Place{*topic};
    auto key = rule.key->fill(variables);
    if (!key) return unsupported("The destination cannot be told from the key that it would have");
    return Place{*topic, std::move(*key), Partition::by_key};
}

Result<Place> TopicRules::place_of(std::string_view destination) const {
    auto place = find_place(destination);
    if (place.has_value() && is_queue(destination)) place->partition = Partition::any;
    return place;
}

Result<Place> TopicRules::find_place(std::string_view destination) const {
    if (messaging::DestinationPattern::has_wildcard(destination)) return place_of_pattern(destination);
    for (const Rule& rule : rules_)
        if (const auto variables = rule.destination.match(destination)) return place_by(rule, *variables);
    return default_place(destination);
}

Result<Place> TopicRules::place_of_pattern(std::string_view pattern) const {
    for (const Rule& rule : rules_)
        if (!rule.topic.has_variables() && same_shape(pattern, rule.destination.text()))
            return Place{rule.topic.text()};
    return unsupported("With Kafka a subscription has wildcards where a rule's destination has variables");
}

Result<Place> TopicRules::default_place(std::string_view destination) const {
    if (!has_default_) return Error{Errc::not_found, "No topic belongs to the destination"};
    if (destination.find('.') != destination.npos) return no_topic_name();
    std::string topic = dotted(destination);
    if (!is_topic_name(topic) || is_claimed(topic)) return no_topic_name();
    return Place{std::move(topic)};
}

/// A variable is a whole part of the topic's name.
std::optional<messaging::Variables> TopicRules::match_topic(const Rule& rule, std::string_view topic) {
    auto variables = rule.topic.match(topic);
    const auto has_dot = [](const auto& each) { return each.second.find('.') != each.second.npos; };
    if (variables && std::ranges::any_of(*variables, has_dot)) return std::nullopt;
    return variables;
}

bool TopicRules::is_claimed(std::string_view topic) const {
    return std::ranges::any_of(rules_,
                               [&](const Rule& rule) { return match_topic(rule, topic).has_value(); });
}

std::optional<std::string> TopicRules::destination_of(std::string_view topic,
                                                      std::optional<std::string_view> key) const {
    for (const Rule& rule : rules_) {
        auto variables = match_topic(rule, topic);
        if (!variables) continue;
        if (rule.key) {
            const auto more = key ? rule.key->match(*key) : std::nullopt;
            if (!more) return std::nullopt;
            variables->insert(variables->end(), more->begin(), more->end());
        }
        auto destination = rule.made.fill(*variables);
        if (!destination || messaging::check_destination(*destination).has_error() ||
            !rule.destination.matches(*destination))
            return std::nullopt;
        return destination;
    }
    if (!has_default_) return std::nullopt;
    std::string destination = "/" + std::string(topic);
    std::ranges::replace(destination, '.', '/');
    if (!handles(destination) || messaging::check_destination(destination).has_error()) return std::nullopt;
    return destination;
}

}  // namespace stentor::kafka
