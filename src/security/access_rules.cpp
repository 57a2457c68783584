#include "messaging/destination_pattern.hpp"
#include "security/access_requirement.hpp"

#include <algorithm>
#include <stdexcept>

namespace stentor {
namespace {

void check_no_variables(const Requirement& required) {
    if (const auto names = security::variables_of(required); !names.empty())
        throw std::invalid_argument("no pattern stands there, so there is no variable {" +
                                    std::string(names.front()) + "}");
}

}  // namespace

const char* to_string(AccessAction action) noexcept {
    switch (action) {
        case AccessAction::connect: return "connect";
        case AccessAction::send: return "send";
        case AccessAction::subscribe: return "subscribe";
    }
    return "";
}

std::optional<std::string_view> AccessRequest::variable(std::string_view name) const {
    for (const auto& [own, value] : variables_) {
        if (own != name) continue;
        saw_what_is_open_ |= !value.has_value();
        return value;
    }
    return std::nullopt;
}

AccessRules& AccessRules::send(std::string pattern, Requirement required) {
    return add(true, false, std::move(pattern), std::move(required));
}

AccessRules& AccessRules::subscribe(std::string pattern, Requirement required) {
    return add(false, true, std::move(pattern), std::move(required));
}

AccessRules& AccessRules::any(std::string pattern, Requirement required) {
    return add(true, true, std::move(pattern), std::move(required));
}

AccessRules& AccessRules::connect(Requirement required) {
    if (connect_) throw std::invalid_argument("there is a rule for connect already");
    check_no_variables(required);
    connect_ = std::move(required);
    return *this;
}

AccessRules& AccessRules::otherwise(Requirement required) {
    if (otherwise_) throw std::invalid_argument("it is said already what holds otherwise");
    check_no_variables(required);
    otherwise_ = std::move(required);
    return *this;
}

AccessRules& AccessRules::add(bool for_send, bool for_subscribe, std::string pattern, Requirement required) {
    const auto parsed = messaging::DestinationPattern::parse(pattern);
    if (parsed.has_error()) throw std::invalid_argument("'" + pattern + "': " + parsed.error().message);
    const auto names = parsed->variable_names();
    for (const std::string_view name : security::variables_of(required))
        if (std::ranges::find(names, name) == names.end())
            throw std::invalid_argument("'" + pattern + "' has no variable {" + std::string(name) + "}");
    rules_.push_back({for_send, for_subscribe, std::move(pattern), std::move(required)});
    return *this;
}

}  // namespace stentor
