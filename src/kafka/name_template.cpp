#include "kafka/name_template.hpp"

#include <algorithm>

namespace stentor::kafka {
namespace {

Error malformed(std::string_view text, const char* what) {
    return {Errc::malformed, "'" + std::string(text) + "' " + what};
}

const std::string_view* value_of(std::string_view name, const messaging::Variables& variables) {
    const auto found = std::ranges::find(variables, name, &messaging::Variables::value_type::first);
    return found == variables.end() ? nullptr : &found->second;
}

}  // namespace

Result<NameTemplate> NameTemplate::parse(std::string_view text) {
    NameTemplate made;
    made.text_ = text;
    for (std::string_view rest = text; !rest.empty();) {
        if (rest.front() != '{') {
            const std::string_view literal = rest.substr(0, rest.find('{'));
            if (literal.find('}') != literal.npos) return malformed(text, "has a '}' without its '{'");
            made.parts_.push_back({false, std::string(literal)});
            rest.remove_prefix(literal.size());
            continue;
        }
        const std::size_t end = rest.find('}');
        if (end == rest.npos || end == 1) return malformed(text, "has a '{' that begins no variable");
        if (!made.parts_.empty() && made.parts_.back().is_variable)
            return malformed(text, "needs something between its variables");
        made.parts_.push_back({true, std::string(rest.substr(1, end - 1))});
        rest.remove_prefix(end + 1);
    }
    return made;
}

std::optional<char> NameTemplate::after(std::size_t part) const {
    if (part + 1 == parts_.size()) return std::nullopt;
    return parts_[part + 1].text.front();
}

std::optional<std::string> NameTemplate::fill(const messaging::Variables& variables) const {
    std::string out;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (!parts_[i].is_variable) {
            out += parts_[i].text;
            continue;
        }
        const std::string_view* const value = value_of(parts_[i].text, variables);
        const auto next = after(i);
        if (value == nullptr || value->empty() || (next && value->find(*next) != value->npos))
            return std::nullopt;
        out += *value;
    }
    return out;
}

std::optional<messaging::Variables> NameTemplate::match(std::string_view text) const {
    messaging::Variables found;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        if (!parts_[i].is_variable) {
            if (!text.starts_with(parts_[i].text)) return std::nullopt;
            text.remove_prefix(parts_[i].text.size());
            continue;
        }
        const auto next = after(i);
        const std::string_view value = text.substr(0, next ? text.find(*next) : text.npos);
        if (value.empty()) return std::nullopt;
        found.emplace_back(parts_[i].text, value);
        text.remove_prefix(value.size());
    }
    if (!text.empty()) return std::nullopt;
    return found;
}

std::vector<std::string_view> NameTemplate::variable_names() const {
    std::vector<std::string_view> names;
    for (const Part& part : parts_)
        if (part.is_variable) names.emplace_back(part.text);
    return names;
}

}  // namespace stentor::kafka
