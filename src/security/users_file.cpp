#include "security/users_file.hpp"

#include "base/name_rule.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

namespace stentor::security {
namespace {

constexpr std::size_t most_authorities = 64;

/// Takes the next line off `rest`, without its end.
std::string_view next_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return line;
}

Error refused(std::string what) { return {Errc::malformed, std::move(what)}; }

Result<std::vector<std::string>> parse_authorities(std::string_view list) {
    std::vector<std::string> all;
    for (;;) {
        const std::size_t comma = list.find(',');
        const std::string_view one = list.substr(0, comma);
        if (std::string fault = fault_of_authority(one); !fault.empty()) return refused(fault);
        if (all.size() == most_authorities) return refused("has over 64 authorities");
        all.emplace_back(one);
        if (comma == std::string_view::npos) return all;
        list.remove_prefix(comma + 1);
    }
}

Result<UserLine> parse_line(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos)
        return refused("has no ':'; write name:hash, or name:hash:authorities");
    const std::string_view name = line.substr(0, colon);
    if (std::string fault = fault_of_user_name(name); !fault.empty()) return refused(std::move(fault));
    const std::string_view rest = line.substr(colon + 1);
    const std::size_t second = rest.find(':');
    auto hash = PasscodeHash::parse(rest.substr(0, second));
    if (hash.has_error()) return hash.error();
    UserLine made{{std::string(name)}, std::move(*hash), line};
    if (second == std::string_view::npos) return made;
    auto authorities = parse_authorities(rest.substr(second + 1));
    if (authorities.has_error()) return authorities.error();
    made.principal.authorities = std::move(*authorities);
    return made;
}

}  // namespace

std::string fault_of_user_name(std::string_view name) {
    if (std::string fault = base::fault_of_word("the name", name); !fault.empty()) return fault;
    if (name.find_first_of("/*?#>{}%:\\") != std::string_view::npos)
        return "the name has one of / * ? # > { } % : \\ in it";
    if (name == "." || name == "..") return "the name is a part of a path";
    if (name.front() == ' ' || name.back() == ' ') return "the name begins or ends with a blank";
    return {};
}

std::string fault_of_authority(std::string_view authority) {
    if (std::string fault = base::fault_of_word("an authority", authority); !fault.empty()) return fault;
    if (authority.find_first_of(" ,:") != std::string_view::npos)
        return "an authority has a blank, a comma or a colon in it";
    return {};
}

Result<std::vector<UserLine>> parse_users(std::string_view text) {
    std::vector<UserLine> users;
    std::set<std::string_view> names;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::string_view line = next_line(text);
        if (line.empty() || line.front() == '#') continue;
        auto user = parse_line(line);
        if (user.has_error()) return refused(std::to_string(number) + ": " + user.error().message);
        if (!names.insert(line.substr(0, line.find(':'))).second)
            return refused(std::to_string(number) + ": there is a line for this name already");
        users.push_back(std::move(*user));
    }
    return users;
}

std::string with_user(std::string_view text, const std::vector<UserLine>& users, std::string_view name,
                      std::string_view line) {
    const auto own = std::ranges::find(
        users, name, [](const UserLine& user) -> std::string_view { return user.principal.name; });
    std::string made(text);
    if (own != users.end()) {
        const auto begin = static_cast<std::size_t>(own->text.data() - text.data());
        const bool has_end = begin + own->text.size() < text.size();
        return made.replace(begin, own->text.size() + (line.empty() && has_end ? 1 : 0), line);
    }
    if (line.empty()) return made;
    if (!made.empty() && made.back() != '\n') made += '\n';
    return made.append(line) += '\n';
}

Users::Users(const std::vector<UserLine>& lines, std::uint64_t seed) : seed_(seed) {
    for (const UserLine& line : lines) users_.push_back({line.principal, line.hash});
    std::ranges::sort(users_, {}, [](const User& user) -> std::string_view { return user.principal.name; });
}

Users::Entry Users::find(const std::string& name) const {
    const auto found = std::ranges::lower_bound(
        users_, name, {}, [](const User& user) -> const std::string& { return user.principal.name; });
    if (found != users_.end() && found->principal.name == name) return {&found->principal, &found->hash};
    const std::size_t stand_in = std::hash<std::string>{}(std::to_string(seed_) + name) % users_.size();
    return {nullptr, &users_[stand_in].hash};
}

}  // namespace stentor::security
