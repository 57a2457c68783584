#include "security/access_policy.hpp"

#include "security/access_requirement.hpp"

#include <algorithm>

namespace stentor::security {
namespace {

/// `/**` matches also what stands before it alone.
std::string head_of(const messaging::DestinationPattern& pattern) {
    const std::string_view text = pattern.text();
    std::string_view head = text.substr(0, text.find_first_of("*{"));
    if (text.substr(head.size()) == "**" && head.ends_with('/')) head.remove_suffix(1);
    return std::string(head);
}

}  // namespace

struct AccessPolicy::Asked {
    AccessAction action;
    std::string_view destination;
    const Principal* principal;
    const Headers* headers;

    [[nodiscard]] bool meets(const Requirement& required, std::span<const AccessVariable> variables,
                             bool is_pattern) const {
        return is_met(required, principal, {action, destination, variables, headers, is_pattern}) == Met::yes;
    }
};

AccessPolicy::AccessPolicy(const AccessRules& rules)
    : connect_(rules.for_connect()), otherwise_(rules.for_others()) {
    for (const AccessRules::Rule& rule : rules.rules()) {
        const auto pattern = messaging::DestinationPattern::parse(rule.pattern).value();
        const Rule made{pattern, head_of(pattern), pattern.is_exact(), reads_variables(rule.required),
                        rule.required};
        if (rule.for_send) send_.push_back(made);
        if (rule.for_subscribe) subscribe_.push_back(made);
    }
    if (!rules.rules().empty() && !otherwise_) otherwise_ = deny_all();
}

bool AccessPolicy::allows_session(const Principal* principal) const {
    return !connect_ || may_connect(*connect_, principal);
}

bool AccessPolicy::allows(AccessAction action, std::string_view destination, const Principal* principal,
                          const Headers* headers) const {
    const Asked asked{action, destination, principal, headers};
    const std::vector<Rule>& rules = action == AccessAction::send ? send_ : subscribe_;
    if (messaging::DestinationPattern::has_wildcard(destination)) {
        const auto wanted = messaging::DestinationPattern::parse(destination);
        if (wanted.has_value()) {
            for (const Rule& rule : rules) {
                if (!rule.pattern.overlaps(*wanted)) continue;
                const bool is_allowed = allows_pattern(rule, asked, *wanted);
                if (!is_allowed || rule.pattern.covers(*wanted)) return is_allowed;
            }
            return !otherwise_ || asked.meets(*otherwise_, {}, true);
        }
    }
    for (const Rule& rule : rules)
        if (rule.is_for(destination)) return allows(rule, asked);
    return !otherwise_ || asked.meets(*otherwise_, {}, false);
}

bool AccessPolicy::allows(const Rule& rule, const Asked& asked) {
    if (!rule.reads_variables) return asked.meets(rule.required, {}, false);
    std::vector<AccessVariable> variables;
    const auto matched = rule.pattern.match(asked.destination);
    for (const auto& [name, value] : *matched) variables.emplace_back(name, value);
    return asked.meets(rule.required, variables, false);
}

/// Of all that both match.
bool AccessPolicy::allows_pattern(const Rule& rule, const Asked& asked,
                                  const messaging::DestinationPattern& wanted) {
    return asked.meets(rule.required, rule.pattern.match_pattern(wanted), true);
}

}  // namespace stentor::security
