#pragma once

#include "messaging/destination_pattern.hpp"
#include "stentor/access.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::security {

/// Rules, ready to be asked. All shards share one. Immutable.
class AccessPolicy {
public:
    explicit AccessPolicy(const AccessRules& rules);

    /// Whether that client may open a session.
    [[nodiscard]] bool allows_session(const Principal* principal) const;
    /// Whether it may send or subscribe there: to a pattern only where it may to all that the pattern
    /// matches. `headers` may be null.
    [[nodiscard]] bool allows(AccessAction action, std::string_view destination, const Principal* principal,
                              const Headers* headers) const;

private:
    struct Rule {
        messaging::DestinationPattern pattern;
        std::string head;  ///< what all that it matches begins with
        bool is_exact;
        bool reads_variables;
        Requirement required;
        [[nodiscard]] bool is_for(std::string_view destination) const {
            if (is_exact) return destination == head;
            return destination.starts_with(head) && pattern.matches(destination);
        }
    };
    struct Asked;  ///< by whom, and for what
    [[nodiscard]] static bool allows(const Rule& rule, const Asked& asked);
    [[nodiscard]] static bool allows_pattern(const Rule& rule, const Asked& asked,
                                             const messaging::DestinationPattern& wanted);

    std::vector<Rule> send_;
    std::vector<Rule> subscribe_;
    std::optional<Requirement> connect_;
    std::optional<Requirement> otherwise_;  ///< nothing: there is no rule that denies anything
};

}  // namespace stentor::security
