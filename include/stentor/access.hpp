#pragma once

#include "stentor/message.hpp"
#include "stentor/security.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What clients may do: rules by what they ask for and where. docs/security.md tells the whole.
namespace stentor {

enum class AccessAction : std::uint8_t { connect, send, subscribe };

/// "connect", "send" or "subscribe".
[[nodiscard]] const char* to_string(AccessAction action) noexcept;

/// A part of a rule's pattern, `{name}`, and what it stands for; nothing where a wildcard of a subscription
/// stands there.
using AccessVariable = std::pair<std::string_view, std::optional<std::string_view>>;

/// What a client asks for, as a function sees it that decides (access_if).
///
/// A subscription with wildcards is allowed only if all that it can match is. A function that has looked at
/// what the wildcards leave open, the destination or a variable, is taken not to allow it, unless it has
/// asked is_pattern() before and so knows what it says.
class AccessRequest {
public:
    AccessRequest(AccessAction action, std::string_view destination,
                  std::span<const AccessVariable> variables, const Headers* headers, bool is_pattern)
        : action_(action),
          is_pattern_(is_pattern),
          destination_(destination),
          variables_(variables),
          headers_(headers) {}

    [[nodiscard]] AccessAction action() const { return action_; }
    /// As the client wrote it, and nothing else is looked at later; empty for `connect`.
    [[nodiscard]] std::string_view destination() const {
        saw_what_is_open_ |= is_pattern_;
        return destination_;
    }
    /// Whether that is a pattern.
    [[nodiscard]] bool is_pattern() const {
        knows_of_patterns_ = true;
        return is_pattern_;
    }
    /// What `{name}` of the rule's pattern stands for.
    [[nodiscard]] std::optional<std::string_view> variable(std::string_view name) const;
    /// The frame's; empty where the destination is looked at again, when rules have changed.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
        return headers_ == nullptr ? std::nullopt : headers_->find(name);
    }

    /// For the library only.
    [[nodiscard]] bool has_guessed() const { return saw_what_is_open_ && !knows_of_patterns_; }

private:
    AccessAction action_;
    bool is_pattern_;
    mutable bool saw_what_is_open_ = false;
    mutable bool knows_of_patterns_ = false;
    std::string_view destination_;
    std::span<const AccessVariable> variables_;
    const Headers* headers_;
};

/// Who may. Called by all shards at the same time; it must not wait. Null: nobody is logged in. What it
/// throws is logged, and means no.
using AccessFunction = std::function<bool(const Principal*, const AccessRequest&)>;

/// What a rule demands of a client. A value. Immutable.
class Requirement {
public:
    struct Node;  ///< src/security/access_requirement.hpp

    explicit Requirement(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
    [[nodiscard]] const Node& node() const { return *node_; }

private:
    std::shared_ptr<const Node> node_;
};

/// Everybody, also who is not logged in.
[[nodiscard]] Requirement permit_all();
[[nodiscard]] Requirement deny_all();
/// Who is logged in.
[[nodiscard]] Requirement authenticated();
/// Who is not.
[[nodiscard]] Requirement anonymous();
/// Who has the authority "ROLE_" + role. Throws std::invalid_argument when the role begins so itself.
[[nodiscard]] Requirement has_role(std::string role);
[[nodiscard]] Requirement has_any_role(std::vector<std::string> roles);
[[nodiscard]] Requirement has_authority(std::string authority);
[[nodiscard]] Requirement has_any_authority(std::vector<std::string> authorities);
/// Whose name stands where the rule's pattern has that variable, "{name}" or "name"; percent-encoded as in
/// user_destination().
[[nodiscard]] Requirement is_user(std::string variable);
/// At least one: all of nothing throws std::invalid_argument.
[[nodiscard]] Requirement all_of(std::vector<Requirement> requirements);
[[nodiscard]] Requirement any_of(std::vector<Requirement> requirements);
/// Everybody but those.
[[nodiscard]] Requirement negation(Requirement requirement);
[[nodiscard]] Requirement access_if(AccessFunction function);

/// Rules, of which the first one counts that is for what a client asks for:
///
///     app.access()
///         .subscribe("/topic/admin/**", has_role("ADMIN"))
///         .any("/topic/**", permit_all())
///         .send("/app/**", authenticated())
///         .subscribe("/user/**", authenticated());
///
/// Once there is one for send or subscribe, whatever none is for is denied. They are about what clients ask
/// for, not about what the application sends. A value; what begins to be in force is a copy.
class AccessRules {
public:
    struct Rule {
        bool for_send;
        bool for_subscribe;
        std::string pattern;
        Requirement required;
    };

    /// Each throws std::invalid_argument when the pattern is none, or has no variable that the requirement
    /// looks at.
    AccessRules& send(std::string pattern, Requirement required);
    AccessRules& subscribe(std::string pattern, Requirement required);
    /// Both.
    AccessRules& any(std::string pattern, Requirement required);
    /// Who may open a session; once. Without it: who may by what it shows of itself.
    AccessRules& connect(Requirement required);
    /// What is sent or subscribed to and no rule is for; once. deny_all() unless told.
    AccessRules& otherwise(Requirement required);

    [[nodiscard]] const std::vector<Rule>& rules() const { return rules_; }
    [[nodiscard]] const std::optional<Requirement>& for_connect() const { return connect_; }
    [[nodiscard]] const std::optional<Requirement>& for_others() const { return otherwise_; }
    /// There is not one: everything is allowed.
    [[nodiscard]] bool empty() const { return rules_.empty() && !connect_ && !otherwise_; }

private:
    AccessRules& add(bool for_send, bool for_subscribe, std::string pattern, Requirement required);

    std::vector<Rule> rules_;
    std::optional<Requirement> connect_;
    std::optional<Requirement> otherwise_;
};

}  // namespace stentor
