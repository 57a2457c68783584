#pragma once

#include <boost/describe/class.hpp>

#include <string>

namespace stentor {

/// A rule of what clients may do. Each `[[access]]` adds one: it has one of `send`, `subscribe`, `any`,
/// `connect` and `otherwise`, and says who may. The first one counts that is for what a client asks for; once
/// there is one for a destination, what none is for is denied. docs/security.md says more.
struct AccessRuleConfig {
    std::string send = {};       ///< where clients send to: "/app/**"
    std::string subscribe = {};  ///< what they subscribe to: "/topic/room/{name}"
    std::string any = {};        ///< both
    bool connect = false;        ///< the rule is for who may open a session
    bool otherwise = false;      ///< the rule is for what no other rule is for
    std::string allow = {};      ///< "all", "none", or some of "authenticated", "anonymous", "role:ADMIN",
                                 ///< "authority:SCOPE_a" and "user:{name}", of which one is enough
};
BOOST_DESCRIBE_STRUCT(AccessRuleConfig, (), (send, subscribe, any, connect, otherwise, allow))

}  // namespace stentor
