#pragma once

#include "stentor/pending.hpp"
#include "stentor/user_registry.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace stentor {

/// One of the servers on the external broker.
struct NodeInfo {
    std::string name;       ///< random, for as long as it runs
    std::size_t users = 0;  ///< that have a name
    /// All its users are known. For a short while they are not: when it comes, or after the broker was away.
    bool complete = false;
};

/// Where a user has sessions.
struct UserNodes {
    std::string user;
    std::vector<std::string> nodes;
};

struct SessionCounts {
    std::size_t sessions = 0;
    std::size_t subscriptions = 0;
};

/// What all servers answered together.
template <class T>
struct FromNodes {
    T value = {};
    std::vector<std::string> silent;  ///< those that did not answer in time
    bool cut = false;                 ///< some had more to say than one letter holds
};

/// All servers that share the external broker, as one. What UserRegistry asks is about this server alone.
/// Where there are no others, answers are this one's. Any thread; see Pending for how they come.
class Nodes {
public:
    /// This server first; none when it is not one of several.
    [[nodiscard]] Pending<std::vector<NodeInfo>> nodes();
    /// Those who are logged in anywhere, by name, as this server knows: the others are not asked. None when
    /// it is not one of several.
    [[nodiscard]] Pending<std::vector<UserNodes>> users();

    // These ask the others.
    [[nodiscard]] Pending<FromNodes<std::optional<UserInfo>>> user(std::string name);
    /// As UserRegistry's.
    [[nodiscard]] Pending<FromNodes<std::vector<SubscriptionInfo>>> find_subscriptions(
        const std::string& pattern);
    [[nodiscard]] Pending<FromNodes<SessionCounts>> counts();

    explicit Nodes(app::Inside& inside) : inside_(inside) {}

private:
    app::Inside& inside_;
};

}  // namespace stentor
