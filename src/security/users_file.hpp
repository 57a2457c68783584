#pragma once

#include "security/passcode_hash.hpp"
#include "stentor/result.hpp"
#include "stentor/security.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::security {

/// A line of a users file: `name:hash`, or `name:hash:authority,authority`.
struct UserLine {
    Principal principal;
    PasscodeHash hash;
    std::string_view text;  ///< the line itself, in what was parsed, without its end
};

/// Nothing is wrong with it, or what. A user's name has up to 255 bytes of UTF-8, and nothing in it that
/// means something in destinations, patterns or this file.
std::string fault_of_user_name(std::string_view name);
std::string fault_of_authority(std::string_view authority);

/// The users of a file in its order. Lines that are empty or begin with '#' mean nothing. One that is
/// malformed fails the whole, "12: what is wrong" with its number, and so does a second one for a name.
Result<std::vector<UserLine>> parse_users(std::string_view text);

/// `text` with that line in the place of the name's, or at its end; without the name's, where `line` is
/// empty. All other lines stay, byte by byte. `users` are those of `text`.
std::string with_user(std::string_view text, const std::vector<UserLine>& users, std::string_view name,
                      std::string_view line);

/// Who may log in with what. Immutable.
class Users {
public:
    /// `seed` decides by which hash a passcode for an unknown name is checked.
    Users(const std::vector<UserLine>& lines, std::uint64_t seed);

    struct Entry {
        const Principal* principal;  ///< null: there is no such user
        const PasscodeHash* hash;    ///< never null: some user's, the same one each time, for a name that is
                                     ///< nobody's; so the time it takes does not tell
    };
    /// There is at least one user.
    [[nodiscard]] Entry find(const std::string& name) const;
    [[nodiscard]] std::size_t size() const { return users_.size(); }

private:
    struct User {
        Principal principal;
        PasscodeHash hash;
    };
    std::vector<User> users_;  ///< by name
    std::uint64_t seed_;
};

}  // namespace stentor::security
