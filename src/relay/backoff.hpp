#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"

namespace stentor::relay {

/// How long to wait before the next try to reach the broker: any time up to a ceiling of 1 s, 2 s, 4 s, ...
/// 30 s. Full jitter, so that the servers of a broker that was restarted do not come back all at once.
/// Shard-local.
class Backoff {
public:
    static constexpr base::Duration first_ceiling = std::chrono::seconds(1);
    static constexpr base::Duration last_ceiling = std::chrono::seconds(30);

    explicit Backoff(base::Random& random) : random_(random) {}
    [[nodiscard]] base::Duration next();
    void reset() { ceiling_ = first_ceiling; }

private:
    base::Random& random_;
    base::Duration ceiling_ = first_ceiling;
};

}  // namespace stentor::relay
