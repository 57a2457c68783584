// Any bytes are users whose names and hashes keep to the rules, or a fault with its line; changing one user's
// line leaves the others.

#include "security/users_file.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace stentor::security;

void expect(bool holds) {
    if (!holds) std::abort();
}

void check_change(std::string_view text, const std::vector<UserLine>& users) {
    if (users.empty()) return;
    const std::string& name = users.front().principal.name;
    const std::string without = with_user(text, users, name, {});
    const auto left = parse_users(without);
    expect(left.has_value() && left->size() == users.size() - 1);
    for (std::size_t i = 0; i < left->size(); ++i) expect((*left)[i].text == users[i + 1].text);
    const std::string again = with_user(without, *left, name, users.front().text);
    expect(parse_users(again)->size() == users.size());
    expect(with_user(text, users, name, users.front().text) == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto users = parse_users(text);
    if (users.has_error()) {
        expect(users.error().message.front() >= '1' && users.error().message.front() <= '9');
        expect(users.error().message.find('\n') == std::string::npos);
        return 0;
    }
    for (const UserLine& user : *users) {
        expect(fault_of_user_name(user.principal.name).empty());
        for (const std::string& authority : user.principal.authorities)
            expect(fault_of_authority(authority).empty());
        expect(PasscodeHash::parse(user.hash.text()).has_value());
    }
    check_change(text, *users);
    if (!users->empty()) {
        const Users table(*users, size);
        for (const UserLine& user : *users)
            expect(table.find(user.principal.name).hash->text() == user.hash.text());
        expect(table.find("x/y").principal == nullptr);
    }
    return 0;
}
