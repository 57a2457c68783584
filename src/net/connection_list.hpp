#pragma once

#include <cstddef>
#include <vector>

namespace stentor::net {

class Connection;

/// Where a connection stands in each of the Flusher's lists.
struct ListPlaces {
    static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

    std::size_t dirty = nowhere;
    std::size_t buried = nowhere;
    std::size_t blocked = nowhere;
};

/// Connections that wait for one thing, in order. Each notes its own place, so that leaving costs the same
/// however many wait: thousands may close in one turn. Shard-local.
class ConnectionList {
public:
    explicit ConnectionList(std::size_t ListPlaces::*place) : place_(place) {}

    /// Does nothing when it is there already.
    void add(Connection& connection);
    void remove(Connection& connection);
    /// Takes the one at `index` out; null when it was removed before. The others keep their places.
    [[nodiscard]] Connection* take(std::size_t index);
    /// How many places there are, those left empty included.
    [[nodiscard]] std::size_t size() const { return places_.size(); }
    /// Closes the gaps.
    void compact();

private:
    std::size_t ListPlaces::*place_;
    std::vector<Connection*> places_;
};

}  // namespace stentor::net
