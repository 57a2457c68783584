#include "relay/destination_mapping.hpp"

#include "messaging/destination.hpp"
#include "messaging/destination_pattern.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace stentor::relay {
namespace {

using messaging::next_segment;

constexpr std::size_t max_name =
    255;  // AMQP's short strings, which RabbitMQ's routing keys and queue names are
constexpr std::size_t max_fixed_name = 200;  // of a rule: something is left for what `**` stands for
constexpr std::string_view joints = "./-_";
constexpr char words_joint = '.';  // what brokers' patterns see between words
/// First words of what brokers keep for themselves: management, advisories, generated names.
constexpr auto reserved = std::to_array<std::string_view>({"activemq", "amq", "$sys"});

bool is_plain(char c) {
    static constexpr std::string_view marks = "-_~@+=!$:";
    const bool is_letter_or_digit =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_letter_or_digit || static_cast<unsigned char>(c) >= 0x80 || marks.find(c) != marks.npos;
}

bool is_name(std::string_view segment) {
    return !segment.empty() && std::ranges::all_of(segment, is_plain) && segment.find("::") == segment.npos;
}

bool is_reserved(std::string_view word) {
    const auto is_letter_of = [](char c, char lower) {
        return c == lower || (c >= 'A' && c <= 'Z' && c - 'A' + 'a' == lower);
    };
    return std::ranges::any_of(reserved, [&](std::string_view name) {
        return std::ranges::equal(word, name, is_letter_of);  // "ActiveMQ" is ActiveMQ's, "activemq" Artemis'
    });
}

/// Whether a segment may stand where the rule has its `**`.
bool fits(std::string_view segment, std::string_view before, char joint) {
    return is_name(segment) && segment.find(joint) == segment.npos &&
           !(before.ends_with('/') && is_reserved(segment));
}

Error not_a_name() {
    return {Errc::unsupported, "The broker's destinations have letters, digits and -_~@+=!$: only"};
}

/// The parts of a rule's text before `**`, and whether it has one.
std::pair<std::string_view, bool> cut(std::string_view text, std::string_view mark) {
    const bool is_below = text.ends_with(mark);
    if (is_below) text.remove_suffix(mark.size());
    return {text, is_below};
}

bool is_destination_of_names(std::string_view text) {
    if (messaging::check_destination(text).has_error()) return false;
    while (!text.empty())
        if (!is_name(next_segment(text))) return false;
    return true;
}

bool is_broker_name(std::string_view text) {
    static constexpr auto of_connections =  // what they name differs from one connection to the next
        std::to_array<std::string_view>({"/temp-queue/", "/temp-topic/", "/reply-queue/", "/dsub/"});
    return !text.empty() && text.size() <= max_fixed_name && text.find("::") == text.npos &&
           std::ranges::all_of(text, [](char c) { return is_plain(c) || c == '/' || c == '.'; }) &&
           std::ranges::none_of(of_connections, [&](std::string_view p) { return text.starts_with(p); });
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char byte = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(&text[i + 1], &text[i + 1] + 2, byte, 16).ptr == &text[i + 1] + 2) {
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// What stands for any number of words (also none) in a broker's pattern; 0 where there is no such thing.
char many_words(Dialect dialect) {
    switch (dialect) {
        case Dialect::rabbitmq:
        case Dialect::artemis: return '#';
        case Dialect::activemq: return '>';
        case Dialect::specification: return 0;
    }
    return 0;
}

/// Whether a pattern matches the destination, or with `is_below` something below it.
bool may_match(std::string_view pattern, std::string_view destination, bool is_below) {
    while (!destination.empty()) {
        if (pattern.empty()) return false;
        const std::string_view wanted = next_segment(pattern);
        if (wanted == "**") return true;
        const std::string_view found = next_segment(destination);
        if (!messaging::DestinationPattern::has_wildcard(wanted) && wanted != found) return false;
    }
    return is_below ? !pattern.empty() : pattern.empty() || pattern == "/**";
}

}  // namespace

struct DestinationMapping::Part {
    std::string_view destination;
    std::string_view broker;
    char joint = words_joint;
    bool is_below = true;
    friend bool operator==(const Part&, const Part&) = default;
};

Result<DestinationMapping> DestinationMapping::make(const std::vector<MappingRule>& rules) {
    DestinationMapping mapping;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto wrong = [&](const char* what) {
            return Error{Errc::malformed, "mapping[" + std::to_string(i) + "]." + what};
        };
        const auto [destination, is_below] = cut(rules[i].destination, "/**");
        const auto [broker, broker_is_below] = cut(rules[i].broker, "**");
        if (!is_destination_of_names(destination))
            return wrong(
                "destination is not of plain names; write it like \"/topic/market/**\" or \"/queue/audit\"");
        if (!is_broker_name(broker))
            return wrong("broker is no plain name; write it like \"/exchange/market/**\"");
        if (is_below && !broker_is_below)
            return wrong("broker does not end in '**', as destination does; write both so, or neither");
        if (!is_below && broker_is_below)
            return wrong("broker ends in '**', and destination does not; write both so, or neither");
        if (is_below && joints.find(broker.back()) == joints.npos)
            return wrong("broker has no '/', '.', '-' or '_' before its '**'; add one");
        if (joints.find(rules[i].joint) == joints.npos)
            return wrong("joint is something else; give one of '.', '/', '-' and '_'");
        for (const Rule& other : mapping.rules_) {
            if (other.destination == destination && other.is_below == is_below)
                return wrong("destination is that of another mapping; give one of them another");
            if (other.broker == broker && other.is_below == is_below)
                return wrong("broker is that of another mapping; give one of them another");
        }
        mapping.rules_.push_back({std::string(destination), std::string(broker), rules[i].joint, is_below});
    }
    return mapping;
}

