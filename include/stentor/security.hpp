#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stentor {

/// Who a session is. A value; never changes during a session.
struct Principal {
    std::string name;
    std::vector<std::string> authorities;

    friend bool operator==(const Principal&, const Principal&) = default;
};

/// What a client says of itself: CONNECT's headers `login` and `passcode`, empty where it has none.
struct Credentials {
    std::string login;
    std::string passcode;
};

/// Decides who a STOMP client is. Called by every shard, on its own thread, for each CONNECT of a session
/// that the transport has not authenticated; must answer without waiting.
class Authenticator {
public:
    virtual ~Authenticator() = default;
    /// Nothing when the credentials are wrong: the client gets ERROR, with the same words whatever was wrong.
    [[nodiscard]] virtual std::optional<Principal> authenticate(const Credentials& credentials) const = 0;
};

/// A fixed list of logins with their passcodes; meant for tests and closed networks, as it holds them in
/// clear. Who has an empty passcode there cannot log in. Immutable.
class UserList final : public Authenticator {
public:
    UserList(std::initializer_list<std::pair<const std::string, std::string>> users) : users_(users) {}
    /// In a time that does not depend on how much of the passcode is right, nor on whether there is such a
    /// login.
    [[nodiscard]] std::optional<Principal> authenticate(const Credentials& credentials) const override;

private:
    std::map<std::string, std::string, std::less<>> users_;
};

}  // namespace stentor
