#pragma once

#include "base/clock.hpp"

#include <map>
#include <string>

namespace stentor::relay {

/// Destinations that the broker answered with ERROR. A STOMP broker ends the connection with it, and this one
/// is everybody's: for a while they are refused here, so that no client can end it again and again. Bounded;
/// when it is full it learns nothing new. Shard-local.
class RefusedDestinations {
public:
    static constexpr base::Duration time = std::chrono::seconds(60);  // longer than any wait for the broker
    static constexpr std::size_t max_size = 256;

    void add(const std::string& destination, base::TimePoint now);
    [[nodiscard]] bool contains(const std::string& destination, base::TimePoint now) const;
    [[nodiscard]] std::size_t size() const { return until_.size(); }

private:
    std::map<std::string, base::TimePoint> until_;
};

}  // namespace stentor::relay