/// The first of the best: exact ones go before those for all below, and of these the longest counts.
auto DestinationMapping::part_of_destination(std::string_view destination) const -> Part {
    std::string_view rest = destination;
    const std::size_t first = next_segment(rest).size() + 1;
    Part best{destination.substr(0, first), destination.substr(0, first + 1)};
    bool is_default = true;
    for (const Rule& rule : rules_) {
        if (!rule.is_below && destination == rule.destination)
            return {rule.destination, rule.broker, rule.joint, false};
        if (rule.is_below && destination.size() > rule.destination.size() &&
            messaging::has_prefix(destination, rule.destination) &&
            (is_default || rule.destination.size() > best.destination.size())) {
            best = {rule.destination, rule.broker, rule.joint, true};
            is_default = false;
        }
    }
    return best;
}

auto DestinationMapping::part_of_name(std::string_view name) const -> Part {
    const std::size_t first = name.find('/', 1);
    Part best{name.substr(0, first), name.substr(0, first == name.npos ? first : first + 1)};
    bool is_default = true;
    for (const Rule& rule : rules_) {
        if (!rule.is_below && name == rule.broker) return {rule.destination, rule.broker, rule.joint, false};
        if (rule.is_below && name.size() > rule.broker.size() && name.starts_with(rule.broker) &&
            (is_default || rule.broker.size() > best.broker.size())) {
            best = {rule.destination, rule.broker, rule.joint, true};
            is_default = false;
        }
    }
    return best;
}

Result<std::string> DestinationMapping::to_broker(std::string_view destination) const {
    if (destination.size() > max_name)
        return Error{Errc::too_large,
                     "A broker's destination may have " + std::to_string(max_name) + " bytes"};
    if (const auto ok = messaging::check_destination(destination); ok.has_error()) return ok.error();
    const Part part = part_of_destination(destination);
    std::string name(part.broker);
    if (part.is_below) {
        std::string_view rest = destination.substr(part.destination.size());
        if (rest.empty())
            return Error{Errc::unsupported, "The destination needs a name after '" + name + "'"};
        for (bool is_first = true; !rest.empty(); is_first = false) {
            const std::string_view segment = next_segment(rest);
            if (!fits(segment, is_first ? part.broker : "", part.joint)) return not_a_name();
            if (!is_first) name += part.joint;
            name += segment;
        }
        if (name.size() > max_name)
            return Error{Errc::too_large, "The broker's name of the destination may have " +
                                              std::to_string(max_name) + " bytes"};
    }
    if (!rules_.empty() && part_of_name(name) != part)
        return Error{Errc::unsupported, "The broker's destination of that name has another name here"};
    return name;
}

std::optional<std::string> DestinationMapping::to_client(std::string_view name, Dialect dialect) const {
    std::string decoded;
    if (dialect == Dialect::rabbitmq && name.find('%') != name.npos) name = decoded = percent_decoded(name);
    const Part part = part_of_name(name);
    std::string destination(part.destination);
    if (part.is_below) {
        std::string_view rest = name.substr(part.broker.size());
        for (bool more = true; more;) {
            const std::size_t end = std::min(rest.find(part.joint), rest.size());
            destination.append(1, '/').append(rest.substr(0, end));
            more = end < rest.size();
            rest.remove_prefix(more ? end + 1 : end);
        }
    }
    const auto back = to_broker(destination);
    if (back.has_error() || *back != name) return std::nullopt;
    return destination;
}

Result<std::string> DestinationMapping::pattern_to_broker(std::string_view pattern, Dialect dialect) const {
    if (many_words(dialect) == 0)
        return Error{Errc::unsupported, "The broker is not known to have wildcard subscriptions"};
    if (const auto ok = messaging::DestinationPattern::parse(pattern); ok.has_error()) return ok.error();
    const Part part = part_of_destination(pattern);
    for (const Rule& rule : rules_) {
        const bool says_less = rule.is_below && messaging::has_prefix(part.destination, rule.destination);
        if (!says_less && may_match(pattern, rule.destination, rule.is_below))
            return Error{Errc::unsupported, "The pattern is for destinations of several mappings"};
    }
    if (part.joint != words_joint || !part.is_below || part.destination.find('*') != part.destination.npos)
        return Error{Errc::unsupported, "The broker has no wildcards there"};
    std::string name(part.broker);
    std::string_view rest = pattern.substr(part.destination.size());
    if (rest.empty()) return not_a_name();
    for (bool is_first = true; !rest.empty(); is_first = false) {
        const std::string_view segment = next_segment(rest);
        if (!is_first) name += words_joint;
        if (segment == "**") name += many_words(dialect);
        else if (segment == "*") name += '*';
        else if (fits(segment, is_first ? part.broker : "", part.joint)) name += segment;
        else return not_a_name();
    }
    if (name.size() > max_name)
        return Error{Errc::too_large,
                     "A broker's destination may have " + std::to_string(max_name) + " bytes"};
    return name;
}

bool DestinationMapping::has_rule_for(std::string_view prefix) const {
    return std::ranges::any_of(rules_,
                               [&](const Rule& rule) { return rule.is_below && rule.destination == prefix; });
}

bool is_relayable_prefix(std::string_view prefix) {
    static constexpr auto special = std::to_array<std::string_view>(
        {"/exchange", "/amq", "/temp-queue", "/temp-topic", "/reply-queue", "/dsub"});
    return messaging::check_destination(prefix).has_value() && prefix.rfind('/') == 0 &&
           is_name(prefix.substr(1)) && std::ranges::find(special, prefix) == special.end();
}

}  // namespace stentor::relay
