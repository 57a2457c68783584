// Tests: tests/unit/app/access_settings_test.cpp
#include "app/access_settings.hpp"

#include "app/config_text.hpp"
#include "stentor/result.hpp"

#include <array>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace stentor::app {
namespace {

constexpr const char* choices =
    R"("all", "none", "authenticated", "anonymous", "role:ADMIN", "authority:SCOPE_a" and "user:{name}")";

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

Error wrong_word(std::string_view word) {
    return {Errc::malformed, "allow has " + in_quotes(word) + "; give some of " + choices};
}

/// Throws std::invalid_argument.
Result<Requirement> read_word(std::string_view word) {
    if (word == "all") return permit_all();
    if (word == "none") return deny_all();
    if (word == "authenticated") return authenticated();
    if (word == "anonymous") return anonymous();
    const std::size_t colon = word.find(':');
    if (colon == word.npos) return wrong_word(word);
    const std::string_view kind = word.substr(0, colon);
    const std::string name(trimmed(word.substr(colon + 1)));
    if (kind == "role") return has_role(name);
    if (kind == "authority") return has_authority(name);
    if (kind == "user" && name.starts_with('{') && name.ends_with('}')) return is_user(name);
    return wrong_word(word);
}

Result<Requirement> read_allow(std::string_view allow) {
    if (trimmed(allow).empty())
        return Error{Errc::malformed, std::string("allow is missing; give some of ") + choices};
    std::vector<Requirement> one_of;
    for (std::string_view rest = allow;;) {
        const std::string_view word = rest.substr(0, rest.find(','));
        try {
            auto required = read_word(trimmed(word));
            if (required.has_error()) return required.error();
            one_of.push_back(std::move(*required));
        } catch (const std::invalid_argument& e) {
            return Error{Errc::malformed, "allow has " + in_quotes(trimmed(word)) + ": " + e.what()};
        }
        if (word.size() == rest.size()) break;
        rest.remove_prefix(word.size() + 1);
    }
    return one_of.size() == 1 ? one_of.front() : any_of(std::move(one_of));
}

/// What a rule is for: the name of the setting that says so.
Result<std::string_view> subject_of(const AccessRuleConfig& rule) {
    const std::array<std::pair<std::string_view, bool>, 5> subjects{{{"send", !rule.send.empty()},
                                                                     {"subscribe", !rule.subscribe.empty()},
                                                                     {"any", !rule.any.empty()},
                                                                     {"connect", rule.connect},
                                                                     {"otherwise", rule.otherwise}}};
    std::string_view found;
    for (const auto& [name, is_given] : subjects) {
        if (!is_given) continue;
        if (!found.empty())
            return Error{Errc::malformed, std::string(name) + " is given, and so is " + std::string(found) +
                                              "; make two rules of it"};
        found = name;
    }
    if (found.empty())
        return Error{
            Errc::malformed,
            R"(send is missing; give that, or subscribe, any, connect or otherwise, what the rule is for)"};
    return found;
}

Result<void> add_rule(AccessRules& rules, const AccessRuleConfig& rule) {
    const auto subject = subject_of(rule);
    if (subject.has_error()) return subject.error();
    auto required = read_allow(rule.allow);
    if (required.has_error()) return required.error();
    try {
        if (*subject == "send") rules.send(rule.send, std::move(*required));
        else if (*subject == "subscribe") rules.subscribe(rule.subscribe, std::move(*required));
        else if (*subject == "any") rules.any(rule.any, std::move(*required));
        else if (*subject == "connect") rules.connect(std::move(*required));
        else rules.otherwise(std::move(*required));
    } catch (const std::invalid_argument& e) {
        return Error{Errc::malformed, std::string(*subject) + " is wrong: " + one_line(e.what())};
    }
    return {};
}

}  // namespace

std::variant<AccessRules, AccessFault> read_access(const std::vector<AccessRuleConfig>& all) {
    AccessRules rules;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (const auto ok = add_rule(rules, all[i]); ok.has_error())
            return AccessFault{i, ok.error().message};
    return rules;
}

}  // namespace stentor::app
