#include "security/access_requirement.hpp"

#include "base/log.hpp"
#include "messaging/user_name.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>

namespace stentor {
namespace {

using Kind = Requirement::Node::Kind;

constexpr std::string_view role_prefix = "ROLE_";

Requirement made_of(Requirement::Node node) {
    return Requirement(std::make_shared<const Requirement::Node>(std::move(node)));
}

std::string authority_of(const std::string& role) {
    if (role.empty()) throw std::invalid_argument("a role has a name");
    if (role.starts_with(role_prefix))
        throw std::invalid_argument("the role '" + role + "' begins with ROLE_ itself; leave that out");
    return std::string(role_prefix) + role;
}

}  // namespace

Requirement permit_all() { return made_of({Kind::everybody}); }
Requirement deny_all() { return made_of({Kind::any}); }
Requirement authenticated() { return made_of({Kind::authenticated}); }
Requirement anonymous() { return negation(authenticated()); }
Requirement has_role(std::string role) { return has_authority(authority_of(role)); }
Requirement has_authority(std::string authority) { return has_any_authority({std::move(authority)}); }

Requirement has_any_role(std::vector<std::string> roles) {
    for (std::string& role : roles) role = authority_of(role);
    return has_any_authority(std::move(roles));
}

Requirement has_any_authority(std::vector<std::string> authorities) {
    if (std::ranges::find(authorities, "") != authorities.end())
        throw std::invalid_argument("an authority has a name");
    return made_of({Kind::authority, std::move(authorities)});
}

Requirement is_user(std::string variable) {
    if (variable.starts_with('{') && variable.ends_with('}'))
        variable = variable.substr(1, variable.size() - 2);
    if (variable.empty()) throw std::invalid_argument("a variable has a name, such as {name}");
    return made_of({Kind::user, {std::move(variable)}});
}

Requirement all_of(std::vector<Requirement> requirements) {
    if (requirements.empty()) throw std::invalid_argument("all of nothing would allow everybody");
    return made_of({Kind::all, {}, std::move(requirements)});
}

Requirement any_of(std::vector<Requirement> requirements) {
    return made_of({Kind::any, {}, std::move(requirements)});
}

Requirement negation(Requirement requirement) {
    return made_of({Kind::not_that, {}, {std::move(requirement)}});
}

Requirement access_if(AccessFunction function) {
    if (!function) throw std::invalid_argument("the function that decides is empty");
    return made_of({Kind::function, {}, {}, std::move(function)});
}

namespace security {
namespace {

Met met(bool holds) { return holds ? Met::yes : Met::no; }

/// The variable's value is compared as user destinations read it.
Met is_named(const Principal& principal, std::string_view variable, const AccessRequest& request) {
    const auto value = request.variable(variable);
    if (!value) return Met::unknown;
    const auto name = messaging::decode_user_name(*value);
    return met(name && *name == principal.name);
}

/// Of a subscription that may match much, a function can say only what it does not guess.
Met ask(const AccessFunction& function, const Principal* principal, const AccessRequest& request) {
    AccessRequest own = request;
    try {
        const bool allows = function(principal, own);
        return own.has_guessed() ? Met::unknown : met(allows);
    } catch (const std::exception& e) {
        log::error("access_function_failed", {{"reason", e.what()}});
    } catch (...) { log::error("access_function_failed", {{"reason", "not a std::exception"}}); }
    return Met::unknown;  // its negation allows nothing either
}

}  // namespace

Met is_met(const Requirement& required, const Principal* principal, const AccessRequest& request) {
    const Requirement::Node& node = required.node();
    switch (node.kind) {
        case Kind::everybody: return Met::yes;
        case Kind::authenticated: return met(principal != nullptr);
        case Kind::authority:
            return met(principal != nullptr &&
                       std::ranges::find_first_of(principal->authorities, node.names) !=
                           principal->authorities.end());
        case Kind::user:
            return principal == nullptr ? Met::no : is_named(*principal, node.names.front(), request);
        case Kind::all: {
            Met least = Met::yes;
            for (const Requirement& part : node.parts)
                if (least != Met::no) least = std::min(least, is_met(part, principal, request));
            return least;
        }
        case Kind::any: {
            Met most = Met::no;
            for (const Requirement& part : node.parts)
                if (most != Met::yes) most = std::max(most, is_met(part, principal, request));
            return most;
        }
        case Kind::not_that:
            switch (is_met(node.parts.front(), principal, request)) {
                case Met::no: return Met::yes;
                case Met::unknown: return Met::unknown;
                case Met::yes: return Met::no;
            }
            break;
        case Kind::function: return ask(node.function, principal, request);
    }
    return Met::no;
}

bool reads_variables(const Requirement& required) {
    const Requirement::Node& node = required.node();
    return node.kind == Kind::user || node.kind == Kind::function ||
           std::ranges::any_of(node.parts, reads_variables);
}

std::vector<std::string_view> variables_of(const Requirement& required) {
    const Requirement::Node& node = required.node();
    if (node.kind == Kind::user) return {node.names.front()};
    std::vector<std::string_view> all;
    for (const Requirement& part : node.parts)
        for (const std::string_view name : variables_of(part)) all.push_back(name);
    return all;
}

bool may_connect(const Requirement& required, const Principal* principal) {
    return is_met(required, principal, {AccessAction::connect, {}, {}, nullptr, false}) == Met::yes;
}

}  // namespace security
}  // namespace stentor
