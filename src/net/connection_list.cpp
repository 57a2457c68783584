// Tests: tests/unit/net/connection_list_test.cpp
#include "net/connection_list.hpp"

#include "net/connection.hpp"

#include <utility>

namespace stentor::net {

void ConnectionList::add(Connection& connection) {
    std::uint32_t& place = connection.places().*place_;
    if (place != ListPlaces::nowhere) return;
    place = static_cast<std::uint32_t>(places_.size());
    places_.push_back(&connection);
}

void ConnectionList::remove(Connection& connection) {
    const std::uint32_t place = connection.places().*place_;
    if (place != ListPlaces::nowhere) (void)take(place);
}

Connection* ConnectionList::take(std::size_t index) {
    Connection* const connection = std::exchange(places_[index], nullptr);
    if (connection != nullptr) connection->places().*place_ = ListPlaces::nowhere;
    return connection;
}

void ConnectionList::prefetch(std::size_t index) const {
    if (index >= places_.size()) return;
    const char* const memory = reinterpret_cast<const char*>(places_[index]);
    __builtin_prefetch(memory, 1);
    __builtin_prefetch(memory + 64, 1);
}

void ConnectionList::compact() {
    std::erase(places_, nullptr);
    for (std::size_t i = 0; i < places_.size(); ++i)
        places_[i]->places().*place_ = static_cast<std::uint32_t>(i);
}

}  // namespace stentor::net
