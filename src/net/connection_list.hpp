#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace stentor::net {

class Connection;

/// Where a connection stands in each of the Flusher's lists.
struct ListPlaces {
    static constexpr std::uint32_t nowhere = static_cast<std::uint32_t>(-1);

    std::uint32_t dirty = nowhere;
    std::uint32_t buried = nowhere;
    std::uint32_t blocked = nowhere;
};

/// Connections that wait for one thing, in order. Each notes its own place, so that leaving costs the same
/// however many wait: thousands may close in one turn. Shard-local.
class ConnectionList {
public:
    explicit ConnectionList(std::uint32_t ListPlaces::*place) : place_(place) {}

    /// Does nothing when it is there already.
    void add(Connection& connection);
    void remove(Connection& connection);
    /// Takes the one at `index` out; null when it was removed before. The others keep their places.
    [[nodiscard]] Connection* take(std::size_t index);
    /// Asks for the memory of the one at `index`, if there is one, ahead of its turn.
    void prefetch(std::size_t index) const;
    /// How many places there are, those left empty included.
    [[nodiscard]] std::size_t size() const { return places_.size(); }
    /// Closes the gaps.
    void compact();

private:
    std::uint32_t ListPlaces::*place_;
    std::vector<Connection*> places_;
};

}  // namespace stentor::net
